package runners

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"os"

	"github.com/awsvars/awsvars/files"
)

func (d *appended) isSealed() bool { return d.seal.wrong != 0 }

// prepare appends what has a seal, to the disk, where a quota shows.
func (d *appended) prepare() error {
	if !d.isSealed() {
		return nil
	}
	if err := d.write(); err != nil {
		return err
	}
	return d.sync()
}

// handOn opens the seal. It comes right after the one of the file before.
func (d *appended) handOn() error {
	if !d.isSealed() {
		return d.write()
	}
	if _, err := d.within.WriteAt(d.content[d.seal.at:d.seal.at+1], d.at+int64(d.seal.at)); err != nil {
		return d.failed(err)
	}
	return nil
}

// settle does for what has no seal what prepare has done for the rest.
func (d *appended) settle() error {
	if d.isSealed() {
		return nil
	}
	return d.sync()
}

func (d *appended) write() error {
	var err error
	d.wrote, err = d.end.Write(d.sealed())
	// Others may have appended since the length was read.
	behind, readErr := io.ReadAll(io.NewSectionReader(d.within, d.at, math.MaxInt64-d.at))
	if i := bytes.Index(behind, d.sealed()[:d.wrote]); readErr == nil && i >= 0 {
		d.at += int64(i)
	}
	if err != nil {
		return d.failed(err)
	}
	return nil
}

// sync makes sure that the content is on the disk, and where it is looked for.
func (d *appended) sync() error {
	err := files.Sync(d.end)
	if err == nil && !d.stands() {
		err = fmt.Errorf("%s has changed meanwhile", d.path)
	}
	if err != nil {
		return d.failed(err)
	}
	return nil
}

func (d *appended) failed(err error) error {
	return fmt.Errorf("appending to $%s: %w%s", d.variable, err, hintFor(err))
}

func (d *appended) sealed() []byte {
	content := bytes.Clone(d.content)
	if d.isSealed() {
		content[d.seal.at] = d.seal.wrong
	}
	return content
}

// stands tells whether what was written is where it is looked for.
func (d *appended) stands() bool {
	there := make([]byte, d.wrote)
	_, err := d.within.ReadAt(there, d.at)
	want := d.sealed()[:d.wrote]
	return err == nil && (bytes.Equal(there, want) || bytes.Equal(there, d.content[:d.wrote]))
}

// undo takes back what was written and nothing else: it is cut off where it is
// the end of the file, and empty lines take its place where others have
// appended meanwhile. A file that was not there before goes if it is empty.
func (d *appended) undo() error {
	info, err := d.within.Stat()
	if err == nil && d.wrote > 0 && d.stands() {
		if info.Size() == d.at+int64(d.wrote) {
			err = d.within.Truncate(d.at)
		} else {
			_, err = d.within.WriteAt(bytes.Repeat([]byte("\n"), d.wrote), d.at)
		}
	}
	if err == nil && !d.existed {
		info, err = d.within.Stat()
		d.remove = err == nil && info.Size() == 0
	}
	if err != nil {
		return fmt.Errorf("taking back what was appended to $%s: %w", d.variable, err)
	}
	return nil
}

func (d *appended) close() error {
	var err error
	for _, file := range []*os.File{d.end, d.within} {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
	}
	if d.remove {
		// Windows removes no file that is open.
		err = errors.Join(err, os.Remove(d.path))
	}
	d.unlock()
	return err
}
