package files

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func fill(t testing.TB, path, text string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), mode); err != nil {
		t.Fatal(err)
	}
}

// holds compares a file, and checks that nothing else, such as a temporary
// file, stands beside it.
func holds(t testing.TB, path, want string) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s holds %d bytes that are not those wanted, error %v", path, len(got), err)
	}
	found, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(found) != 1 {
		t.Errorf("in the directory: %v, error %v", found, err)
	}
}

func TestReplacedFileHasItsOwnMode(t *testing.T) {
	t.Parallel()
	for mode, want := range map[fs.FileMode]fs.FileMode{AsMade: 0o600, 0o600: 0o600, 0o644: 0o644, 0o666: 0o666} {
		path := filepath.Join(t.TempDir(), "file")
		fill(t, path, "old", 0o640)
		if err := Replace(path, Temporary, []byte("new"), mode); err != nil {
			t.Fatal(err)
		}
		holds(t, path, "new")
		if info, err := os.Stat(path); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != want {
			t.Errorf("mode %v, want %v, error %v", info.Mode(), want, err)
		}
	}
}

func TestStagedFileStandsBesideTheOld(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	fill(t, path, "old", 0o600)
	staged, err := Stage(path, ".mine-*.new", []byte("new"), AsMade)
	if err != nil {
		t.Fatal(err)
	}
	found, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".mine-*.new"))
	if text, _ := os.ReadFile(path); err != nil || len(found) != 1 || string(text) != "old" {
		t.Errorf("beside %q stand %v, error %v", text, found, err)
	}
	staged.Remove()
	holds(t, path, "old")
}

// TestFileThatCannotBeRenamed: what was staged goes, and no error names it.
func TestFileThatCannotBeRenamed(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "directory")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	err := Replace(path, Temporary, []byte("new"), AsMade)
	if err == nil || strings.Contains(err.Error(), ".tmp") {
		t.Errorf("error %v", err)
	}
	if found, err := os.ReadDir(filepath.Dir(path)); err != nil || len(found) != 1 {
		t.Errorf("left behind: %v, error %v", found, err)
	}
}

func TestDirectoryThatIsMissing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "no")
	for _, err := range []error{Probe(dir), Replace(filepath.Join(dir, "file"), Temporary, nil, AsMade)} {
		if !errors.Is(err, fs.ErrNotExist) || strings.Contains(err.Error(), dir) {
			t.Errorf("error %v", err)
		}
	}
}

func TestProbeLeavesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := Probe(dir); err != nil {
		t.Error(err)
	}
	if found, err := os.ReadDir(dir); err != nil || len(found) != 0 {
		t.Errorf("left behind: %v, error %v", found, err)
	}
}
