package runners

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"github.com/awsvars/awsvars/files"
)

// longestLock is how long another awsvars may keep one of the files. It takes
// milliseconds.
const longestLock = 10 * time.Second

// appended is a file that is ready for an addition.
type appended struct {
	addition
	// end appends, at the end that the file has at that moment: others may
	// append meanwhile who know no lock.
	end *os.File
	// within writes where our content stands.
	within  *os.File
	unlock  func()
	existed bool
	// remove tells that the file is to go when it is closed.
	remove bool
	// at is where our content begins, and wrote how much of it is there.
	at    int64
	wrote int
}

// appendAll appends every addition, or leaves all files as they were. Whatever
// can fail comes before the seals are opened, which is one byte for each file.
// So a process that is killed has handed on whole files or none, in the order
// of the additions. What has no seal is written then, with one write, and
// nothing between two of them: of that a killed process may leave a half.
func appendAll(additions []addition) error {
	if err := checkAll(additions); err != nil {
		return err
	}
	var all []*appended
	var err error
	for _, a := range additions {
		var next *appended
		if next, err = a.ready(); err != nil {
			break
		}
		all = append(all, next)
	}
	for _, step := range []func(*appended) error{(*appended).prepare, (*appended).handOn, (*appended).settle} {
		for _, d := range all {
			if err == nil {
				err = step(d)
			}
		}
	}
	for _, d := range all {
		if err != nil {
			err = errors.Join(err, d.undo())
		}
	}
	for _, d := range all {
		err = errors.Join(err, d.close())
	}
	return err
}

// ready locks the file, opens it, and looks where the addition will stand.
func (a addition) ready() (*appended, error) {
	_, missing := os.Lstat(a.path)
	d := &appended{addition: a, existed: missing == nil}
	var err error
	d.unlock, err = files.Lock(context.Background(), lockOf(a.path), longestLock, func(string, fs.FileInfo) error { return nil })
	if errors.Is(err, errors.ErrUnsupported) {
		// Some mounts of networks know no locks.
		d.unlock, err = func() {}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("preparing $%s: %w", a.variable, err)
	}
	if d.end, err = a.open(os.O_RDWR | os.O_APPEND | os.O_CREATE); err == nil {
		d.within, err = a.open(os.O_RDWR)
	}
	var info fs.FileInfo
	if err == nil {
		info, err = d.end.Stat()
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	d.at = info.Size()
	if !endsLine(d.within, info.Size()) {
		// A line that an earlier step left open would take our first one.
		d.content = append([]byte("\n"), a.content...)
		d.seal.at++
	}
	return d, nil
}

func endsLine(file *os.File, size int64) bool {
	if size == 0 {
		return true
	}
	last := []byte{0}
	_, err := file.ReadAt(last, size-1)
	return err != nil || last[0] == '\n'
}
