//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// clock is the time by which a simulator, and the programs that buildMoved
// built, go.
type clock struct {
	file   string
	offset time.Duration
}

func newClock(t *testing.T) *clock {
	t.Helper()
	c := &clock{file: filepath.Join(t.TempDir(), "clock")}
	writeFile(t, c.file, "0", 0o600)
	return c
}

// advance moves the clock of everybody.
func (c *clock) advance(t *testing.T, w *world, d time.Duration) {
	t.Helper()
	c.offset += d
	w.Advance(d)
	// A reader sees the old number or the new one.
	next := c.file + ".next"
	writeFile(t, next, strconv.FormatInt(int64(c.offset), 10), 0o600)
	if err := os.Rename(next, c.file); err != nil {
		t.Fatal(err)
	}
}

// env makes programs of buildMoved go by the clock.
func (c *clock) env() string { return "AWSVARS_TEST_CLOCK=" + c.file }

// moved is a part of the standard library's package time: how far the clock
// was moved, in nanoseconds, stands in a file.
const moved = `package time

import "syscall"

func moved() Duration {
	path, _ := syscall.Getenv("AWSVARS_TEST_CLOCK")
	if path == "" {
		return 0
	}
	file, err := open(path)
	if err != nil {
		return 0
	}
	defer closefd(file)
	var digits [20]byte
	n, _ := read(file, digits[:])
	var d Duration
	for _, c := range digits[:n] {
		if '0' <= c && c <= '9' {
			d = 10*d + Duration(c-'0')
		}
	}
	return d
}
`

// buildMoved builds commands of this module whose time.Now is the machine's
// time and what the clock was moved by: with another package time, not with
// another awsvars. Timers are those of the machine.
func buildMoved(t *testing.T, packages ...string) (dir string) {
	t.Helper()
	dir = t.TempDir()
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		t.Fatal(err)
	}
	library := filepath.Join(strings.TrimSpace(string(out)), "src", "time")
	replaced := map[string]string{}
	replace := func(name, old, text string) {
		source := ""
		if old != "" {
			source = readFile(t, filepath.Join(library, name))
			if strings.Count(source, old) != 1 {
				t.Fatalf("%s of this Go is another one: %q stands in it %d times", name, old, strings.Count(source, old))
			}
		}
		path := filepath.Join(dir, name)
		writeFile(t, path, map[bool]string{true: text, false: strings.Replace(source, old, text, 1)}[old == ""], 0o600)
		replaced[filepath.Join(library, name)] = path
	}
	replace("time.go", "\nfunc Now() Time {\n", "\nfunc Now() Time {\n\tt := systemNow()\n\tt.stripMono()\n\treturn t.Add(moved())\n}\n\nfunc systemNow() Time {\n")
	// It runs where no file can be read.
	replace("sleep.go", "Now().Add(Duration(-delta))", "systemNow().Add(Duration(-delta))")
	replace("moved.go", "", moved)
	overlay, err := json.Marshal(map[string]any{"Replace": replaced})
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(dir, "overlay.json"), string(overlay), 0o600)
	build(t, dir, append([]string{"-overlay", filepath.Join(dir, "overlay.json")}, packages...)...)
	return dir
}

// buildClient builds the program with the Go SDK.
func buildClient(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	build(t, dir, "./e2e/testdata/client")
	return dir
}

func build(t *testing.T, dir string, args ...string) {
	t.Helper()
	command := exec.Command("go", append([]string{"build", "-o", dir + string(filepath.Separator)}, args...)...)
	command.Dir, command.Env = root, append(os.Environ(), "CGO_ENABLED=0")
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}
