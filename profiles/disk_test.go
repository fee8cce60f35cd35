//go:build linux

package profiles

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
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

// TestFullDisk: where one of both files does not fit, the other stays too.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	for _, full := range []string{"config", "credentials"} {
		small := mounted(t, "size=16k")
		f := Files{filepath.Join(t.TempDir(), "config"), filepath.Join(t.TempDir(), "credentials")}
		if full == "config" {
			f.Config = filepath.Join(small, full)
		} else {
			f.Credentials = filepath.Join(small, full)
		}
		config, credentials := "[a]\n", "[b]\n"
		f.fill(t, config, credentials)
		if err := os.WriteFile(filepath.Join(small, "else"), bytes.Repeat([]byte("x"), 8<<10), 0o600); err != nil {
			t.Fatal(err)
		}
		_ = os.WriteFile(filepath.Join(small, "more"), bytes.Repeat([]byte("x"), 8<<10), 0o600)
		_, err := f.Write(t.Context(), keysOf("deploy", "eu-west-1"), false)
		wantError(t, err, filepath.Join(small, full)+": no space left on device")
		f.holds(t, config, credentials)
		onlyIn(t, small, "else", "more", full, lockName)
	}
}

func TestReadOnlyDisk(t *testing.T) {
	t.Parallel()
	dir := mounted(t, "size=64k")
	f := Files{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
	f.fill(t, "[a]\n", "[b]\n")
	if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	err := f.Check(keysOf("deploy", ""), false)
	wantError(t, err, f.Config+": its directory cannot be written to: read-only file system")
	if strings.Contains(err.Error(), ".tmp") {
		t.Errorf("the error names a file that nobody knows: %v", err)
	}
	_, err = f.Write(t.Context(), keysOf("deploy", ""), false)
	wantError(t, err, "locking "+filepath.Join(dir, lockName), "read-only file system")
}
