//go:build unix

package runners

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestNamedPipeAndDeviceAreRefused(t *testing.T) {
	t.Parallel()
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, writeFile(pipe, nil), pipe, "is a named pipe")
	wantError(t, writeFile("/dev/null", nil), "/dev/null: it is a device")
	// An addition must not wait for a reader of the pipe.
	wantError(t, appendAll([]addition{{variable: "GITHUB_ENV", path: pipe}}), "preparing $GITHUB_ENV", "is a named pipe")
	list := filepath.Join(t.TempDir(), "x.dockerignore")
	if err := syscall.Mkfifo(list, 0o600); err != nil {
		t.Fatal(err)
	}
	wantError(t, checkClone(t, filepath.Dir(list)), list+" is no regular file")
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		missing(t, "root on Linux")
	}
}

func TestFileOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	needRoot(t)
	path := filepath.Join(t.TempDir(), "aws.env")
	if err := os.WriteFile(path, []byte("old"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.Chown(path, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	wantError(t, writeFile(path, nil), path, "belongs to user 12345", "remove it, or choose another output")
}

// tmpfs mounts a small file system.
func tmpfs(t *testing.T, options string) string {
	t.Helper()
	needRoot(t)
	dir := t.TempDir()
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", options, "tmpfs", dir).CombinedOutput(); err != nil {
		missing(t, fmt.Sprintf("right to mount a tmpfs (%s)", bytes.TrimSpace(out)))
	}
	t.Cleanup(func() {
		if out, err := exec.Command("umount", dir).CombinedOutput(); err != nil {
			t.Errorf("unmounting: %s", out)
		}
	})
	return dir
}

func TestFullDiskLeavesTheOldFile(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "size=64k")
	path := filepath.Join(dir, "aws.env")
	if err := writeFile(path, []byte("old")); err != nil {
		t.Fatal(err)
	}
	wantError(t, writeFile(path, make([]byte, 100_000)), "writing "+path, "no space left on device", "make room")
	if readText(t, path) != "old" {
		t.Error("the old file is gone")
	}
	onlyIn(t, dir, "aws.env")
}

func TestReadOnlyDirectoryIsRefusedBeforehand(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "size=64k")
	path := filepath.Join(dir, "aws.env")
	if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("mount", "-o", "remount,ro", dir).CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	for _, name := range []string{"aws.env", "new.env"} {
		err := open(t, "envfile", newMachine(t, nil).Host).Check(settings(t, map[string]string{"output": filepath.Join(dir, name)}))
		wantError(t, err, "writing "+filepath.Join(dir, name), "its directory cannot be written to", "read-only file system", "choose an output")
	}
}

// A disk that is full in the middle of GitHub's files must leave all of them
// as they were.
func TestAppendedFilesAreRestored(t *testing.T) {
	t.Parallel()
	full := filepath.Join(tmpfs(t, "size=64k"), "env")
	for path, content := range map[string]string{full: "F=1\n"} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	old, created := filepath.Join(dir, "old"), filepath.Join(dir, "created")
	if err := os.WriteFile(old, []byte("open line"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := appendAll([]addition{
		{variable: "GITHUB_OUTPUT", path: old, content: []byte("a=1\n")},
		{variable: "GITHUB_STATE", path: created, content: []byte("a=1\n")},
		{variable: "GITHUB_ENV", path: full, content: bytes.Repeat([]byte("x"), 100_000)},
	})
	wantError(t, err, "appending to $GITHUB_ENV", "no space left on device")
	if readText(t, old) != "open line" || readText(t, full) != "F=1\n" {
		t.Errorf("left %q and %q", readText(t, old), readText(t, full))
	}
	onlyIn(t, dir, "old")
}

// TestNothingIsStaged: on this disk there is room for one copy only, and a
// second one would be left where this process is killed.
func TestNothingIsStaged(t *testing.T) {
	t.Parallel()
	dir := tmpfs(t, "size=64k")
	output := filepath.Join(dir, "output")
	s := newStep(t, map[string]string{"RUNNER_TEMP": dir, "GITHUB_OUTPUT": output})
	deliver(t, "github", s.Host, setOf(t, string(bytes.Repeat([]byte("x"), 40_000))), settings(t, nil))
	if len(readText(t, output)) < 40_000 {
		t.Error("no output")
	}
	onlyIn(t, dir, "output")
}
