//go:build unix

package files

import (
	"bytes"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestKindsOfFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for want, put := range map[string]func(path string) error{
		"":                func(path string) error { return os.WriteFile(path, nil, 0o600) },
		"a directory":     func(path string) error { return os.Mkdir(path, 0o700) },
		"a symbolic link": func(path string) error { return os.Symlink("/dev/null", path) },
		"a named pipe":    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"a socket": func(path string) error {
			socket, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
			if err == nil {
				t.Cleanup(func() { _ = socket.Close() })
			}
			return err
		},
	} {
		path := filepath.Join(dir, strings.ReplaceAll("x"+want, " ", ""))
		if err := put(path); err != nil {
			t.Fatal(err)
		}
		if info, err := os.Lstat(path); err != nil || Kind(info) != want {
			t.Errorf("%s is %q, want %q, error %v", path, Kind(info), want, err)
		}
	}
	if info, err := os.Lstat("/dev/null"); err != nil || Kind(info) != "a device" {
		t.Errorf("/dev/null is %q, error %v", Kind(info), err)
	}
}

func TestFilesThatAreNotOurs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	ours, protected, theirs := filepath.Join(dir, "ours"), filepath.Join(dir, "protected"), "/"
	fill(t, ours, "", 0o200)
	fill(t, protected, "", 0o600)
	// The others' right to write is none of ours.
	if err := os.Chmod(protected, 0o466); err != nil {
		t.Fatal(err)
	}
	want := "belongs to user 0, this process to user "
	if os.Geteuid() == 0 {
		theirs, want = filepath.Join(dir, "theirs"), "belongs to user 12345, this process to user 0"
		fill(t, theirs, "", 0o666)
		if err := os.Chown(theirs, 12345, 12345); err != nil {
			t.Fatal(err)
		}
	}
	for path, want := range map[string]string{ours: "", protected: "is read-only", theirs: want} {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		err = CheckRights(info)
		if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: error %v, want %q", path, err, want)
		}
	}
}

// TestReadWaitsForNoPipe: check let a file pass, and a pipe that nobody writes
// to has taken its place.
func TestReadWaitsForNoPipe(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if content, _, err := Read(path, 8, pass); err != nil || len(content) != 0 {
		t.Errorf("read %q, error %v", content, err)
	}
}

// TestReadFollowsNoLink: it has taken the place of the file that check let
// pass, and leads to that very file.
func TestReadFollowsNoLink(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path, moved := filepath.Join(dir, "file"), filepath.Join(dir, "moved")
	fill(t, path, "text", 0o600)
	content, _, err := Read(path, 8, func(string, fs.FileInfo) error {
		if _, err := os.Lstat(moved); err == nil {
			return nil
		}
		return errors.Join(os.Rename(path, moved), os.Symlink(moved, path))
	})
	if err == nil || content != nil {
		t.Errorf("read %q, error %v", content, err)
	}
}

// TestFileThatIsNotWrittenInFull leaves the old one and nothing beside it. A
// process has only one limit of the sizes of files, so that it is one of its
// own.
func TestFileThatIsNotWrittenInFull(t *testing.T) {
	t.Parallel()
	const variable = "AWSVARS_TEST_LIMIT"
	if path := os.Getenv(variable); path != "" {
		// Else the signal ends the process before write says what is wrong.
		signal.Ignore(syscall.SIGXFSZ)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: 64 << 10, Max: 64 << 10}); err != nil {
			t.Fatal(err)
		}
		err := Replace(path, Temporary, make([]byte, 100_000), AsMade)
		if !errors.Is(err, syscall.EFBIG) || strings.Contains(err.Error(), ".tmp") {
			t.Errorf("error %v", err)
		}
		return
	}
	path := filepath.Join(t.TempDir(), "file")
	fill(t, path, "old", 0o600)
	command := exec.Command(os.Args[0], "-test.run=^TestFileThatIsNotWrittenInFull$")
	command.Env = append(os.Environ(), variable+"="+path)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, bytes.TrimSpace(out))
	}
	holds(t, path, "old")
}

func TestFileSystemThatSyncsNoDirectoryIsNoFailure(t *testing.T) {
	t.Parallel()
	for _, err := range []error{syscall.EINVAL, syscall.ENOTSUP, syscall.EOPNOTSUPP, syscall.ENOSYS, syscall.EBADF} {
		if !syncsNot(&os.PathError{Op: "sync", Path: "x", Err: err}) {
			t.Errorf("%v is a failure", err)
		}
	}
	if syncsNot(syscall.EIO) || syncsNot(nil) {
		t.Error("a failing disk is none")
	}
}

func TestDisksThatTakeNothing(t *testing.T) {
	t.Parallel()
	for cause, want := range map[error]struct{ full, readOnly bool }{
		syscall.ENOSPC: {full: true}, syscall.EDQUOT: {full: true}, syscall.EFBIG: {full: true}, syscall.EROFS: {readOnly: true}, syscall.EIO: {},
	} {
		err := &os.PathError{Op: "write", Path: "x", Err: cause}
		if IsFull(err) != want.full || IsReadOnly(err) != want.readOnly {
			t.Errorf("%v: full %t, read-only %t", cause, IsFull(err), IsReadOnly(err))
		}
	}
}

func TestSecondNameOfAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "one")
	fill(t, path, "", 0o600)
	single := func() bool {
		info, err := os.Lstat(path)
		if err != nil {
			t.Fatal(err)
		}
		return Single(info)
	}
	if !single() {
		t.Error("a file with one name has two")
	}
	if err := os.Link(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	if single() {
		t.Error("a file with two names has one")
	}
}
