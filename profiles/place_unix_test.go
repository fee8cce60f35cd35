//go:build unix

package profiles

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

func TestFilesThatAreRefused(t *testing.T) {
	t.Parallel()
	for problem, put := range map[string]func(path string) error{
		"a symbolic link; name the file that it leads to": func(path string) error { return os.Symlink(path+".real", path) },
		"a directory":  func(path string) error { return os.Mkdir(path, 0o700) },
		"a named pipe": func(path string) error { return syscall.Mkfifo(path, 0o600) },
		"is read-only": func(path string) error { return os.WriteFile(path, []byte("[a]\n"), 0o400) },
	} {
		for _, place := range []string{"config", "credentials", lockName} {
			f := filesWith(t, "", "")
			path := filepath.Join(filepath.Dir(f.Config), place)
			if err := put(path); err != nil {
				t.Fatal(err)
			}
			_, err := f.Write(t.Context(), keysOf("deploy", "eu-west-1"), true)
			wantError(t, err, path, problem)
			wantError(t, f.Check(keysOf("deploy", "eu-west-1"), true), path, problem)
			_, err = f.Remove(t.Context(), "deploy")
			wantError(t, err, path, problem)
			if _, err := os.Stat(path + ".real"); err == nil {
				t.Error("the link was followed")
			}
		}
	}
	_, err := Files{"/dev/null", "/dev/full"}.Write(t.Context(), keysOf("deploy", ""), true)
	wantError(t, err, "/dev/null", "a device")
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
	f := filesWith(t, "", "[a]\n")
	if err := os.Chown(f.Credentials, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	_, err := f.Write(t.Context(), keysOf("deploy", ""), false)
	wantError(t, err, f.Credentials+" belongs to user 12345")
	f.holds(t, "", "[a]\n")
}

// TestLinkedDirectories: the lock is one, by whatever way its directory is
// reached.
func TestLinkedDirectories(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "[a]\n")
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(filepath.Dir(f.Config), link); err != nil {
		t.Fatal(err)
	}
	f.Config = filepath.Join(link, "config")
	write(t, f, keysOf("deploy", "eu-west-1"), false)
	f.holds(t, ourRegion, "[a]\n\n"+ourKeys)
}

func modeOf(t testing.TB, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
}

func (f Files) haveModes(t testing.TB, config, credentials fs.FileMode) {
	t.Helper()
	for path, want := range map[string]fs.FileMode{f.Config: config, f.Credentials: credentials, filepath.Join(filepath.Dir(f.Credentials), lockName): 0o600} {
		if got := modeOf(t, path); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// TestModes lets a shell set the umask, which a process has only one of.
func TestModes(t *testing.T) {
	t.Parallel()
	const variable = "AWSVARS_TEST_MODES"
	if dir := os.Getenv(variable); dir != "" {
		f := Files{filepath.Join(dir, ".aws", "config"), filepath.Join(dir, ".aws", "credentials")}
		write(t, f, keysOf("deploy", "eu-west-1"), false)
		return
	}
	sh := need(t, "sh")
	for _, mask := range []string{"000", "022", "077"} {
		for _, before := range []fs.FileMode{0, 0o644, 0o666, 0o600} {
			dir := t.TempDir()
			f := Files{filepath.Join(dir, ".aws", "config"), filepath.Join(dir, ".aws", "credentials")}
			ofConfig := before
			if before == 0 {
				ofConfig = 0o600
			} else {
				f.fill(t, "[a]\n", ourKeys)
				for _, path := range []string{f.Config, f.Credentials} {
					if err := os.Chmod(path, before); err != nil {
						t.Fatal(err)
					}
				}
			}
			command := exec.Command(sh, "-c", `umask "$1" && exec "$0" -test.run='^TestModes$'`, os.Args[0], mask)
			command.Env = append(os.Environ(), variable+"="+dir)
			if out, err := command.CombinedOutput(); err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			f.haveModes(t, ofConfig, 0o600)
			if mode := modeOf(t, filepath.Join(dir, ".aws")); before == 0 && mode != 0o700 {
				t.Errorf("the directory has mode %o", mode)
			}
		}
	}
}

func TestModeIsTightenedWhereNothingElseChanges(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "")
	write(t, f, keysOf("deploy", "eu-west-1"), false)
	for _, path := range []string{f.Config, f.Credentials} {
		if err := os.Chmod(path, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write(t, f, keysOf("deploy", "eu-west-1"), false)
	f.haveModes(t, 0o644, 0o600)
	if _, err := f.Remove(t.Context(), "deploy"); err != nil {
		t.Fatal(err)
	}
	f.haveModes(t, 0o644, 0o600)
}
