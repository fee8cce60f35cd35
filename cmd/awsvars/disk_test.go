//go:build linux

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// mounted mounts a tiny file system in a directory of the test's.
func mounted(t *testing.T, flags uintptr, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", flags, options); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("mounting a file system, which CI must be able to: %v", err)
		}
		t.Skipf("mounting a file system: %v", err)
	}
	t.Cleanup(func() { _ = syscall.Unmount(dir, 0) })
	return dir
}

// TestAFileThatCannotBeWritten: the message says which file and why, the
// status is 5, an earlier file stays, and nothing is left behind.
func TestAFileThatCannotBeWritten(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	const old = "the file of an earlier run\n"
	for _, c := range []struct {
		name     string
		flags    uintptr
		options  string
		readOnly bool
		why      string
	}{
		{"a full disk", 0, "size=8k", false, "no space left on device"},
		{"a read-only file system", 0, "size=64k", true, "read-only file system"},
	} {
		dir := mounted(t, c.flags, c.options)
		path := filepath.Join(dir, "vars.json")
		if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		if c.readOnly {
			if err := syscall.Mount("", dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
		}
		log, status := started(t, s, t.TempDir(), "never", os.Interrupt, "ecr", "--output", path, "--format", "json")
		if status != 5 || !strings.Contains(log, path) || !strings.Contains(log, c.why) {
			t.Errorf("%s: status %d\n%s", c.name, status, log)
		}
		if text, err := os.ReadFile(path); err != nil || string(text) != old {
			t.Errorf("%s: the old file has %d bytes, %v", c.name, len(text), err)
		}
		if left, _ := os.ReadDir(dir); len(left) != 1 {
			t.Errorf("%s left %v", c.name, left)
		}
	}
}

func TestAReadOnlyFileIsNotReplaced(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	path := filepath.Join(t.TempDir(), "vars.json")
	if err := os.WriteFile(path, []byte("mine"), 0o400); err != nil {
		t.Fatal(err)
	}
	log, status := started(t, s, t.TempDir(), "never", os.Interrupt, "ecr", "--output", path)
	if text, _ := os.ReadFile(path); status != 5 || !strings.Contains(log, path) || string(text) != "mine" {
		t.Errorf("status %d, the file holds %q\n%s", status, text, log)
	}
	if asked := s.Requests(); len(asked) != 0 {
		t.Errorf("AWS was asked %d times, although the file could not be written", len(asked))
	}
}
