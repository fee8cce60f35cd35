package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/awsvars/awsvars/files"
)

// mostOld bounds the file of an earlier run, in bytes; far above any.
const mostOld = 16 << 20

// writeOver is [writeFile] for who has something to do that can fail after it:
// undo puts the file of an earlier run back, and leaves what somebody else has
// put there since.
func writeOver(path string, content []byte) (undo func() error, err error) {
	old, _, err := files.Read(path, mostOld, func(string, fs.FileInfo) error { return checkFile(path) })
	missing := errors.Is(err, fs.ErrNotExist)
	if err != nil && !missing {
		return nil, fmt.Errorf("reading the file that is to be replaced: %w", err)
	}
	if err := writeFile(path, content); err != nil {
		return nil, err
	}
	ours := files.StampOf(content)
	return func() error {
		now, _, err := files.Read(path, mostOld, func(string, fs.FileInfo) error { return checkFile(path) })
		switch {
		case errors.Is(err, fs.ErrNotExist), err == nil && !ours.Of(now):
			return nil
		case err == nil && missing:
			return os.Remove(path)
		case err == nil:
			return writeFile(path, old)
		}
		return err
	}, nil
}
