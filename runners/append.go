package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/files"
)

// addition is what is to be appended to a file that a CI system reads.
type addition struct {
	// variable is the variable of the environment that names the file.
	variable string
	path     string
	content  []byte
	// seal is what keeps the system from reading the content, whole or any part
	// of its beginning: the byte that stands in place of the one at the index
	// opens, until all files of a delivery hold theirs. 0 is no seal.
	seal  byte
	opens int
}

const replaced = "the CI system makes this file, and something has replaced it"

// lockLimit is how long another step or process may write to a file.
const lockLimit = 10 * time.Second

// check tells what would stop an addition, and makes no file: another process
// could have opened it before it is gone. The file's owner does not matter: in
// a container it is the system's user, not ours.
func (a addition) check() error {
	file, _, err := a.open(0)
	if errors.Is(err, fs.ErrNotExist) {
		if err := files.Probe(filepath.Dir(a.path)); err != nil {
			return fmt.Errorf("opening $%s: %w", a.variable, &fs.PathError{Op: "open", Path: a.path, Err: err})
		}
		return nil
	}
	if err != nil {
		return err
	}
	return file.Close()
}

// open opens the file, and judges what stands there before and after: who may
// write to its directory could put another one in its place meanwhile.
func (a addition) open(create int) (*os.File, fs.FileInfo, error) {
	before, err := os.Lstat(a.path)
	if err == nil {
		err = checkLinks(a.path, before)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, fmt.Errorf("preparing $%s: %w", a.variable, err)
	}
	file, err := os.OpenFile(a.path, os.O_RDWR|os.O_APPEND|create|files.NoFollow|files.NoWait, 0o600)
	if err != nil {
		return nil, nil, fmt.Errorf("opening $%s: %w; the CI system makes this file, so look at who may write to it", a.variable, err)
	}
	info, err := file.Stat()
	if err == nil && before != nil && !os.SameFile(before, info) {
		err = fmt.Errorf("%s: %w", a.path, files.ErrReplaced)
	}
	if err == nil {
		err = checkLinks(a.path, info)
	}
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("preparing $%s: %w", a.variable, err), file.Close())
	}
	return file, info, nil
}

// checkLinks refuses what is no file of its own: secrets would be read under
// another name, too.
func checkLinks(path string, info fs.FileInfo) error {
	if err := checkKind(path, info, replaced); err != nil {
		return err
	}
	if n := files.Names(info); n > 1 {
		return fmt.Errorf("writing %s: it is a hard link, a file of %d names, and secrets are written to files of one name only; %s", path, n, replaced)
	}
	return nil
}

// appendAll appends every addition, or leaves all files as they were. It
// happens in two passes: each file gets its content sealed, and when all are
// on the disk, each gets the one byte that opens it. So a process that is
// killed leaves nothing that the system reads as a part, but for files that
// have no seal; each of those gets its content by one write.
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
		if next, err = a.ready(ready); err != nil {
			break
		}
		ready = append(ready, next)
	}
	for _, pass := range []func(*appended) error{(*appended).write, (*appended).commit} {
		for _, r := range ready {
			if err == nil {
				err = pass(r)
			}
		}
	}
	for _, r := range ready {
		if err != nil {
			err = errors.Join(err, r.undo())
		}
		err = errors.Join(err, r.close())
	}
	return err
}
