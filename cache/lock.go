package cache

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/files"
)

// lock keeps other processes and goroutines from asking for what key names.
func (c *Cache) lock(ctx context.Context, key Key, limit time.Duration) (unlock func(), err error) {
	unlock, err = files.Lock(ctx, filepath.Join(c.dir, key.lock()), limit, checkEntry)
	if err != nil {
		return nil, fmt.Errorf("locking the cache: %w", err)
	}
	return unlock, nil
}
