//go:build linux

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// The two kinds of files: those of the system, to which something is appended,
// and ours, which are replaced.
const (
	systems = "systems"
	ours    = "ours"
)

// fault is something in the way of a file that is to be written.
type fault struct {
	name string
	// only is the kind of file that it is tried on, where it is not both.
	only string
	root bool
	make func(path string) error
	// before is for the shell that becomes awsvars.
	before string
	// why is what the message must say.
	why string
}

func others(path string) error { return os.WriteFile(path, []byte("others'\n"), 0o666) }

func faults() []fault {
	return []fault{
		{name: "a symbolic link", why: "symbolic link", make: func(path string) error {
			return errors.Join(others(path+".target"), os.Symlink(path+".target", path))
		}},
		// A file that is replaced takes its name with it, and leaves the other.
		{name: "a hard link", only: systems, why: "hard link", make: func(path string) error {
			return errors.Join(others(path+".target"), os.Link(path+".target", path))
		}},
		{name: "a named pipe", why: "named pipe", make: func(path string) error { return syscall.Mkfifo(path, 0o600) }},
		{name: "a directory", why: "directory", make: func(path string) error { return os.Mkdir(path, 0o700) }},
		{name: "a directory that vanished", only: systems, why: "no such file or directory", make: func(path string) error {
			return os.RemoveAll(filepath.Dir(path))
		}},
		// The limit of a process is what a test can set without a quota.
		{name: "a quota", before: "ulimit -f 0;", why: "file too large", make: others},
		// A file of the system's may be another user's: in a container it is.
		{name: "a file of another user", only: ours, root: true, why: "belongs to user 12345", make: func(path string) error {
			return errors.Join(others(path), os.Chown(path, 12345, 12345))
		}},
	}
}

// TestWhatStandsInPlaceOfAFile: for each file that a runner writes, whatever is
// in its way is told, the status is 5, and nothing has changed.
func TestWhatStandsInPlaceOfAFile(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	for name := range systemsOf("") {
		files := place{t, s, name, t.TempDir()}.written()
		for _, file := range files {
			for _, f := range faults() {
				kind := ours
				if strings.HasPrefix(file, "ci/") && name != "teamcity" {
					kind = systems
				}
				if f.only != "" && f.only != kind || f.root && os.Geteuid() != 0 {
					continue
				}
				t.Run(name+" "+file+": "+f.name, func(t *testing.T) {
					t.Parallel()
					p := place{t, s, name, t.TempDir()}
					p.furnish()
					path := filepath.Join(p.dir, file)
					err := os.MkdirAll(filepath.Dir(path), 0o700)
					if err == nil {
						err = os.RemoveAll(path)
					}
					if err = errors.Join(err, f.make(path)); err != nil {
						t.Fatal(err)
					}
					p.refused(f.before, f.why)
				})
			}
		}
	}
}

// TestWhatIsNoFault: an appended file may be another user's, and a replaced one
// may have a second name, which keeps what it had.
func TestWhatIsNoFault(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	env := place{t, s, "envfile", t.TempDir()}
	env.furnish()
	file := filepath.Join(env.dir, "vars.env")
	if err := errors.Join(others(file), os.Link(file, file+".other")); err != nil {
		t.Fatal(err)
	}
	log, status := env.run("")
	if old, err := os.ReadFile(file + ".other"); status != 0 || err != nil || string(old) != "others'\n" {
		t.Errorf("status %d, %v, the other name has %d bytes\n%s", status, err, len(old), log)
	}
	if os.Geteuid() != 0 {
		return
	}
	circle := place{t, s, "circleci", t.TempDir()}
	circle.furnish()
	file = filepath.Join(circle.system(), "bash_env")
	if err := os.Chown(file, 12345, 12345); err != nil {
		t.Fatal(err)
	}
	log, status = circle.run("")
	content, err := os.ReadFile(file)
	info, statErr := os.Stat(file)
	if status != 0 || errors.Join(err, statErr) != nil || !strings.Contains(string(content), "export AWS_REGION=") || info.Sys().(*syscall.Stat_t).Uid != 12345 {
		t.Errorf("status %d, %v, the file has %d bytes\n%s", status, errors.Join(err, statErr), len(content), log)
	}
}

// TestDisksOfEachRunner: the whole job lies on a disk that is full, or that
// cannot be written to.
func TestDisksOfEachRunner(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	for name := range systemsOf("") {
		if len((place{t, s, name, t.TempDir()}).written()) == 0 {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			full := place{t, s, name, mounted(t, 0, "size=64k")}
			full.furnish()
			if err := os.WriteFile(filepath.Join(full.dir, "filler"), make([]byte, 1<<17), 0o600); !errors.Is(err, syscall.ENOSPC) {
				t.Fatalf("filling the disk: %v", err)
			}
			full.refused("", "no space left on device")
			frozen := place{t, s, name, mounted(t, 0, "size=64k")}
			frozen.furnish()
			if err := syscall.Mount("", frozen.dir, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
				t.Fatal(err)
			}
			frozen.refused("", "read-only file system")
		})
	}
}

func TestTwoVariablesThatNameOneFile(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	for _, c := range []struct{ name, one, other string }{{"github", "GITHUB_OUTPUT", "env"}, {"github", "GITHUB_STATE", "env"}, {"harness", "DRONE_OUTPUT", "secret"}} {
		p := place{t, s, c.name, t.TempDir()}
		p.furnish()
		p.refused("", "it names the file of $", c.one+"="+filepath.Join(p.system(), c.other))
	}
}

// TestRunsThatAppendAtOnce: each has handed on everything, and no line is in
// another's.
func TestRunsThatAppendAtOnce(t *testing.T) {
	t.Parallel()
	p := place{t, simulated(t, simulator.Options{}), "github", t.TempDir()}
	p.furnish()
	for _, name := range []string{"env", "output"} {
		if err := os.Truncate(filepath.Join(p.system(), name), 0); err != nil {
			t.Fatal(err)
		}
	}
	const runs = 6
	var all sync.WaitGroup
	for i := range runs {
		all.Go(func() {
			if log, status := p.run("", fmt.Sprintf("AWSVARS_CREDENTIAL_NAME_PREFIX=R%d_", i)); status != 0 {
				t.Errorf("status %d\n%s", status, log)
			}
		})
	}
	all.Wait()
	content, err := os.ReadFile(filepath.Join(p.system(), "env"))
	if err != nil {
		t.Fatal(err)
	}
	names := taken(string(content))
	for i := range runs {
		if name := fmt.Sprintf("R%d_AWS_SESSION_TOKEN", i); !slices.Contains(names, name) {
			t.Errorf("%s is not in %v", name, names)
		}
	}
	if len(names)%runs != 0 {
		t.Errorf("%d runs have set %d variables", runs, len(names))
	}
}
