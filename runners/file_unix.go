//go:build unix

package runners

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes open fail on a symbolic link that took the file's place
// after it was looked at.
const noFollow = syscall.O_NOFOLLOW

// noWait makes open return at once from a named pipe that nobody writes to.
const noWait = syscall.O_NONBLOCK

// checkOwner refuses a file that somebody else laid out: in a shared
// directory they could keep it open and read.
func checkOwner(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("writing %s: the file belongs to user %d, this process to user %d; remove it, or choose another output", path, stat.Uid, os.Geteuid())
	}
	return nil
}

// syncDir makes a rename outlive a power cut.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		// A directory may be written to and yet not read; the file is there.
		if errors.Is(err, fs.ErrPermission) {
			return nil
		}
		return err
	}
	err = dir.Sync()
	if syncsNot(err) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

// syncsNot tells whether err says that a file system knows no fsync of a
// directory: EINVAL, on some mounts of networks and of FUSE ENOTSUP, ENOSYS or
// EBADF. The file has its name by then, so that this is no failure.
func syncsNot(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EBADF) || errors.Is(err, errors.ErrUnsupported)
}

func isFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT)
}

func isReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }

// sameDisk tells whether two directories lie on one mount.
func sameDisk(a, b string) bool {
	one, err := os.Stat(a)
	if err != nil {
		return false
	}
	other, err := os.Stat(b)
	if err != nil {
		return false
	}
	first, ok := one.Sys().(*syscall.Stat_t)
	second, also := other.Sys().(*syscall.Stat_t)
	return ok && also && first.Dev == second.Dev
}
