package runners

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/awsvars/awsvars/files"
)

// absolute returns the file that a user means by path.
func (h Host) absolute(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(h.Dir, path)
}

// writeFile replaces path by a file of mode 0600 that holds content, in one
// step: a reader, or a process that is killed, sees the old file or the new
// one. A process killed on the way leaves .awsvars-*.tmp beside it.
func writeFile(path string, content []byte) error {
	if err := checkFile(path); err != nil {
		return err
	}
	if err := files.Replace(path, files.Temporary, content, files.AsMade); err != nil {
		return fmt.Errorf("writing %s: %w%s", path, err, hintFor(err))
	}
	return nil
}

// checkFile tells what would stop writeFile, and changes nothing.
func checkFile(path string) error {
	info, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return checkDir(filepath.Dir(path), path)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	if err := checkKind(path, info, "remove it, or choose another output"); err != nil {
		return err
	}
	if err := files.CheckRights(info); err != nil {
		return fmt.Errorf("writing %s: the file %w; remove it, or choose another output", path, err)
	}
	return checkDir(filepath.Dir(path), path)
}

// checkKind refuses everything but a regular file.
func checkKind(path string, info fs.FileInfo, remedy string) error {
	kind := files.Kind(info)
	switch {
	case kind == "":
		return nil
	case info.IsDir():
		return fmt.Errorf("writing %s: it is a directory; name a file in it, such as %s", path, filepath.Join(path, "aws.env"))
	}
	return fmt.Errorf("writing %s: it is %s, and secrets are written to regular files only; %s", path, kind, remedy)
}

func checkDir(dir, path string) error {
	if err := files.Probe(dir); err != nil {
		return fmt.Errorf("writing %s: its directory cannot be written to: %w%s", path, err, hintFor(err))
	}
	return nil
}

// hintFor says what to do about the errors that people meet.
func hintFor(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "; create the directory first, or choose another output"
	case files.IsFull(err):
		return "; make room on that disk, or choose another output. What was there is untouched"
	case errors.Is(err, fs.ErrPermission), files.IsReadOnly(err):
		return "; choose an output that this user may write to"
	}
	return ""
}

// writeOut writes content in one piece: a reader of the pipe gets all of it
// or nothing.
func writeOut(w io.Writer, content []byte) error {
	n, err := w.Write(content)
	if err == nil && n < len(content) {
		err = io.ErrShortWrite
	}
	if err != nil {
		return fmt.Errorf("writing the variables to stdout: %w", err)
	}
	return nil
}
