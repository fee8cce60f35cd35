package docker

import (
	"io/fs"
	"os"
	"runtime"
	"strings"
	"time"

	"github.com/awsvars/awsvars/files"
)

// imagePrefix begins the names of the directories into which package images
// unpacks an archive, or takes the layers of an engine's image. They hold no
// secret, but gigabytes.
const imagePrefix = "awsvars-image-"

func isImage(name string) bool { return strings.HasPrefix(name, imagePrefix) }

// cleanImage removes what a push that was killed has left. It carries no mark:
// a directory of ours that only we may enter, as the push made it, is one, and
// older than before it is nobody's any more.
func cleanImage(dir string, before time.Time) (gone bool, err error) {
	info, err := os.Lstat(dir)
	if err != nil || info.ModTime().After(before) {
		return false, err
	}
	if !info.IsDir() || files.CheckRights(info) != nil || !ownersOnly(info) {
		return false, nil
	}
	err = os.RemoveAll(dir)
	return err == nil, err
}

// ownersOnly tells whether a directory has the mode that os.MkdirTemp gives;
// Windows has no modes.
func ownersOnly(info fs.FileInfo) bool {
	return runtime.GOOS == "windows" || info.Mode().Perm() == 0o700
}
