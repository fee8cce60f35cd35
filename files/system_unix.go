//go:build unix

package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// NoFollow makes open fail on a symbolic link that took the file's place
// after it was looked at; NoWait makes it return at once from a named pipe.
const (
	NoFollow = syscall.O_NOFOLLOW
	NoWait   = syscall.O_NONBLOCK
)

// checkOwner refuses a file that somebody else laid out: they could keep it
// open and read, and a new file in its place would be lost to them.
func checkOwner(info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("belongs to user %d, this process to user %d", stat.Uid, os.Geteuid())
	}
	return nil
}

// Single tells whether a file has one name only. With a hard link somebody else
// could have a file of theirs take what is meant for this one.
func Single(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || stat.Nlink <= 1
}

// Sync writes a file to the disk, where the file system knows that.
func Sync(file *os.File) error {
	err := file.Sync()
	if syncsNot(err) {
		return nil
	}
	return err
}

// SyncDir makes a rename outlive a power cut.
func SyncDir(path string) error {
	dir, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		// A directory may be written to and yet not read; the file is there.
		return nil
	}
	if err != nil {
		return err
	}
	err = dir.Sync()
	if syncsNot(err) {
		err = nil
	}
	return errors.Join(err, dir.Close())
}

// syncsNot tells whether err says that a file system knows no fsync, mostly of
// a directory: EINVAL, on some mounts of networks and of FUSE ENOTSUP, ENOSYS
// or EBADF. What was to be written is there by then, so that this is no failure.
func syncsNot(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EBADF) || errors.Is(err, errors.ErrUnsupported)
}

// IsFull tells whether err says that a disk, a quota or the limit of a process
// for the size of its files is used up.
func IsFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}

// IsReadOnly tells whether err says that a mount is read-only.
func IsReadOnly(err error) bool { return errors.Is(err, syscall.EROFS) }
