package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// lockName is the file that is locked in a directory. It stays there, empty:
// whoever removed it would part those who wait from those who come.
const lockName = ".awsvars.lock"

// patience is how long a lock is waited for; pause is how long between tries.
const (
	patience = 60 * time.Second
	pause    = 5 * time.Millisecond
)

// lock keeps other processes and goroutines of awsvars from the directory,
// which it makes if it is to. Without one there is nothing to lock, and found
// is false.
func (c Config) lock(ctx context.Context, create bool) (unlock func(), found bool, err error) {
	if !filepath.IsAbs(c.Directory) {
		return nil, false, fmt.Errorf("%q is no absolute path", c.Directory)
	}
	if create {
		if err := os.MkdirAll(c.Directory, 0o700); err != nil {
			return nil, false, variables.WithHint(err, elsewhere)
		}
	} else if _, err := os.Stat(c.Directory); errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	path := filepath.Join(c.Directory, lockName)
	if err := c.checkLock(); err != nil {
		return nil, false, err
	}
	lock, err := lockWithin(ctx, path, patience)
	if err != nil {
		return nil, false, err
	}
	sweep(c.Directory)
	// What was to be done is done by then, and the lock ends with the process.
	return func() { _ = lock.Unlock() }, true, nil
}

// checkLock refuses what is no file of this user in the place of the lock.
func (c Config) checkLock() error {
	path := filepath.Join(c.Directory, lockName)
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return checkFile(path, info)
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
	return nil, variables.WithHint(fmt.Errorf("locking %s: %w", path, files.Cause(err)), elsewhere)
}
