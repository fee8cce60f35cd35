//go:build !unix

package files

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Windows has neither the flags nor owners that fs.FileInfo knows; symbolic
// links are refused by Lstat alone.
const (
	NoFollow = 0
	NoWait   = 0
)

func checkOwner(fs.FileInfo) error { return nil }

// Single takes a file's word for it: fs.FileInfo counts no names here.
func Single(fs.FileInfo) bool { return true }

// Sync writes a file to the disk.
func Sync(file *os.File) error { return file.Sync() }

// SyncDir has nothing to do: Windows opens no directories to sync them.
func SyncDir(string) error { return nil }

// diskFull is ERROR_DISK_FULL.
const diskFull = syscall.Errno(112)

// IsFull tells whether err says that a disk is used up.
func IsFull(err error) bool { return errors.Is(err, diskFull) }

// IsReadOnly tells nothing here.
func IsReadOnly(error) bool { return false }
