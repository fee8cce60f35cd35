//go:build e2e

package formats

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestCmdReadsBatchFile calls the file from another batch file, as a user
// does, and lets cmd's own set show what the variables hold.
func TestCmdReadsBatchFile(t *testing.T) {
	wine := need(t, "wine")
	prefix := t.TempDir()
	t.Setenv("WINEPREFIX", prefix)
	t.Setenv("WINEDEBUG", "-all")
	t.Setenv("DISPLAY", "")
	path, want := deliver(t, "cmd", "aws.cmd", values())
	script := filepath.Join(filepath.Dir(path), "main.cmd")
	if err := os.WriteFile(script, []byte("@echo off\r\ncall "+windows(path)+"\r\nset custom_\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out := runWine(t, wine, "cmd", "/c", windows(script))
	got := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), "=")
		got[name] = value
	}
	compare(t, got, want)
}

// runWine collects stdout in a file: wine's server outlives the command and
// would hold a pipe open.
func runWine(t *testing.T, wine string, arguments ...string) []byte {
	t.Helper()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command(wine, arguments...)
	command.Stdout = out
	err = command.Run()
	// The server must be gone before its directory is removed.
	_ = exec.Command("wineserver", "-k", "-w").Run()
	if err := errors.Join(err, out.Close()); err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(out.Name())
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func windows(path string) string { return "Z:" + strings.ReplaceAll(path, "/", `\`) }
