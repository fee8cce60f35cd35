package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// ran is what a run left behind.
type ran struct {
	status      int
	log, stdout string
	files       []string
	requests    []simulator.Request
	took, limit time.Duration
	// asked is what Retry-After says.
	asked time.Duration
}

// perform runs a scene with a fault, or plainly, against a simulator of its own.
func perform(t *testing.T, s scene, row faultRow) ran {
	t.Helper()
	config, err := faultWorld()
	if err != nil {
		t.Fatal(err)
	}
	r := ran{limit: 30 * time.Second}
	// Its secrets can be in no log but its own.
	record, err := os.MkdirTemp(os.Getenv(recordVariable), "run-*")
	if err != nil {
		t.Fatal(err)
	}
	options := simulator.Options{Config: config, SecretsFile: filepath.Join(record, "secrets")}
	if row.fault != "" && !row.onTheWay() && !row.onTheMachine() {
		fault, err := simulator.ParseFault(row.scripted())
		if err != nil {
			t.Fatal(err)
		}
		options.Faults = []simulator.Fault{fault}
		if fault.Kind == "throttle" {
			r.asked = fault.Duration
		}
	}
	world := simulated(t, options)
	dir := t.TempDir()
	props(t, dir, world)
	args := append(strings.Fields(s.args), "--format", "json", "--output", "vars.json")
	if row.waits() {
		// The waits become shorter by it.
		r.limit = map[bool]time.Duration{true: 12 * time.Second, false: 6 * time.Second}[row.passes()]
	}
	if row.fault != "" && !row.passes() {
		args = append(args, "--retries", "1")
	}
	env := append(world.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir, raceVariable+"="+noWait, recordVariable+"="+record)
	if s.env != nil {
		env = append(env, s.env(world)...)
	}
	var engine *brokenEngine
	if s.engine {
		var host string
		engine, host = startEngine(t, row)
		env = append(env, "DOCKER_HOST="+host)
	}
	if row.onTheWay() {
		env = append(env, row.detour(t)...)
	}
	r.run(t, dir, env, append(args, "--timeout", r.limit.String()))
	r.requests = world.Requests()
	if engine != nil {
		r.requests = append(r.requests, engine.asked()...)
	}
	if err := os.WriteFile(filepath.Join(record, "stdout.log"), []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
	}
	if logs, err := filepath.Glob(filepath.Join(record, "*.log")); err != nil || len(logs) != 2 {
		t.Errorf("where leaks are looked for are the logs %q, %v", logs, err)
	}
	return r
}

// scripted is the fault as the simulator reads it.
func (r faultRow) scripted() string {
	call, after, found := strings.Cut(r.call, "+")
	text := call + "=" + r.fault
	if found {
		text += "+" + after
	}
	return text
}

// late is what a run may take beside its limit: to start, and to say so.
const late = 5 * time.Second

func (r *ran) run(t *testing.T, dir string, env, args []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), r.limit+late)
	defer cancel()
	c := exec.CommandContext(ctx, "awsvars", args...)
	var log, stdout strings.Builder
	c.Dir, c.Env, c.Stdout, c.Stderr = dir, env, &stdout, &log
	before := filesIn(t, dir)
	begin := time.Now()
	err := c.Run()
	r.took = time.Since(begin)
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	r.status, r.log, r.stdout = c.ProcessState.ExitCode(), log.String(), stdout.String()
	r.files = slices.DeleteFunc(filesIn(t, dir), func(path string) bool { return slices.Contains(before, path) })
}

func filesIn(t *testing.T, dir string) []string {
	t.Helper()
	var paths []string
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			path, err = filepath.Rel(dir, path)
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}
