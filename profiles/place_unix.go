//go:build unix

package profiles

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// noFollow makes open fail on a symbolic link that took the file's place
// after it was looked at; noWait makes it return at once from a named pipe.
const (
	noFollow = syscall.O_NOFOLLOW
	noWait   = syscall.O_NONBLOCK
)

// checkOwner refuses a file of somebody else: they could keep it open and
// read, and a new file in its place would be lost to them.
func checkOwner(path string, info fs.FileInfo) error {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("%s belongs to user %d, this process to user %d", path, stat.Uid, os.Geteuid())
	}
	return nil
}

// syncDirectory makes a rename outlive a power cut. A directory may be written
// to and yet not read, and some file systems of networks and of FUSE know no
// fsync of one: the file has its name by then.
func syncDirectory(path string) error {
	directory, err := os.Open(path)
	if errors.Is(err, fs.ErrPermission) {
		return nil
	}
	if err != nil {
		return err
	}
	err = directory.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.EBADF) || errors.Is(err, errors.ErrUnsupported) {
		err = nil
	}
	return errors.Join(err, directory.Close())
}
