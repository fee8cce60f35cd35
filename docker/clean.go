package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/files"
)

// Clean removes the private directories of this user that killed jobs left
// below parents, and the images that they unpacked there, and returns their
// paths. It leaves what is younger than olderThan, what has an owner that is
// alive, and a private directory without a mark of ours.
// alive is [Mark.Alive] where it is nil. A parent that is not there is none to
// clean.
func Clean(ctx context.Context, parents []string, olderThan time.Duration, alive func(Mark) bool) (removed []string, err error) {
	if alive == nil {
		alive = Mark.Alive
	}
	var problems []error
	for _, parent := range parents {
		entries, err := os.ReadDir(parent)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			problems = append(problems, err)
		}
		for _, entry := range entries {
			if !entry.IsDir() || !isPrivate(entry.Name()) && !isImage(entry.Name()) {
				continue
			}
			if err := ctx.Err(); err != nil {
				return removed, errors.Join(append(problems, err)...)
			}
			dir := filepath.Join(parent, entry.Name())
			gone, err := clean(dir, time.Now().Add(-olderThan), alive)
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				problems = append(problems, fmt.Errorf("removing %s: %w", dir, err))
			}
			if gone {
				removed = append(removed, dir)
			}
		}
	}
	return removed, errors.Join(problems...)
}

// clean removes one directory, if it is to be removed.
func clean(dir string, before time.Time, alive func(Mark) bool) (gone bool, err error) {
	if isImage(filepath.Base(dir)) {
		return cleanImage(dir, before)
	}
	info, err := os.Lstat(dir)
	if err != nil || info.ModTime().After(before) {
		return false, err
	}
	if files.CheckRights(info) != nil {
		// It is somebody else's.
		return false, nil
	}
	mark, is, err := readMark(dir)
	if err != nil {
		return false, err
	}
	if !is {
		// A job that was killed before it wrote the mark left it empty; one that
		// is not empty stays.
		return os.Remove(dir) == nil, nil
	}
	if mark.Made.After(before) || alive(mark) {
		return false, nil
	}
	err = removePrivate(dir)
	return err == nil, err
}
