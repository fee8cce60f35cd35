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

// appended is a file that is ready for an addition, and the length to which it
// is cut where a later one fails.
type appended struct {
	addition
	file    *os.File
	old     int64
	existed bool
	written bool
}

// appendAll appends every addition with one write each, or leaves all files as
// they were. Whatever else can fail comes before the first write, so that these
// follow each other at once: a process that is killed between two of them, or
// within one that crosses a page of memory, leaves a half.
func appendAll(additions []addition) error {
	for _, a := range additions {
		if err := a.check(); err != nil {
			return err
		}
	}
	var ready []*appended
	var err error
	for _, a := range additions {
		var next *appended
		if next, err = a.ready(); err != nil {
			break
		}
		ready = append(ready, next)
	}
	for _, r := range ready {
		if err == nil {
			err = r.write()
		}
	}
	for _, r := range ready {
		if err != nil {
			err = errors.Join(err, r.undo())
		}
		err = errors.Join(err, r.file.Close())
	}
	return err
}

// ready opens the file, and looks where the addition will stand.
func (a addition) ready() (*appended, error) {
	_, missing := os.Lstat(a.path)
	file, err := a.open()
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the length of $%s: %w", a.variable, err), file.Close())
	}
	if !endsLine(file, info.Size()) {
		// A line that an earlier step left open would take our first one.
		a.content = append([]byte("\n"), a.content...)
	}
	return &appended{addition: a, file: file, old: info.Size(), existed: missing == nil}, nil
}

func (d *appended) write() error {
	d.written = true
	if _, err := d.file.Write(d.content); err != nil {
		return fmt.Errorf("appending to $%s: %w%s", d.variable, err, hintFor(err))
	}
	return nil
}

func endsLine(file *os.File, size int64) bool {
	if size == 0 {
		return true
	}
	last := []byte{0}
	_, err := file.ReadAt(last, size-1)
	return err != nil || last[0] == '\n'
}

// undo cuts off what was written, and removes a file that opening it has made.
func (d *appended) undo() error {
	switch {
	case !d.existed:
		return os.Remove(d.file.Name())
	case d.written:
		return d.file.Truncate(d.old)
	}
	return nil
}
