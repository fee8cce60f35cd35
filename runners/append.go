package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/awsvars/awsvars/files"
)

// addition is what is to be appended to a file that a CI system reads.
type addition struct {
	// variable is the variable of the environment that names the file.
	variable string
	path     string
	content  []byte
}

// check tells what would stop an addition. The file's owner does not
// matter: in a container it is the system's user, not ours.
func (a addition) check() error {
	info, err := os.Lstat(a.path)
	if err == nil {
		err = checkKind(a.path, info, "the CI system makes this file, and something has replaced it")
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("preparing $%s: %w", a.variable, err)
	}
	existed := err == nil
	file, err := a.open()
	if err != nil {
		return err
	}
	if !existed {
		err = os.Remove(a.path)
	}
	return errors.Join(err, file.Close())
}

func (a addition) open() (*os.File, error) {
	file, err := os.OpenFile(a.path, os.O_RDWR|os.O_APPEND|os.O_CREATE|files.NoFollow, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening $%s: %w; the CI system makes this file, so look at who may write to it", a.variable, err)
	}
	return file, nil
}

// appended is a file and the length to which it is cut where a later one
// fails.
type appended struct {
	file    *os.File
	old     int64
	existed bool
}

// appendAll appends every addition with one write each, or leaves all files as
// they were.
func appendAll(additions []addition) error {
	var done []appended
	var err error
	for _, a := range additions {
		if err = a.check(); err != nil {
			return err
		}
	}
	for _, a := range additions {
		var next appended
		next, err = a.append()
		if next.file != nil {
			done = append(done, next)
		}
		if err != nil {
			break
		}
	}
	for _, d := range done {
		if err != nil {
			err = errors.Join(err, d.undo())
		}
		err = errors.Join(err, d.file.Close())
	}
	return err
}

func (a addition) append() (appended, error) {
	_, missing := os.Lstat(a.path)
	file, err := a.open()
	if err != nil {
		return appended{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return appended{}, errors.Join(fmt.Errorf("reading the length of $%s: %w", a.variable, err), file.Close())
	}
	done := appended{file: file, old: info.Size(), existed: missing == nil}
	content := a.content
	if !endsLine(file, info.Size()) {
		// A line that an earlier step left open would take our first one.
		content = append([]byte("\n"), content...)
	}
	if _, err := file.Write(content); err != nil {
		return done, fmt.Errorf("appending to $%s: %w%s", a.variable, err, hintFor(err))
	}
	return done, nil
}

func endsLine(file *os.File, size int64) bool {
	if size == 0 {
		return true
	}
	last := []byte{0}
	_, err := file.ReadAt(last, size-1)
	return err != nil || last[0] == '\n'
}

func (d appended) undo() error {
	if !d.existed {
		return os.Remove(d.file.Name())
	}
	return d.file.Truncate(d.old)
}
