package files

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// ErrReplaced is the error of [Read] where another file took the place of the
// one that was checked.
var ErrReplaced = errors.New("somebody replaced the file while it was opened")

// Read reads a file of most bytes at the most, if check lets it pass before
// it is opened and again then. It follows no link, and waits for no writer of
// a pipe.
func Read(path string, most int64, check Check) (content []byte, info fs.FileInfo, err error) {
	before, err := os.Lstat(path)
	if err == nil {
		err = check(path, before)
	}
	if err != nil {
		return nil, nil, err
	}
	file, err := os.OpenFile(path, os.O_RDONLY|NoFollow|NoWait, 0)
	if err != nil {
		return nil, nil, err
	}
	defer func() { _ = file.Close() }()
	info, err = file.Stat()
	if err == nil && !os.SameFile(before, info) {
		err = fmt.Errorf("%s: %w", path, ErrReplaced)
	}
	if err == nil {
		// A new file may have the number of the old one.
		err = check(path, info)
	}
	if err != nil {
		return nil, nil, err
	}
	content, err = io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s has more than %d bytes", path, most)
	}
	if err != nil {
		return nil, nil, err
	}
	return content, info, nil
}

// Load reads a regular file of most bytes at the most, through links: one that
// the platform keeps up to date by them, such as a token. It waits for no
// writer of a pipe.
func Load(path string, most int64) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|NoWait, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = fmt.Errorf("%s is %s, and no file", path, Kind(info))
	}
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && int64(len(content)) > most {
		err = fmt.Errorf("%s has more than %d bytes", path, most)
	}
	if err != nil {
		return nil, err
	}
	return content, nil
}
