package runners

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// wantError checks the message as a user would read it.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q: %v", part, err)
		}
	}
	for _, secret := range []string{fakeSecret, fakeKey} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}

// onlyIn checks that nothing else, such as a temporary file, stays behind.
func onlyIn(t testing.TB, dir string, names ...string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(names) {
		t.Errorf("in the directory: %v; want %v", found, names)
	}
}

func TestFileIsReplacedWithMode0600(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, "aws.env")
	if err := os.WriteFile(path, []byte("old"), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := writeFile(path, []byte("new")); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 || readText(t, path) != "new" {
		t.Errorf("mode %v, content %q, error %v", info.Mode(), readText(t, path), err)
	}
	onlyIn(t, dir, "aws.env")
}

func TestOutputThatIsNoFileIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	target := filepath.Join(dir, "target")
	if err := os.WriteFile(target, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(dir, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	dangling := filepath.Join(dir, "dangling")
	if err := os.Symlink(filepath.Join(dir, "nothing"), dangling); err != nil {
		t.Fatal(err)
	}
	readOnly := filepath.Join(dir, "read-only")
	if err := os.WriteFile(readOnly, []byte("old"), 0o400); err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{
		dir: "is a directory; name a file in it", link: "is a symbolic link", dangling: "is a symbolic link", readOnly: "the file is read-only",
		filepath.Join(dir, "no", "such"): "create the directory first", filepath.Join(target, "x"): "not a directory",
	} {
		for _, err := range []error{
			open(t, "envfile", newMachine(t, nil).Host).Check(settings(t, map[string]string{"output": path})),
			writeFile(path, []byte("new")),
		} {
			wantError(t, err, "writing "+path+": ", part)
		}
	}
	if readText(t, target) != "old" || readText(t, readOnly) != "old" {
		t.Error("a refused file was written to")
	}
	onlyIn(t, dir, "target", "link", "dangling", "read-only")
}

func TestStdoutThatIsClosedIsAnError(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, nil)
	m.Host.Stdout = writer
	_, err = open(t, "envfile", m.Host).Deliver(stsSet(t), settings(t, nil))
	wantError(t, err, "writing the variables to stdout: ", "broken pipe")
}

// single counts writes.
type single struct {
	bytes.Buffer
	writes int
	fail   error
}

func (s *single) Write(p []byte) (int, error) {
	s.writes++
	if s.fail != nil {
		return 0, s.fail
	}
	return s.Buffer.Write(p)
}

func TestStdoutGetsOneWriteOrNone(t *testing.T) {
	t.Parallel()
	m, out := newMachine(t, nil), new(single)
	m.Host.Stdout = out
	if _, err := open(t, "envfile", m.Host).Deliver(stsSet(t), settings(t, nil)); err != nil || out.writes != 1 {
		t.Errorf("%d writes, error %v", out.writes, err)
	}
	out.writes = 0
	_, err := open(t, "envfile", m.Host).Deliver(setOf(t, "fine", "a\nb"), settings(t, map[string]string{"format": "docker"}))
	wantError(t, err, "writing custom.v1 in the format docker: the value has a newline", "these formats carry it: shell, json")
	if out.writes != 0 {
		t.Error("something was written")
	}
	out.fail = io.ErrClosedPipe
	if _, err := open(t, "envfile", m.Host).Deliver(stsSet(t), settings(t, nil)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}
