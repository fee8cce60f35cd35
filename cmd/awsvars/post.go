package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/docker"
	"github.com/awsvars/awsvars/profiles"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// postSettings are those of the post step of the GitHub Action.
func postSettings() []variables.Setting {
	return []variables.Setting{{
		Name: "skip-cleanup", Type: variables.Bool, Default: "false", Aliases: []string{"skip-logout"},
		Help: "Leave at the end of the job what this step has left: the post step of the GitHub Action logs Docker out, removes profiles and files, and blanks what was exported.",
	}}
}

// postCommand is for the Action's post step, and so not in the help.
func (p process) postCommand() *cobra.Command {
	c := &cobra.Command{Use: "post", Short: "Takes back at the end of a job what a step of the GitHub Action left", Hidden: true, Args: noWords}
	flags := addFlags(c, append(postSettings(), ownSettings()...))
	c.RunE = func(c *cobra.Command, _ []string) error { return p.post(c.Context(), flags) }
	return c
}

// post takes back what the step left, each piece by itself: one that cannot be
// taken back keeps none of the others.
func (p process) post(ctx context.Context, flags given) error {
	runner := p.runner(flags)
	values, faults := variables.Fill(append(postSettings(), ownSettings()...), readSetting, flags.source, runner.Input, p.environment)
	log := newLogger(p.stderr, values.Text("log-format"), values.Text("log-level"))
	if len(faults) > 0 {
		return told(log, runner, faults)
	}
	if why := p.skipsCleanup(values); why != "" {
		log.Info("cleanup", "text", "left to the job, as "+why+" says")
		return nil
	}
	var done []string
	var problems []error
	for _, takeBack := range []func(context.Context, runners.Runner) (string, error){p.logOut, p.removeProfile, p.removeOutput, p.blank} {
		text, err := takeBack(ctx, runner)
		problems = append(problems, err)
		if text != "" {
			done = append(done, text)
		}
	}
	if len(done) == 0 {
		done = []string{"nothing of this step's is left"}
	}
	log.Info("cleanup", "text", strings.Join(done, "; "), "done", done)
	if err := errors.Join(problems...); err != nil {
		report(log, err)
		return &reported{undelivered{err}}
	}
	return nil
}

// skipsCleanup tells what says that everything is to stay, if anything does. The
// variable is that of configure-aws-credentials, and gives way to the setting.
// It is compared without its case there (docs.github.com, "Evaluate
// expressions"), and a login is not its to keep: amazon-ecr-login knows none.
func (p process) skipsCleanup(values variables.Values) string {
	const theirs = "AWS_SKIP_CLEANUP_STEP"
	text, _ := p.lookup(theirs)
	login, _ := p.lookup("STATE_" + loginState)
	switch {
	case values.Bool("skip-cleanup"):
		return "skip-cleanup"
	case strings.EqualFold(text, "true") && login == "" && !values.Given("skip-cleanup"):
		return theirs
	}
	return ""
}

// logOut does what the task logout does, for the logins of this step.
func (p process) logOut(ctx context.Context, runner runners.Runner) (string, error) {
	var placed variables.Placed
	if is, err := runners.State(p.host(), loginState, &placed); !is {
		return "", err
	}
	outcomes, err := tasks.LogoutOf(ctx, p.machine(runner), placed)
	var texts []string
	for _, o := range outcomes {
		text := "logged out of " + o.Host
		if o.Fate != docker.Removed {
			text = fmt.Sprintf("login to %s %s", o.Host, o.Fate)
		}
		texts = append(texts, text)
	}
	return strings.Join(texts, ", "), err
}

func (p process) removeProfile(ctx context.Context, _ runners.Runner) (string, error) {
	var w writtenProfile
	if is, err := runners.State(p.host(), profileState, &w); !is {
		return "", err
	}
	removed, err := profiles.Files{Config: w.Config, Credentials: w.Credentials}.RemoveStamped(ctx, w.Name, w.Written)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "profile " + w.Name + " already gone", nil
	case err != nil:
		return "", err
	case !removed:
		return "profile " + w.Name + " gone or written by somebody else since", nil
	}
	return "removed profile " + w.Name, nil
}

func (p process) removeOutput(context.Context, runners.Runner) (string, error) {
	var w writtenOutput
	if is, err := runners.State(p.host(), outputState, &w); !is {
		return "", err
	}
	content, err := readOutput(w.Path)
	if err == nil && !w.Written.Of(content) {
		return w.Path + " written by somebody else since", nil
	}
	if err == nil {
		err = os.Remove(w.Path)
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return w.Path + " already gone", nil
	case err != nil:
		return "", fmt.Errorf("removing the variables: %w", err)
	}
	return "removed " + w.Path, nil
}

func (p process) blank(context.Context, runners.Runner) (string, error) {
	blanked, renewed, err := runners.Blank(p.host())
	switch {
	case err != nil:
		return "", fmt.Errorf("blanking what was exported: %w", err)
	case renewed != "":
		return renewed + " set by somebody else since", nil
	case len(blanked) == 0:
		return "", nil
	}
	return "blanked " + strings.Join(blanked, ", "), nil
}
