package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
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
}

// perform runs a scene with a fault, or plainly, against a simulator of its own.
func perform(t *testing.T, s scene, row faultRow) ran {
	t.Helper()
	config, err := faultWorld()
	if err != nil {
		t.Fatal(err)
	}
	// Its secrets can be in no log but its own.
	record, err := os.MkdirTemp(os.Getenv(recordVariable), "run-*")
	if err != nil {
		t.Fatal(err)
	}
	options := simulator.Options{Config: config, SecretsFile: filepath.Join(record, "secrets")}
	if row.fault != "" {
		fault, err := simulator.ParseFault(row.scripted())
		if err != nil {
			t.Fatal(err)
		}
		options.Faults = []simulator.Fault{fault}
	}
	world := simulated(t, options)
	dir := t.TempDir()
	props(t, dir, world)
	r := ran{limit: 30 * time.Second}
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
	r.run(t, dir, env, append(args, "--timeout", r.limit.String()))
	r.requests = world.Requests()
	if err := os.WriteFile(filepath.Join(record, "stdout.log"), []byte(r.stdout), 0o600); err != nil {
		t.Fatal(err)
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

var (
	someAddress = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
	someTime    = regexp.MustCompile(`\b[0-9.]+m?s\b`)
	someDate    = regexp.MustCompile(`\b[0-9]{10}\b`)
)

// said is text without what differs from run to run.
func said(text string) string {
	return someDate.ReplaceAllString(someTime.ReplaceAllString(someAddress.ReplaceAllString(text, "HOST"), "TIME"), "DATE")
}

// wrong is the error's line, without the hint.
func (r *ran) wrong() string {
	for line := range strings.Lines(r.log) {
		if text, found := strings.CutPrefix(line, "error: "); found {
			return said(strings.TrimSpace(text))
		}
	}
	return ""
}

// outcome is what the run came to, beside the plain one.
func (r *ran) outcome(plain ran) outcome {
	return outcome{status: r.status, requests: len(r.requests) - len(plain.requests), words: shortened(r.wrong())}
}

// shortened is the step and the reason, of all that an error says.
func shortened(text string) string {
	step, rest, found := strings.Cut(text, ": ")
	if !found {
		return text
	}
	step, _, _ = strings.Cut(step, ", ")
	step, _, _ = strings.Cut(strings.TrimSuffix(step, " at HOST"), ` "`)
	return step + dots + strings.TrimSpace(rest[strings.LastIndex(rest, ": ")+1:])
}

// dots stand for words that a row leaves out.
const dots = " … "

// has tells whether text has the words in their order.
func has(text, words string) bool {
	for _, part := range strings.Split(words, dots) {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// tagged tells of a request by which a registry took an image.
func tagged(r simulator.Request) bool {
	return r.Action == "manifest" && r.Params.Get("method") == http.MethodPut && r.Status == http.StatusCreated
}

var namesStep = regexp.MustCompile(`^(gave up after TIME: )?[a-z]+ing `)

// judge tells what is wrong with the run in any case: it hangs, it delivers a
// part, it is unclear.
func (r *ran) judge(plain ran) error {
	switch {
	case r.took > r.limit+late:
		return fmt.Errorf("it hangs: it took %s of %s", r.took, r.limit)
	case r.stdout != "":
		return fmt.Errorf("stdout has %d bytes", len(r.stdout))
	case r.status == 0 && !slices.Equal(r.files, plain.files):
		return fmt.Errorf("it delivers part: the files are %q, without the fault %q", r.files, plain.files)
	case r.status != 0 && slices.ContainsFunc(r.requests, tagged):
		return errors.New("it delivers part: the registry has the image")
	case r.status != 0 && len(r.files) > 0:
		return fmt.Errorf("it delivers part: the files are %q", r.files)
	case r.status != 0 && !namesStep.MatchString(r.wrong()):
		return fmt.Errorf("it is unclear: the error names no step: %q", r.wrong())
	case r.status == 0 && r.wrong() != "":
		return fmt.Errorf("it is unclear: status 0, and the error %q", r.wrong())
	}
	return nil
}
