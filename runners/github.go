package runners

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/sethvargo/go-githubactions"

	"github.com/awsvars/awsvars/variables"
)

// github delivers to GitHub Actions: masks on stderr, then outputs in
// $GITHUB_OUTPUT, standard names in $GITHUB_ENV and a table in
// $GITHUB_STEP_SUMMARY (docs.github.com, "Workflow commands").
type github struct{ Host }

func (github) Name() string { return githubName }

func (r github) Input(name string) (variables.Input, bool) { return actionInput(r.Host, name) }

func (r github) Job() Job { return jobOf(r.Host) }

// Begin opens a group on stderr, where the log is. GitHub's runner reads
// commands from both streams.
func (r github) Begin(task string) {
	_ = guard(func() { action(r.Stderr, r.text).Group("awsvars " + task) })
}

func (r github) End(problem string) {
	_ = guard(func() { action(r.Stderr, r.text).EndGroup() })
	if problem != "" {
		_ = guard(func() { action(r.Stderr, r.text).Errorf("%s", problem) })
	}
}

func (r github) Check(v variables.Values) error {
	problem := "the runner github writes GitHub's own files; choose the runner envfile to write another"
	if err := refuse(v, problem, "format", "output", "prefix", "upper-case"); err != nil {
		return err
	}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
		if r.text(name) == "" {
			return fmt.Errorf("looking for $%s: it is not set; run in a step of GitHub Actions, pass the variable on into your container, or write the variables with format and output", name)
		}
	}
	for _, file := range r.files() {
		if err := file.check(); err != nil {
			return err
		}
	}
	return nil
}

// Mask writes to stderr only. A script may catch stdout, and what it catches
// is no log: eval "$(awsvars sts)" would leave every secret unmasked. GitHub's
// runner reads commands from both streams (actions/runner, ScriptHandler.cs
// and NodeScriptActionHandler.cs: an OutputManager for each), and so does act.
func (r github) Mask(secrets []variables.Secret) error { return writeMasks(r.Stderr, secrets) }

// writeMasks writes ::add-mask::V for every form of every secret, in one
// piece.
func writeMasks(w io.Writer, secrets []variables.Secret) error {
	var b bytes.Buffer
	err := guard(func() {
		for _, text := range masks(secrets) {
			action(&b, nil).AddMask(text)
		}
	})
	if err == nil && b.Len() > 0 {
		_, err = w.Write(b.Bytes())
	}
	if err != nil {
		return fmt.Errorf("masking secrets: %w", err)
	}
	return nil
}

func (r github) Deliver(set *variables.Set, v variables.Values) (_ Delivery, failed error) {
	handover, err := handoverOf(set, v)
	if err != nil {
		return Delivery{}, err
	}
	base := r.text("RUNNER_TEMP")
	if base == "" {
		base = os.TempDir()
	}
	staging, err := os.MkdirTemp(base, ".awsvars-*.tmp")
	if err != nil {
		return Delivery{}, fmt.Errorf("making a directory to prepare GitHub's files in: %w", err)
	}
	defer func() { failed = errors.Join(failed, os.RemoveAll(staging)) }()
	if err := stage(staging, handover); err != nil {
		return Delivery{}, fmt.Errorf("preparing GitHub's files: %w", err)
	}
	var additions []addition
	for _, file := range r.files() {
		content, err := os.ReadFile(filepath.Join(staging, file.variable))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return Delivery{}, fmt.Errorf("reading what was prepared for $%s: %w", file.variable, err)
		}
		if len(content) > 0 {
			file.content = content
			additions = append(additions, file)
		}
	}
	return Delivery{Text: handover.text()}, appendAll(additions)
}

// stage lets the library write into files of ours: it would create GitHub's
// with mode 0644, follow links, and panic in the middle.
func stage(dir string, h handover) error {
	for _, name := range githubFiles() {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			return err
		}
	}
	a := action(io.Discard, func(name string) string { return filepath.Join(dir, name) })
	return guard(func() {
		for _, e := range h.outputs {
			a.SetOutput(e.name, e.value.Open())
		}
		for _, e := range h.environment {
			a.SetEnv(e.name, e.value.Open())
		}
		if names := h.exported(); names != "" {
			// For the post step, which takes back what this one exported.
			a.SaveState("exported", names)
		}
		a.AddStepSummary(strings.TrimSuffix(h.summary(), "\n"))
	})
}

func action(w io.Writer, getenv func(string) string) *githubactions.Action {
	return githubactions.New(githubactions.WithWriter(w), githubactions.WithGetenv(getenv))
}

// guard turns the library's panics into errors. What it panics with is an
// error of the system, which names a file.
func guard(f func()) (err error) {
	defer func() {
		if problem := recover(); problem != nil {
			err = fmt.Errorf("writing a command: %v", problem)
		}
	}()
	f()
	return nil
}
