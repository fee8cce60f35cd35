package profiles

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
)

// mostBytes bounds what is read of a file. Nothing larger is read by awsvars.
const mostBytes = 1 << 20

// temporaryNames is the pattern of the names under which files are written
// first. That is done under the lock only, so that one which is there when the
// lock is taken was left by a process that was killed.
const temporaryNames = ".awsvars-profile-*.tmp"

func checkAbsolute(path string) error {
	if !filepath.IsAbs(path) {
		return fmt.Errorf("%q is no absolute path", path)
	}
	return nil
}

// checkFile refuses what would be read or replaced in the wrong place, and
// what its owner has protected.
func checkFile(path string, info fs.FileInfo) error {
	kind := files.Kind(info)
	if kind == "" {
		if err := files.CheckRights(info); err != nil {
			return fmt.Errorf("%s %w", path, err)
		}
		return nil
	}
	if info.Mode()&fs.ModeSymlink != 0 {
		kind += "; name the file that it leads to"
	}
	return fmt.Errorf("%s: AWS profiles are written to regular files only, and it is %s", path, kind)
}

// checkDirectories tries what stands in the way of new files. A directory that
// is not there yet would be made.
func (f Files) checkDirectories() error {
	for _, path := range []string{f.Config, f.Credentials} {
		directory := filepath.Dir(path)
		err := files.Probe(directory)
		for errors.Is(err, fs.ErrNotExist) && directory != filepath.Dir(directory) {
			directory = filepath.Dir(directory)
			err = files.Probe(directory)
		}
		if err != nil {
			return fmt.Errorf("%s: its directory cannot be written to: %w", path, err)
		}
		if err := files.CheckAt(filepath.Join(directory, lockName), checkFile); err != nil {
			return err
		}
	}
	return nil
}
