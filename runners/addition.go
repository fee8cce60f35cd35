package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
)

// addition is what is to be appended to a file that a CI system reads.
type addition struct {
	// variable is the variable of the environment that names the file.
	variable string
	path     string
	content  []byte
	seal     seal
}

// seal keeps a content from counting before all of it is there: one of its
// bytes stands there wrong at first, such that the system takes nothing from
// the content, nor from any beginning of it. That byte is set right at last,
// and one byte is never half written.
type seal struct {
	at    int
	wrong byte
}

// check tells what would stop an addition, and changes nothing. The file's
// owner does not matter: in a container it is the system's user, not ours.
func (a addition) check() error {
	info, err := os.Lstat(a.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if err := files.Probe(filepath.Dir(a.path)); err != nil {
			return fmt.Errorf("opening $%s: %s is not there, and its directory cannot be written to: %w; the CI system makes this file, so look at who may write to it", a.variable, a.path, err)
		}
		return nil
	case err != nil:
		return fmt.Errorf("preparing $%s: %w", a.variable, err)
	}
	if err := a.judge(info); err != nil {
		return err
	}
	file, err := a.open(os.O_RDWR | os.O_APPEND)
	if err != nil {
		return err
	}
	return file.Close()
}

// judge refuses what is no file of the system's: who may write into its
// directory could have put it there, and would read what goes elsewhere.
func (a addition) judge(info fs.FileInfo) error {
	const remedy = "the CI system makes this file, and something has replaced it"
	err := checkKind(a.path, info, remedy)
	if err == nil && !files.Single(info) {
		err = fmt.Errorf("writing %s: it has another name besides (a hard link); %s", a.path, remedy)
	}
	if err != nil {
		return fmt.Errorf("preparing $%s: %w", a.variable, err)
	}
	return nil
}

// open judges the file once more when it is open: another one may have taken
// its place meanwhile.
func (a addition) open(flags int) (*os.File, error) {
	file, err := os.OpenFile(a.path, flags|files.NoFollow|files.NoWait, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening $%s: %w; the CI system makes this file, so look at who may write to it", a.variable, err)
	}
	info, err := file.Stat()
	if err == nil {
		err = a.judge(info)
	}
	if err == nil {
		var named fs.FileInfo
		if named, err = os.Lstat(a.path); err == nil && !os.SameFile(info, named) {
			err = fmt.Errorf("opening $%s: %s: %w", a.variable, a.path, files.ErrReplaced)
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// checkAll tells what would stop the additions to several files.
func checkAll(additions []addition) error {
	if err := checkApart(additions); err != nil {
		return err
	}
	for _, a := range additions {
		if err := a.check(); err != nil {
			return err
		}
	}
	return nil
}

// checkApart refuses two variables that name one file: its reader would take
// the one for the other. The state of a step, for one, is shown in logs.
func checkApart(additions []addition) error {
	for i, a := range additions {
		for _, other := range additions[:i] {
			if sameFile(filepath.Clean(a.path), filepath.Clean(other.path)) {
				return fmt.Errorf("preparing $%s: it names the file of $%s too, %s; leave both as the CI system sets them", a.variable, other.variable, a.path)
			}
		}
	}
	return nil
}
