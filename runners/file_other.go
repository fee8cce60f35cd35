//go:build !unix

package runners

import (
	"errors"
	"io/fs"
	"syscall"
)

// Windows has neither the flags nor owners that os.FileInfo knows; symbolic
// links are refused by Lstat alone.
const (
	noFollow = 0
	noWait   = 0
)

func checkOwner(string, fs.FileInfo) error { return nil }

// syncDir has nothing to do: Windows opens no directories to sync them.
func syncDir(string) error { return nil }

// diskFull is ERROR_DISK_FULL.
const diskFull = syscall.Errno(112)

func isFull(err error) bool { return errors.Is(err, diskFull) }

func isReadOnly(error) bool { return false }

// sameDisk takes the CI system's word for it.
func sameDisk(string, string) bool { return true }
