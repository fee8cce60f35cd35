package profiles

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
	"github.com/gofrs/flock"
)

// lockName is the file that is locked in a directory. It stays there, empty:
// whoever removed it would part those who wait from those who come.
const lockName = ".awsvars.lock"

// patience is how long a lock is waited for; pause is how long between tries.
const (
	patience = 30 * time.Second
	pause    = 5 * time.Millisecond
)

// lock keeps other processes and goroutines from the directories of both
// files, mostly one. With create it makes those that are missing.
func (f Files) lock(ctx context.Context, create bool) (unlock func(), err error) {
	directories, err := f.directories(create)
	if err != nil {
		return nil, err
	}
	var held []*flock.Flock
	unlock = func() {
		for _, lock := range slices.Backward(held) {
			// What was to be done is done, and the lock ends with the process.
			_ = lock.Unlock()
		}
	}
	for _, directory := range directories {
		lock, err := lockDirectory(ctx, directory)
		if err != nil {
			unlock()
			return nil, err
		}
		held = append(held, lock)
		sweep(directory)
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

// checkLock refuses what is no file of this user in the place of the lock.
func checkLock(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkFile(path, info)
}

func lockDirectory(ctx context.Context, directory string) (*flock.Flock, error) {
	path := filepath.Join(directory, lockName)
	if err := checkLock(path); err != nil {
		return nil, err
	}
	return lockWithin(ctx, path, patience)
}

func lockWithin(ctx context.Context, path string, limit time.Duration) (*flock.Flock, error) {
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	lock := flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR|files.NoFollow|files.NoWait))
	locked, err := lock.TryLockContext(limited, pause)
	switch {
	case locked:
		return lock, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for the lock on %s: %w", path, ctx.Err())
	case limited.Err() != nil:
		return nil, variables.WithHint(fmt.Errorf("another process has held the lock on %s for %s", path, limit),
			"see which process it is, and end it if it hangs: fuser -v "+path)
	}
	return nil, fmt.Errorf("locking %s: %w", path, files.Cause(err))
}
