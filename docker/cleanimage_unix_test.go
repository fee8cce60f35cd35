//go:build unix

package docker

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// TestCleanRemovesUnpackedImages that a killed push left, and nothing that only
// has such a name.
func TestCleanRemovesUnpackedImages(t *testing.T) {
	t.Parallel()
	parent, outside := t.TempDir(), t.TempDir()
	long := time.Now().Add(-time.Hour)
	made := func(name string, mode os.FileMode, age time.Time) {
		dir := filepath.Join(parent, name)
		if err := os.MkdirAll(filepath.Join(dir, "layout", "blobs"), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "layout", "blobs", "layer"), []byte("layer"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(dir, mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(dir, age, age); err != nil {
			t.Fatal(err)
		}
	}
	made(imagePrefix+"killed", 0o700, long)
	made(imagePrefix+"young", 0o700, time.Now())
	made(imagePrefix+"open", 0o755, long)
	made("somebodys", 0o700, long)
	if err := os.WriteFile(filepath.Join(parent, imagePrefix+"file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(parent, imagePrefix+"link")); err != nil {
		t.Fatal(err)
	}
	want := []string{imagePrefix + "file", imagePrefix + "link", imagePrefix + "open", imagePrefix + "young", "somebodys"}
	if os.Geteuid() == 0 {
		made(imagePrefix+"anothers", 0o700, long)
		if err := os.Chown(filepath.Join(parent, imagePrefix+"anothers"), 12345, 12345); err != nil {
			t.Fatal(err)
		}
		want = append(want, imagePrefix+"anothers")
	}
	removed, err := Clean(t.Context(), []string{parent}, 30*time.Minute, nil)
	if err != nil || !slices.Equal(removed, []string{filepath.Join(parent, imagePrefix+"killed")}) {
		t.Errorf("removed %q, %v", removed, err)
	}
	onlyIn(t, parent, want...)
}
