//go:build linux

package docker

import (
	"bytes"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// mounted mounts a small file system in a directory of the test's.
func mounted(t *testing.T, options string) string {
	t.Helper()
	needRoot(t)
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		missing(t, "right to mount a tmpfs")
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	return dir
}

func TestFullDisk(t *testing.T) {
	t.Parallel()
	c := Config{Directory: mounted(t, "size=16k")}
	if err := os.WriteFile(c.file(), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	rest := filepath.Join(c.Directory, "rest")
	// With one page left, the state fits and config.json does not.
	for _, size := range []int{8 << 10, 12 << 10} {
		if err := os.WriteFile(rest, bytes.Repeat([]byte("x"), size), 0o600); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
		wantError(t, err, c.Directory, "no space left on device")
		c.holds(t, "{}")
		onlyIn(t, c.Directory, "config.json", lockName, "rest")
	}
}

func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	c := Config{Directory: mounted(t, "size=64k")}
	if err := os.WriteFile(c.file(), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("", c.Directory, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
	wantError(t, err, "locking "+filepath.Join(c.Directory, lockName), "read-only file system")
	private, _ := logInPrivately(t, c, t.TempDir(), loginTo(ireland))
	private.gives(t, loginTo(ireland))
}
