package runners

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/awsvars/awsvars/files"
)

// appended is a file that is ready for an addition, locked against other
// processes of ours.
type appended struct {
	addition
	file    *os.File
	info    fs.FileInfo
	existed bool
	unlock  func()
	// written is what was written of the content, and at where it stands.
	written int
	at      int64
}

// ready opens and locks the file, which is none of others, and looks where the
// addition will stand.
func (a addition) ready(others []*appended) (*appended, error) {
	d := &appended{addition: a}
	_, missing := os.Lstat(a.path)
	d.existed = missing == nil
	for {
		current, err := d.lock(others)
		if err != nil {
			return nil, err
		}
		if current {
			break
		}
		// Who had the lock before has taken the file back.
		if err := d.close(); err != nil {
			return nil, err
		}
	}
	// Who had it before has made the file longer.
	info, err := d.file.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("reading the length of $%s: %w", a.variable, err), d.close())
	}
	if !endsLine(d.file, info.Size()) {
		// A line that an earlier step left open would take our first one.
		d.content = append([]byte("\n"), a.content...)
		d.opens++
	}
	return d, nil
}

// lock opens and locks the file, and tells whether it is still the one that
// stands there.
func (d *appended) lock(others []*appended) (current bool, err error) {
	if d.file, d.info, err = d.open(os.O_CREATE); err != nil {
		return false, err
	}
	for _, other := range others {
		if os.SameFile(d.info, other.info) {
			return false, errors.Join(fmt.Errorf("preparing $%s: it names the same file as $%s; leave both as the CI system sets them", d.variable, other.variable), d.file.Close())
		}
	}
	if d.unlock, err = files.LockOpen(d.file, lockLimit); err != nil {
		return false, errors.Join(fmt.Errorf("locking $%s: %w", d.variable, err), d.file.Close())
	}
	now, err := os.Lstat(d.path)
	return err == nil && os.SameFile(d.info, now), nil
}

// write appends the content, sealed, and brings it to the disk: some file
// systems tell only then that they are full.
func (d *appended) write() error {
	sealed := d.content
	if d.seal != 0 {
		sealed = bytes.Clone(sealed)
		sealed[d.opens] = d.seal
	}
	n, err := d.file.Write(sealed)
	d.written = n
	if end, failed := d.file.Seek(0, 1); failed == nil {
		d.at = end - int64(n)
	}
	if err == nil {
		err = d.sync()
	}
	if err != nil {
		return fmt.Errorf("appending to $%s: %w%s", d.variable, err, hintFor(err))
	}
	return nil
}

// sync leaves alone what is no file on a disk.
func (d *appended) sync() error {
	if err := d.file.Sync(); err != nil && files.IsFull(err) {
		return err
	}
	return nil
}

// commit opens the seal: one byte is written whole or not at all.
func (d *appended) commit() error {
	if d.seal == 0 {
		return nil
	}
	if err := d.overwrite(d.content[d.opens:d.opens+1], d.at+int64(d.opens)); err != nil {
		return fmt.Errorf("completing $%s: %w", d.variable, err)
	}
	return nil
}

// overwrite writes within the file, which a descriptor for appending cannot.
func (d *appended) overwrite(content []byte, at int64) error {
	file, err := os.OpenFile(d.path, os.O_WRONLY|files.NoFollow|files.NoWait, 0)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && !os.SameFile(d.info, info) {
		err = files.ErrReplaced
	}
	if err == nil {
		_, err = file.WriteAt(content, at)
	}
	return errors.Join(err, file.Close())
}

// undo takes back what was written. Where somebody has written behind it, it
// becomes empty lines, so that theirs stay.
func (d *appended) undo() error {
	info, err := d.file.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() > d.at+int64(d.written) && d.written > 0:
		return d.overwrite(bytes.Repeat([]byte("\n"), d.written), d.at)
	case d.written > 0:
		err = d.file.Truncate(d.at)
	}
	if !d.existed && d.at == 0 && info.Size() == int64(d.written) {
		return errors.Join(err, os.Remove(d.file.Name()))
	}
	return err
}

func (d *appended) close() error {
	d.unlock()
	return d.file.Close()
}

func endsLine(file *os.File, size int64) bool {
	if size == 0 {
		return true
	}
	last := []byte{0}
	_, err := file.ReadAt(last, size-1)
	return err != nil || last[0] == '\n'
}
