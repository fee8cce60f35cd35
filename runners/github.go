package runners

import (
	"bytes"
	"fmt"
	"io"
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

func (r github) Job() variables.Job { return jobOf(r.Host) }

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
	if err := refuse(v, problem, "format", "output", "prefix", "upper-case").And(checkNoSecret(v)); err != nil {
		return err
	}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
		if r.text(name) == "" {
			return fmt.Errorf("looking for $%s: it is not set; run in a step of GitHub Actions, pass the variable on into your container, or write the variables with format and output", name)
		}
	}
	var needed []addition
	for _, file := range r.files() {
		if file.variable != summaryFile {
			needed = append(needed, file)
		}
	}
	return checkAll(needed)
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

// Deliver appends the summary last and apart: it is for people only, so that
// a delivery does not fail for it.
func (r github) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	handover, err := handoverOf(set, v)
	if err != nil {
		return Delivery{}, err
	}
	handover.outlive(r.Lookup, v)
	additions, summary, err := r.prepare(handover)
	if err != nil {
		return Delivery{}, err
	}
	if err := appendAll(additions); err != nil {
		return Delivery{}, err
	}
	delivery := Delivery{Text: handover.text()}
	if err := appendAll(summary); err != nil {
		delivery.Text += "; without the summary: " + strings.ReplaceAll(err.Error(), "\n", "; ")
	}
	return delivery, nil
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
