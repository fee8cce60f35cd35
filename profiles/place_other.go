//go:build !unix

package profiles

import "io/fs"

// Windows has neither the flags nor owners that fs.FileInfo knows; symbolic
// links are refused by Lstat alone.
const (
	noFollow = 0
	noWait   = 0
)

func checkOwner(string, fs.FileInfo) error { return nil }

// syncDirectory has nothing to do: Windows opens no directories to sync them.
func syncDirectory(string) error { return nil }
