package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// AsMade leaves a file as it is made: with mode 0600, whatever the umask. Some
// mounts know no modes, and refuse to set one.
const AsMade fs.FileMode = 0

// Staged is a file beside the one whose place it is to take.
type Staged struct{ temporary, path string }

// Stage writes content beside path, to the disk, so that a full one is noticed
// before the old file is gone. The pattern is one as os.CreateTemp takes it.
func Stage(path, pattern string, content []byte, mode fs.FileMode) (Staged, error) {
	// CreateTemp opens with O_EXCL and mode 0600.
	file, err := os.CreateTemp(filepath.Dir(path), pattern)
	if err != nil {
		return Staged{}, Cause(err)
	}
	staged := Staged{file.Name(), path}
	_, err = file.Write(content)
	if err == nil && mode != AsMade {
		err = file.Chmod(mode)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		staged.Remove()
		return Staged{}, Cause(err)
	}
	return staged, nil
}

// Rename puts the file in its place in one step. It outlives a power cut only
// after [SyncDir].
func (s Staged) Rename() error { return Cause(os.Rename(s.temporary, s.path)) }

// Remove removes the file, if it has not got its place.
func (s Staged) Remove() { _ = os.Remove(s.temporary) }

// Replace puts a file that holds content in the place of path: a reader, or a
// process that is killed, sees the old file or the new one. A process killed
// on the way leaves a file of the pattern beside it.
func Replace(path, pattern string, content []byte, mode fs.FileMode) error {
	staged, err := Stage(path, pattern, content, mode)
	if err != nil {
		return err
	}
	if err := staged.Rename(); err != nil {
		staged.Remove()
		return err
	}
	if err := SyncDir(filepath.Dir(path)); err != nil {
		// The file has its place by now, so that this must not look like a full
		// disk that left the old one.
		return fmt.Errorf("syncing its directory: %v", err)
	}
	return nil
}
