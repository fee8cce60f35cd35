package docker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// mostBytes bounds what is read of a file.
const mostBytes = 4 << 20

// temporaryNames is the pattern of the names under which files are written
// first. That is done under the lock only, so that one which is there when the
// lock is taken was left by a process that was killed.
const temporaryNames = ".awsvars-docker-*.tmp"

// elsewhere is the remedy where config.json cannot be written as it is.
const elsewhere = "set private to log in in a directory of the job's own, or let DOCKER_CONFIG name another directory"

// checkFile refuses what would be read or replaced in the wrong place, and
// what its owner has protected.
func checkFile(path string, info fs.FileInfo) error {
	var err error
	if kind := files.Kind(info); kind != "" {
		err = fmt.Errorf("%s: logins are written to regular files only, and it is %s", path, kind)
	} else if err = files.CheckRights(info); err != nil {
		err = fmt.Errorf("%s %w", path, err)
	}
	if err != nil {
		return variables.WithHint(err, elsewhere)
	}
	return nil
}

// readFile returns no info for a file that is not there. Without the lock, it may
// be replaced while it is opened.
func readFile(path string) (string, fs.FileInfo, error) {
	content, info, err := files.Read(path, mostBytes, checkFile)
	for i := 0; i < 20 && errors.Is(err, files.ErrReplaced); i++ {
		content, info, err = files.Read(path, mostBytes, checkFile)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil, nil
	}
	return string(content), info, err
}

// sheet is config.json as it was read.
type sheet struct {
	document
	path string
	// before is its text to the byte; info is nil for a file that is not there.
	before string
	info   fs.FileInfo
}

func (c Config) readConfig() (sheet, error) {
	s := sheet{path: c.file()}
	var err error
	if s.before, s.info, err = readFile(s.path); err != nil {
		return s, err
	}
	if s.document, err = parse(s.before); err != nil {
		return s, fmt.Errorf("%s: %w", s.path, err)
	}
	return s, nil
}

// errChanged tells that somebody who takes no lock has written a file since it
// was read.
var errChanged = errors.New("another program keeps changing the file")

// replace gives the file another text. The mode stays, but for the rights of
// others: the file holds a secret.
func (s sheet) replace(text string) error {
	mode := fs.FileMode(0o600)
	if s.info != nil {
		mode = s.info.Mode().Perm() & 0o700
	}
	return s.put(text, mode)
}

func (s sheet) put(text string, mode fs.FileMode) error {
	staged, err := files.Stage(s.path, temporaryNames, []byte(text), mode)
	if err != nil {
		return variables.WithHint(fmt.Errorf("%s: %w", s.path, err), elsewhere)
	}
	if err := s.unchanged(); err != nil {
		staged.Remove()
		return err
	}
	if err := staged.Rename(); err != nil {
		staged.Remove()
		return fmt.Errorf("%s: %w", s.path, err)
	}
	return files.SyncDir(filepath.Dir(s.path))
}

// unchanged tells whether the file is still the one that was read.
func (s sheet) unchanged() error {
	now, err := os.Lstat(s.path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && s.info == nil:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	case err != nil, s.info == nil, !os.SameFile(now, s.info), now.Size() != s.info.Size(), !now.ModTime().Equal(s.info.ModTime()):
		return fmt.Errorf("%s: %w", s.path, errChanged)
	}
	return nil
}

// remove removes the file, if it is still the one that was read.
func (s sheet) remove() error {
	if err := s.unchanged(); err != nil || s.info == nil {
		return err
	}
	return os.Remove(s.path)
}
