package profiles

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// mostBytes bounds what is read of a file. Nothing larger is read by awsvars.
const mostBytes = 1 << 20

// A file is written under a name of this kind first. It is made under the lock
// only, so that one which is there when the lock is taken was left by a process
// that was killed.
const temporaryPrefix, temporarySuffix = ".awsvars-profile-", ".tmp"

func checkAbsolute(path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("%q is no absolute path", path)
	}
	return nil
}

// readFile reads a regular file of this user, and says that it is none before
// it could wait for the writer of a pipe.
func readFile(path string) (text string, info fs.FileInfo, err error) {
	before, err := os.Lstat(path)
	if err == nil {
		err = checkFile(path, before)
	}
	if err != nil {
		return "", nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|noFollow|noWait, 0)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = file.Close() }()
	info, err = file.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = fmt.Errorf("%s: somebody replaced the file while it was opened", path)
	}
	if err != nil {
		return "", nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err == nil && len(content) > mostBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, mostBytes)
	}
	return string(content), info, err
}

// checkFile refuses what would be read or replaced in the wrong place, and
// what its owner has protected.
func checkFile(path string, info fs.FileInfo) error {
	kind := ""
	switch mode := info.Mode(); {
	case mode&fs.ModeSymlink != 0:
		kind = "a symbolic link; name the file that it leads to"
	case mode.IsDir():
		kind = "a directory"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	case !mode.IsRegular():
		kind = "no regular file"
	case mode.Perm()&0o200 == 0:
		return fmt.Errorf("%s is read-only", path)
	default:
		return checkOwner(path, info)
	}
	return fmt.Errorf("%s: AWS profiles are written to regular files only, and it is %s", path, kind)
}

// stage writes text beside path, to the disk, so that a full one is noticed
// before the old file is gone.
func stage(path, text string, mode fs.FileMode) (temporary string, err error) {
	// CreateTemp opens with O_EXCL and mode 0600, whatever the umask.
	file, err := os.CreateTemp(filepath.Dir(path), temporaryPrefix+"*"+temporarySuffix)
	if err != nil {
		return "", fmt.Errorf("%s: %w", path, cause(err))
	}
	_, err = file.WriteString(text)
	if err == nil {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("%s: %w", path, cause(err))
	}
	return file.Name(), nil
}

// rename puts a staged file in its place.
func rename(temporary, path string) error {
	if err := os.Rename(temporary, path); err != nil {
		return fmt.Errorf("%s: %w", path, cause(err))
	}
	return nil
}

// sweep removes what killed processes left, since secrets stand in it. What
// cannot be removed is somebody else's.
func sweep(directory string) {
	entries, _ := os.ReadDir(directory)
	for _, entry := range entries {
		if name := entry.Name(); strings.HasPrefix(name, temporaryPrefix) && strings.HasSuffix(name, temporarySuffix) {
			_ = os.Remove(filepath.Join(directory, name))
		}
	}
}

// checkDirectories tries what cannot be told from modes alone: a read-only
// mount, an access list. A directory that is not there yet would be made.
func (f Files) checkDirectories() error {
	for _, path := range []string{f.Config, f.Credentials} {
		directory := filepath.Dir(path)
		probe, err := os.CreateTemp(directory, ".awsvars-*.tmp")
		for errors.Is(err, fs.ErrNotExist) && directory != filepath.Dir(directory) {
			directory = filepath.Dir(directory)
			probe, err = os.CreateTemp(directory, ".awsvars-*.tmp")
		}
		if err != nil {
			return fmt.Errorf("%s: its directory cannot be written to: %w", path, cause(err))
		}
		if err := errors.Join(probe.Close(), os.Remove(probe.Name()), checkLock(filepath.Join(directory, lockName))); err != nil {
			return err
		}
	}
	return nil
}

// cause drops the name of a temporary file from an error: it tells nobody
// anything.
func cause(err error) error {
	var failed *fs.PathError
	var renamed *os.LinkError
	switch {
	case errors.As(err, &failed):
		return failed.Err
	case errors.As(err, &renamed):
		return renamed.Err
	}
	return err
}
