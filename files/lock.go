package files

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// Pause is how long to wait between two tries to lock.
const Pause = 5 * time.Millisecond

// Check judges a file before it is read, locked or replaced.
type Check func(path string, info fs.FileInfo) error

// Held is the error where another process keeps a lock.
type Held struct {
	Path string
	// Waited is how long.
	Waited time.Duration
}

func (h Held) Error() string {
	return fmt.Sprintf("another process has held the lock on %s for %s", h.Path, h.Waited)
}

// Hint returns the remedy.
func (h Held) Hint() string {
	return "see which process it is, and end it if it hangs: fuser -v " + h.Path
}

// CheckAt lets what check lets pass stand at path, and nothing at all.
func CheckAt(path string, check Check) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return check(path, info)
}

// Lock keeps other processes and goroutines that lock the file at path, which
// it makes with mode 0600. The file stays there, empty: whoever removed it
// would part those who wait from those who come. A lock that is not free is
// waited for until limit has passed, which is a [Held]. It ends with the
// process at the latest, so that unlock has nothing to tell.
func Lock(ctx context.Context, path string, limit time.Duration, check Check) (unlock func(), err error) {
	if err := CheckAt(path, check); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	lock := lockAt(path)
	locked, err := lock.TryLockContext(limited, Pause)
	if locked {
		return func() { _ = lock.Unlock() }, nil
	}
	_ = lock.Close()
	switch {
	case ctx.Err() != nil:
		return nil, fmt.Errorf("waiting for the lock on %s: %w", path, ctx.Err())
	case limited.Err() != nil:
		return nil, Held{path, limit}
	}
	return nil, fmt.Errorf("locking %s: %w", path, Cause(err))
}

// TryLock is [Lock] for who has something else to do where it is not free.
func TryLock(path string, check Check) (unlock func(), locked bool) {
	if CheckAt(path, check) != nil {
		return nil, false
	}
	lock := lockAt(path)
	if locked, err := lock.TryLock(); err != nil || !locked {
		_ = lock.Close()
		return nil, false
	}
	return func() { _ = lock.Unlock() }, true
}

func lockAt(path string) *flock.Flock {
	return flock.New(path, flock.SetPermissions(0o600), flock.SetFlag(os.O_CREATE|os.O_RDWR|NoFollow|NoWait))
}

// Sweep removes what killed processes left under the pattern of their
// temporary files, since secrets stand in it. That is for who holds the lock
// under which all files of the pattern are written. What cannot be removed is
// somebody else's.
func Sweep(dir, pattern string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if ours, _ := filepath.Match(pattern, entry.Name()); ours {
			_ = os.Remove(filepath.Join(dir, entry.Name()))
		}
	}
}
