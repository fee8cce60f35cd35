package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
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
	fill(t, path, "judged", 0o600)
	fill(t, other, "not judged", 0o600)
	replace := func(string, fs.FileInfo) error {
		err := os.Rename(other, path)
		if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
		return err
	}
	content, _, err := Read(path, 99, replace)
	if err == nil || err.Error() != path+": somebody replaced the file while it was opened" || content != nil {
		t.Errorf("read %q, error %v", content, err)
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
