//go:build unix

package docker

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestPlacesThatAreRefused(t *testing.T) {
	t.Parallel()
	for problem, put := range map[string]func(path string) error{
		"a symbolic link": func(path string) error { return os.Symlink(path+".real", path) },
		"a directory":     func(path string) error { return os.Mkdir(path, 0o700) },
		"a named pipe":    func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"is read-only":    func(path string) error { return os.WriteFile(path, []byte("{}"), 0o400) },
	} {
		for _, name := range []string{"config.json", lockName, stateName} {
			c := Config{Directory: t.TempDir()}
			path := filepath.Join(c.Directory, name)
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
			wantError(t, err, path, problem)
			var hinted interface{ Hint() string }
			if !asHinted(err, &hinted) || hinted.Hint() != elsewhere {
				t.Errorf("no remedy for %v", err)
			}
			wantError(t, c.Check(ireland), path, problem)
			_, err = c.Logout(t.Context(), ireland)
			wantError(t, err, path, problem)
			if _, err := os.Stat(path + ".real"); err == nil {
				t.Error("the link was followed")
			}
		}
	}
}

// TestLinkedConfiguration: a private directory is the remedy, and leaves the
// link and what it leads to.
func TestLinkedConfiguration(t *testing.T) {
	t.Parallel()
	c := Config{Directory: t.TempDir(), Job: "job 1"}
	real := filepath.Join(t.TempDir(), "dotfile")
	if err := os.WriteFile(real, []byte(`{"psFormat":"x"}`), 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(real, c.file()); err != nil {
		t.Fatal(err)
	}
	private, undo := logInPrivately(t, c, t.TempDir(), loginTo(ireland))
	private.gives(t, loginTo(ireland))
	private.holds(t, `{"psFormat":"x","auths":{"`+ireland+`":{"auth":"`+fakeAuth+`"}}}`)
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	if textOf(t, real) != `{"psFormat":"x"}` || modeOf(t, real) != 0o644 {
		t.Error("what the link leads to was changed")
	}
}

func TestLinkedDirectory(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	link := c
	link.Directory = filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(c.Directory, link.Directory); err != nil {
		t.Fatal(err)
	}
	logIn(t, link, loginTo(ireland))
	c.gives(t, loginTo(ireland))
	logOut(t, c, nil, ireland+": removed")
}

func needRoot(t *testing.T) {
	t.Helper()
	if os.Geteuid() != 0 || runtime.GOOS != "linux" {
		missing(t, "root on Linux")
	}
}

func TestWhatBelongsToSomebodyElse(t *testing.T) {
	t.Parallel()
	needRoot(t)
	c := configOf(t, "{}")
	if err := os.Chown(c.file(), 12345, 12345); err != nil {
		t.Fatal(err)
	}
	_, _, err := c.Login(t.Context(), []Login{loginTo(ireland)})
	wantError(t, err, c.file()+" belongs to user 12345")
	c.holds(t, "{}")
	parent := t.TempDir()
	private, _ := logInPrivately(t, c, parent, loginTo(ireland))
	private.gives(t, loginTo(ireland))
	if err := os.Chown(private.Directory, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	removed, err := Clean(t.Context(), []string{parent}, 0, func(Mark) bool { return false })
	if err != nil || len(removed) > 0 {
		t.Errorf("removed %q, %v", removed, err)
	}
}

// TestModes lets a shell set the umask, which a process has only one of.
func TestModes(t *testing.T) {
	t.Parallel()
	const variable = "AWSVARS_TEST_DOCKER_MODES"
	if dir := os.Getenv(variable); dir != "" {
		c := Config{Directory: filepath.Join(dir, ".docker")}
		logIn(t, c, loginTo(ireland))
		logInPrivately(t, c, dir, loginTo(ireland))
		return
	}
	sh := need(t, "sh")
	for _, mask := range []string{"000", "022", "077"} {
		dir := t.TempDir()
		command := exec.Command(sh, "-c", `umask "$1" && exec "$0" -test.run='^TestModes$'`, os.Args[0], mask)
		command.Env = append(os.Environ(), variable+"="+dir)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			want := fs.FileMode(0o600)
			if entry.IsDir() {
				want = 0o700
			}
			if got := modeOf(t, path); path != dir && got != want {
				t.Errorf("umask %s: %s has mode %o", mask, path, got)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
