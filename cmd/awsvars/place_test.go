//go:build linux

package main

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// place is where one system has its job: a directory, and in it another one
// for the system's own files.
type place struct {
	t    *testing.T
	s    *simulator.Simulator
	name string
	dir  string
}

func (p place) system() string { return filepath.Join(p.dir, "ci") }

// furnish makes the files that the system makes. They fill a page of memory, so
// that a disk that is full has no room behind them.
func (p place) furnish() {
	p.t.Helper()
	if err := os.Mkdir(p.system(), 0o700); err != nil {
		p.t.Fatal(err)
	}
	for _, pair := range systemsOf(p.system())[p.name].sign {
		_, path, _ := strings.Cut(pair, "=")
		if !strings.HasPrefix(path, p.system()+"/") {
			continue
		}
		if err := os.WriteFile(path, []byte(strings.Repeat("\n", 4096)), 0o600); err != nil {
			p.t.Fatal(err)
		}
	}
}

// run runs sts; before is for a shell, which becomes awsvars then.
func (p place) run(before string, more ...string) (log string, status int) {
	p.t.Helper()
	c := exec.Command("sh", "-c", before+` exec awsvars sts`)
	c.Dir = p.dir
	c.Env = append(p.s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+p.dir, "TMPDIR="+p.system(), "AWSVARS_ROLE_ARN=arn:aws:iam::111111111111:role/reader")
	c.Env = append(append(c.Env, systemsOf(p.system())[p.name].sign...), more...)
	var told strings.Builder
	c.Stderr = &told
	err := c.Run()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		p.t.Fatal(err)
	}
	return told.String(), c.ProcessState.ExitCode()
}

// tree is all there is, but for what keeps secrets out of commits and images.
func (p place) tree() map[string]string {
	p.t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(p.dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || entry.Name() == ".gitignore" || entry.Name() == ".dockerignore" {
			return err
		}
		all[path] = entry.Type().String()
		if entry.Type().IsRegular() {
			content, err := os.ReadFile(path)
			all[path] += string(content)
			return err
		}
		return nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return all
}

// written are the files that a delivery writes, by a run that meets no fault.
func (p place) written() []string {
	p.t.Helper()
	p.furnish()
	before := p.tree()
	if log, status := p.run(""); status != 0 {
		p.t.Fatalf("status %d\n%s", status, log)
	}
	var files []string
	for path, content := range p.tree() {
		// The summary is for people, and no delivery fails for it.
		if before[path] != content && filepath.Base(path) != "summary" {
			files = append(files, strings.TrimPrefix(path, p.dir+"/"))
		}
	}
	slices.Sort(files)
	return files
}

func (p place) refused(before, why string, more ...string) {
	p.t.Helper()
	old := p.tree()
	log, status := p.run(before, more...)
	if status != 5 || !strings.Contains(log, why) || !strings.Contains(log, "error: ") {
		p.t.Errorf("status %d, and %q is to be told:\n%s", status, why, log)
	}
	if now := p.tree(); !maps.Equal(old, now) {
		p.t.Errorf("there was %v, and now there is %v", slices.Sorted(maps.Keys(old)), slices.Sorted(maps.Keys(now)))
	}
}
