//go:build !unix

package cache

import (
	"errors"
	"io/fs"
)

// Windows has access lists in place of modes; a directory of a user's profile
// is that user's.
func checkDirectory(info fs.FileInfo) error {
	if !info.IsDir() {
		return errors.New("it is no directory")
	}
	return nil
}

func checkMode(string, fs.FileInfo) error { return nil }
