package e2e

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

const root = ".."

// binDir holds the commands under test; it is first in every PATH.
func binDir() string { return os.Getenv("AWSVARS_TEST_BIN") }

func TestMain(m *testing.M) {
	os.Exit(testMain(m))
}

func testMain(m *testing.M) int {
	dir, err := os.MkdirTemp("", "awsvars-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	build := exec.Command("go", "build", "-trimpath", "-o", dir+string(filepath.Separator), "./cmd/awsvars", "./cmd/awsvars-simulator")
	build.Dir = root
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "building the commands: %v\n%s", err, out)
		return 1
	}
	if err := os.Setenv("AWSVARS_TEST_BIN", dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// need returns the path of a program. It is not there: a failure in CI, where
// everything must have run.
func need(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		missing(t, name)
	}
	return path
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s", what)
	}
	t.Skipf("no %s here", what)
}

// world is an AWS, and a machine on which a job runs.
type world struct {
	*simulator.Simulator
	home, dir string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, nil)
}

// newWorldWith has other accounts than the built-in ones; nil is those.
func newWorldWith(t *testing.T, config *simulator.Config) *world {
	t.Helper()
	sim, err := simulator.Start(simulator.Options{Config: config})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return &world{Simulator: sim, home: t.TempDir(), dir: t.TempDir()}
}

// env is the environment of a job, nothing of the test's own in it.
func (w *world) env(more ...string) []string {
	path := binDir() + string(filepath.ListSeparator) + os.Getenv("PATH")
	env := append([]string{"PATH=" + path, "HOME=" + w.home, "TMPDIR=" + os.TempDir(), "LANG=C.UTF-8"}, w.Env()...)
	if runtime.GOOS == "windows" {
		env = append(env, "SystemRoot="+os.Getenv("SystemRoot"))
	}
	return append(env, more...)
}

// result is what a process left.
type result struct {
	stdout, stderr string
	status         int
}

func (r result) log() string { return r.stdout + r.stderr }

// run runs a command in the world, and fails the test only if it cannot be
// run.
func (w *world) run(t *testing.T, env []string, name string, args ...string) result {
	t.Helper()
	command := exec.Command(name, args...)
	if name == "awsvars" || name == "awsvars-simulator" {
		command = exec.Command(filepath.Join(binDir(), name), args...)
	}
	var stdout, stderr bytes.Buffer
	command.Dir, command.Env, command.Stdout, command.Stderr = w.dir, w.env(env...), &stdout, &stderr
	err := command.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatalf("running %s: %v", name, err)
	}
	return result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// noLeak fails if text holds a secret that was handed out, in any encoding.
// The text is not shown.
func (w *world) noLeak(t *testing.T, what, text string) {
	t.Helper()
	if found := simulator.Leaks([]byte(text), w.Secrets()); len(found) > 0 {
		t.Errorf("%s holds %d of %d secrets", what, len(found), len(w.Secrets()))
	}
}

// handedOut tells whether value is, or is made of, a secret of the simulator.
func (w *world) handedOut(value string) bool {
	for _, secret := range w.Secrets() {
		if secret == value {
			return true
		}
	}
	return false
}

// stub puts a program into a folder that records its arguments and its
// standard input, each call a file.
func stub(t *testing.T, dir, name string) {
	t.Helper()
	script := `#!/bin/sh
record=$(dirname "$0")/` + name + `.calls
mkdir -p "$record"
n=0; while [ -e "$record/$n" ]; do n=$((n+1)); done
{ printf '%s\n' "$*"; case " $* " in *" --password-stdin "*) cat ;; esac; } >"$record/$n"
env >"$record/$n.env"
`
	writeFile(t, filepath.Join(dir, name), script, 0o755)
}

// calls returns what a stub recorded, in order.
func calls(t *testing.T, dir, name string) []string {
	t.Helper()
	var all []string
	for n := 0; ; n++ {
		content, err := os.ReadFile(filepath.Join(dir, name+".calls", fmt.Sprint(n)))
		if err != nil {
			return all
		}
		all = append(all, string(content))
	}
}

func writeFile(t *testing.T, path, content string, mode os.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), mode); err != nil {
		t.Fatal(err)
	}
}

func readFile(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// loginOf checks that docker was logged in with a password that the simulator
// gave out, on stdin, for the registry.
func loginOf(t *testing.T, w *world, dir, registry string) {
	t.Helper()
	all := calls(t, dir, "docker")
	if len(all) == 0 {
		t.Fatal("docker was not called")
	}
	args, password, _ := strings.Cut(all[0], "\n")
	if want := "login --username AWS --password-stdin " + registry; args != want {
		t.Errorf("docker %s, want docker %s", args, want)
	}
	if !w.handedOut(strings.TrimSpace(password)) {
		t.Error("docker login did not get a password of the simulator's")
	}
}
