package profiles

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/awsvars/awsvars/files"
)

// lockName is the file that is locked in a directory.
const lockName = ".awsvars.lock"

// patience is how long a lock is waited for.
const patience = 30 * time.Second

// lock keeps other processes and goroutines from the directories of both
// files, mostly one. With create it makes those that are missing.
func (f Files) lock(ctx context.Context, create bool) (unlock func(), err error) {
	directories, err := f.directories(create)
	if err != nil {
		return nil, err
	}
	var held []func()
	unlock = func() {
		for _, release := range slices.Backward(held) {
			release()
		}
	}
	for _, directory := range directories {
		release, err := files.Lock(ctx, filepath.Join(directory, lockName), patience, checkFile)
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, release)
		files.Sweep(directory, temporaryNames)
	}
	return unlock, nil
}

// directories are those of both files, each once and in one order, by whatever
// links they are reached: two processes would wait for each other.
func (f Files) directories(create bool) ([]string, error) {
	var found []string
	for _, path := range []string{f.Config, f.Credentials} {
		if err := checkAbsolute(path); err != nil {
			return nil, err
		}
		directory := filepath.Dir(path)
		if create {
			if err := os.MkdirAll(directory, 0o700); err != nil {
				return nil, err
			}
		}
		resolved, err := filepath.EvalSymlinks(directory)
		if errors.Is(err, fs.ErrNotExist) && !create {
			continue
		}
		if err != nil {
			return nil, err
		}
		found = append(found, resolved)
	}
	slices.Sort(found)
	return slices.Compact(found), nil
}
