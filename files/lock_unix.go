//go:build unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"
)

// Names is how many names a file has: more than one where there are hard links
// to it.
func Names(info fs.FileInfo) uint64 {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(stat.Nlink)
	}
	return 1
}

// LockOpen locks an open file against others who do, and waits for them until
// limit has passed, which is a [Held]. A file system without locks has none.
func LockOpen(file *os.File, limit time.Duration) (unlock func(), err error) {
	for until := time.Now().Add(limit); ; time.Sleep(Pause) {
		err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return func() { _ = syscall.Flock(int(file.Fd()), syscall.LOCK_UN) }, nil
		case !errors.Is(err, syscall.EWOULDBLOCK) && !errors.Is(err, syscall.EINTR):
			return func() {}, nil
		case time.Now().After(until):
			return nil, Held{file.Name(), limit}
		}
	}
}
