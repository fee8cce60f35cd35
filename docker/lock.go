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
	"github.com/awsvars/awsvars/variables"
)

// lockName is the file that is locked in a directory.
const lockName = ".awsvars.lock"

// patience is how long a lock is waited for.
const patience = 60 * time.Second

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
	unlock, err = files.Lock(ctx, filepath.Join(c.Directory, lockName), patience, checkFile)
	if err != nil {
		var hinted interface{ Hint() string }
		if !errors.As(err, &hinted) && ctx.Err() == nil {
			err = variables.WithHint(err, elsewhere)
		}
		return nil, false, err
	}
	files.Sweep(c.Directory, temporaryNames)
	return unlock, true, nil
}
