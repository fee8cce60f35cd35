package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func pass(string, fs.FileInfo) error { return nil }

func TestFileIsReadUpToItsBound(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	fill(t, path, "12345678", 0o600)
	content, info, err := Read(path, 8, pass)
	if err != nil || string(content) != "12345678" || info.Size() != 8 {
		t.Errorf("read %q, error %v", content, err)
	}
	content, _, err = Read(path, 7, pass)
	if err == nil || err.Error() != path+" has more than 7 bytes" || content != nil {
		t.Errorf("read %q, error %v", content, err)
	}
	if _, _, err := Read(path+".no", 8, pass); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
}

func TestFileThatIsRefusedIsNotRead(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	fill(t, path, "text", 0o600)
	no := errors.New("no")
	content, _, err := Read(path, 8, func(asked string, info fs.FileInfo) error {
		if asked != path || info.Size() != 4 {
			t.Errorf("asked about %s of %d bytes", asked, info.Size())
		}
		return no
	})
	if !errors.Is(err, no) || content != nil {
		t.Errorf("read %q, error %v", content, err)
	}
}

// TestFileThatIsReplacedMeanwhile: check has judged another one.
func TestFileThatIsReplacedMeanwhile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, other := filepath.Join(dir, "file"), filepath.Join(dir, "other")
	for name, replace := range map[string]func() error{
		"file": func() error { return os.Rename(other, path) },
		"link": func() error { return errors.Join(os.Remove(path), os.Symlink(other, path)) },
	} {
		fill(t, path, "judged", 0o600)
		fill(t, other, "not judged", 0o600)
		content, _, err := Read(path, 99, func(string, fs.FileInfo) error { return replace() })
		if err == nil || content != nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: read %q, error %v", name, content, err)
		}
	}
}

func TestFileIsJudgedAgainOnceItIsOpen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	fill(t, path, "text", 0o600)
	content, _, err := Read(path, 8, func(_ string, info fs.FileInfo) error {
		return errors.Join(CheckRights(info), os.Chmod(path, 0o400))
	})
	if err == nil || err.Error() != "is read-only" || content != nil {
		t.Errorf("read %q, error %v", content, err)
	}
}
