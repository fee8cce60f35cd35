// Package files judges, reads, locks and replaces single files that hold
// secrets.
//
// Its callers say in their own words which file it is and what helps, so that
// errors name no file, but for those of [Read], [Lock] and [SyncDir].
package files

import (
	"errors"
	"io/fs"
	"os"
)

// Temporary is the pattern, as os.CreateTemp takes it, of the names under
// which files are written first. Who removes what killed processes left needs
// one of its own.
const Temporary = ".awsvars-*.tmp"

// Kind names what is no regular file, such as "a symbolic link": secrets would
// go where somebody else pointed to. It is empty for a regular file.
func Kind(info fs.FileInfo) string {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return ""
	case mode.IsDir():
		return "a directory"
	case mode&fs.ModeSymlink != 0:
		return "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		return "a named pipe"
	case mode&fs.ModeSocket != 0:
		return "a socket"
	case mode&fs.ModeDevice != 0:
		return "a device"
	}
	return "no regular file"
}

// CheckRights refuses a regular file that is not ours to replace. Its error
// goes on where the caller named the file: "belongs to user 1000, …".
func CheckRights(info fs.FileInfo) error {
	if err := checkOwner(info); err != nil {
		return err
	}
	// Who made a file read-only did not mean it to be replaced.
	if info.Mode().Perm()&0o200 == 0 {
		return errors.New("is read-only")
	}
	return nil
}

// Probe makes a file in a directory and removes it: a read-only mount or an
// access list cannot be told from modes alone.
func Probe(dir string) error {
	file, err := os.CreateTemp(dir, Temporary)
	if err != nil {
		return Cause(err)
	}
	return Cause(errors.Join(file.Close(), os.Remove(file.Name())))
}

// Cause drops the names of files from an error of package os: that of a
// temporary file tells nobody anything.
func Cause(err error) error {
	var failed *fs.PathError
	var renamed *os.LinkError
	switch {
	case errors.As(err, &failed):
		return failed.Err
	case errors.As(err, &renamed):
		return renamed.Err
	}
	return err
}
