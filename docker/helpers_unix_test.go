//go:build unix

package docker

import (
	"io/fs"
	"os"
	"testing"
)

// TestHelpersLeaveTheMode: they write no secret, and others may have to read the
// file.
func TestHelpersLeaveTheMode(t *testing.T) {
	t.Parallel()
	for _, mode := range []fs.FileMode{0o600, 0o644, 0o664, 0o666, 0o640} {
		c := holding(t, "{}")
		if err := os.Chmod(c.file(), mode); err != nil {
			t.Fatal(err)
		}
		if _, err := c.NameHelper(t.Context(), "awsvars", []string{hostA}, false); err != nil {
			t.Fatal(err)
		}
		if got := modeOf(t, c.file()); got != mode {
			t.Errorf("with a helper mode %o became %o", mode, got)
		}
		if _, err := c.DropHelper(t.Context(), "awsvars"); err != nil {
			t.Fatal(err)
		}
		if got := modeOf(t, c.file()); got != mode {
			t.Errorf("without it mode %o became %o", mode, got)
		}
	}
	c := holding(t, "")
	if _, err := c.NameHelper(t.Context(), "awsvars", []string{hostA}, false); err != nil || modeOf(t, c.file()) != 0o600 {
		t.Errorf("a new file has mode %o, %v", modeOf(t, c.file()), err)
	}
}

// TestHelpersHaveNoPrivateDirectory to hint at.
func TestHelpersHaveNoPrivateDirectory(t *testing.T) {
	t.Parallel()
	const want = "let DOCKER_CONFIG or --docker-config name another directory"
	link, readOnly := holding(t, "{}"), holding(t, `{"credHelpers":{"`+hostA+`":"awsvars"}}`)
	if err := os.Rename(link.file(), link.file()+".real"); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(link.file()+".real", link.file()); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(readOnly.file(), 0o400); err != nil {
		t.Fatal(err)
	}
	for _, c := range []Config{link, readOnly} {
		_, named := c.NameHelper(t.Context(), "awsvars", []string{hostB}, false)
		_, dropped := c.DropHelper(t.Context(), "awsvars")
		for _, err := range []error{named, dropped} {
			var hinted interface{ Hint() string }
			if !asHinted(err, &hinted) || hinted.Hint() != want {
				t.Errorf("no remedy for %v", err)
			}
		}
	}
}
