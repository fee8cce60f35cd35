package runners

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// absolute returns the file that a user means by path.
func (h Host) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(h.Dir, path)
}

// writeFile replaces path by a file of mode 0600 that holds content, in one
// step: a reader, or a process that is killed, sees the old file or the new
// one. A process killed on the way leaves .awsvars-*.tmp beside it.
func writeFile(path string, content []byte) error {
	if err := checkFile(path); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	// CreateTemp opens with O_EXCL and mode 0600, whatever the umask.
	temporary, err := os.CreateTemp(dir, ".awsvars-*.tmp")
	if err != nil {
		return fmt.Errorf("writing %s: %w%s", path, err, hintFor(err))
	}
	err = fill(temporary, content)
	if err == nil {
		err = os.Rename(temporary.Name(), path)
	}
	if err != nil {
		_ = os.Remove(temporary.Name())
		return fmt.Errorf("writing %s: %w%s", path, err, hintFor(err))
	}
	if err := syncDir(dir); err != nil {
		return fmt.Errorf("writing %s: syncing its directory: %w", path, err)
	}
	return nil
}

// fill writes content to the disk, so that a full one is noticed before the
// old file is gone.
func fill(file *os.File, content []byte) error {
	_, err := file.Write(content)
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// checkFile tells what would stop writeFile, and changes nothing.
func checkFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return checkDir(filepath.Dir(path), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := checkKind(path, info, "remove it, or choose another output"); err != nil {
		return err
	}
	if err := checkOwner(path, info); err != nil {
		return err
	}
	// Who made a file read-only did not mean it to be replaced.
	if info.Mode().Perm()&0o200 == 0 {
		return fmt.Errorf("writing %s: the file is read-only; remove it, or choose another output", path)
	}
	return checkDir(filepath.Dir(path), path)
}

// checkKind refuses everything but a regular file: secrets would go where
// somebody else pointed to.
func checkKind(path string, info fs.FileInfo, remedy string) error {
	kind := ""
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return fmt.Errorf("writing %s: it is a directory; name a file in it, such as %s", path, filepath.Join(path, "aws.env"))
	case mode&fs.ModeSymlink != 0:
		kind = "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		kind = "a named pipe"
	case mode&fs.ModeSocket != 0:
		kind = "a socket"
	case mode&fs.ModeDevice != 0:
		kind = "a device"
	default:
		kind = "no regular file"
	}
	return fmt.Errorf("writing %s: it is %s, and secrets are written to regular files only; %s", path, kind, remedy)
}

// checkDir tries what cannot be told from modes alone: a read-only mount, an
// access list, a missing directory.
func checkDir(dir, path string) error {
	probe, err := os.CreateTemp(dir, ".awsvars-*.tmp")
	if err != nil {
		return fmt.Errorf("writing %s: its directory cannot be written to: %w%s", path, cause(err), hintFor(err))
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}

// cause drops the name of a temporary file from an error: it tells nobody
// anything.
func cause(err error) error {
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

// hintFor says what to do about the errors that people meet.
func hintFor(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "; create the directory first, or choose another output"
	case isFull(err):
		return "; make room on that disk, or choose another output. What was there is untouched"
	case errors.Is(err, fs.ErrPermission), isReadOnly(err):
		return "; choose an output that this user may write to"
	}
	return ""
}

// writeOut writes content in one piece: a reader of the pipe gets all of it
// or nothing.
func writeOut(w io.Writer, content []byte) error {
	n, err := w.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing the variables to stdout: %w", err)
	}
	return nil
}
