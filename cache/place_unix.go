//go:build unix

package cache

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"syscall"
)

// checkDirectory refuses a directory into which others could put entries, or
// look.
func checkDirectory(info fs.FileInfo) error {
	if !info.IsDir() {
		return errors.New("it is no directory")
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if ok && int(stat.Uid) != os.Geteuid() {
		return fmt.Errorf("it belongs to user %d, this process to user %d", stat.Uid, os.Geteuid())
	}
	if open := info.Mode().Perm() & 0o077; open != 0 {
		return fmt.Errorf("it has mode %#o, and others must not look into it: chmod 700", info.Mode().Perm())
	}
	return nil
}

func checkMode(path string, info fs.FileInfo) error {
	if info.Mode().Perm()&0o077 != 0 {
		return fmt.Errorf("%s has mode %#o, and others must not read it", path, info.Mode().Perm())
	}
	return nil
}
