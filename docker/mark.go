package docker

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/awsvars/awsvars/files"
)

// markName is the file in a private directory that says so. Without it no
// directory is ever removed.
const markName = ".awsvars-private.json"

// Mark says whose a private directory is.
type Mark struct {
	Job  string    `json:"job"`
	Made time.Time `json:"made"`
	// Owner is the process that the directory must outlive; none is one, too.
	Owner Process `json:"owner"`
}

// longest is how long an owner keeps a directory. It may be in another container
// and cannot be asked, or be an agent that serves jobs for years. A login lasts
// 12 hours.
const longest = 7 * 24 * time.Hour

// Alive tells whether the owner may still need the directory.
func (m Mark) Alive() bool { return time.Since(m.Made) < longest && m.Owner.Alive() }

// readMark returns the mark of a directory; is is false for one that has none.
func readMark(dir string) (mark Mark, is bool, err error) {
	text, info, err := readFile(filepath.Join(dir, markName))
	if err != nil || info == nil {
		return Mark{}, false, err
	}
	if err := json.Unmarshal([]byte(text), &mark); err != nil || mark.Made.IsZero() {
		return Mark{}, false, fmt.Errorf("%s is not as awsvars wrote it", filepath.Join(dir, markName))
	}
	return mark, true, nil
}

func (m Mark) write(dir string) error {
	text, err := json.MarshalIndent(m, "", "\t")
	if err != nil {
		return err
	}
	return files.Replace(filepath.Join(dir, markName), temporaryNames, append(text, '\n'), files.AsMade)
}

// removePrivate removes a private directory, and what its links lead to not.
// The mark goes last, so that a process that is killed leaves a directory that
// is known for ours.
func removePrivate(dir string) error {
	if info, err := os.Lstat(dir); err != nil || !info.IsDir() {
		return errors.Join(err, fmt.Errorf("%s is no directory", dir))
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, entry := range entries {
		if entry.Name() == markName {
			continue
		}
		if err := os.RemoveAll(filepath.Join(dir, entry.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(filepath.Join(dir, markName)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Remove(dir)
}
