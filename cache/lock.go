package cache

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
)

// pause is how long to wait between two tries to lock.
const pause = 10 * time.Millisecond

func (c *Cache) flock(key Key) (*flock.Flock, error) {
	path := filepath.Join(c.dir, key.lock())
	info, err := os.Lstat(path)
	if err == nil {
		err = checkEntry(path, info)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR|files.NoFollow|files.NoWait)), nil
}

// lock keeps other processes and goroutines from asking for what key names.
func (c *Cache) lock(ctx context.Context, key Key, limit time.Duration) (unlock func(), err error) {
	lock, err := c.flock(key)
	if err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	locked, err := lock.TryLockContext(limited, pause)
	switch {
	case locked:
		// The lock ends with the process at the latest.
		return func() { _ = lock.Unlock() }, nil
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for the lock on %s: %w", lock.Path(), ctx.Err())
	case limited.Err() != nil:
		return nil, fmt.Errorf("another process has held the lock on %s for %s", lock.Path(), limit)
	}
	return nil, fmt.Errorf("locking %s: %w", lock.Path(), files.Cause(err))
}
