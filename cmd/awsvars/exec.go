package main

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/redaction"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// execTasks are those whose variables a command can be given; the first one is
// meant where none is named.
func execTasks() []string { return []string{"sts", "ecr"} }

// execSettings are those of these tasks, but for what says where variables go:
// they go to the command.
func execSettings() []variables.Setting {
	elsewhere := []string{"write-profile", "overwrite-profile", "use-existing-credentials"}
	for _, s := range runners.Settings() {
		if !slices.Contains([]string{"runner", "prefix", "upper-case", "standard-names", "credential-name-prefix"}, s.Name) {
			elsewhere = append(elsewhere, s.Name)
		}
	}
	all := []variables.Setting{{
		Name: "task", Type: variables.Choice, Choices: execTasks(), Default: execTasks()[0],
		Help: "The task whose variables the command gets.",
	}, {
		Name: "hide", Type: variables.List,
		Help: "Variables of the environment whose values are hidden in the output, too.",
	}}
	for _, name := range execTasks() {
		for _, s := range settingsOf(tasks.Find(name)) {
			known := slices.ContainsFunc(all, func(other variables.Setting) bool { return other.Name == s.Name })
			if !known && !slices.Contains(elsewhere, s.Name) {
				all = append(all, s)
			}
		}
	}
	return all
}

func (p process) execCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "exec [--SETTING VALUE]... -- COMMAND [ARGUMENT]...", DisableFlagsInUseLine: true,
		Short: "Run a command with the variables, and hide their secrets in its output", Args: cobra.ArbitraryArgs,
		Example: "awsvars exec --connector deploy -- make deploy\nawsvars exec --task ecr --registry 222222222222/eu-west-1 -- ./build.sh",
	}
	// Flags after COMMAND are COMMAND's, also where somebody forgot the --.
	c.Flags().SetInterspersed(false)
	flags := addFlags(c, execSettings())
	c.RunE = func(c *cobra.Command, args []string) error { return p.exec(c.Context(), flags, args) }
	return c
}

// exec runs a command with a task's variables in its environment, and nowhere
// else.
func (p process) exec(ctx context.Context, flags given, command []string) error {
	chosen, faults := variables.Fill(execSettings()[:2], readSetting, flags.source, p.environment)
	if len(faults) > 0 {
		return told(textLogger(p.stderr), p.runner(flags), faults)
	}
	hidden, err := p.hidden(chosen.List("hide"))
	if err != nil {
		return told(textLogger(p.stderr), p.runner(flags), err)
	}
	task := tasks.Find(chosen.Text("task"))
	o := p.prepare(task.Name(), settingsOf(task), flags, task.Connectors)
	if err := o.fit(task, command); err != nil {
		return told(o.log, o.runner, err)
	}
	if _, err := exec.LookPath(command[0]); err != nil && !errors.Is(err, exec.ErrDot) {
		// AWS need not be asked for a command that there is not.
		return o.finish(p.runChild(ctx, command, nil))
	}
	o.warn()
	var set *variables.Set
	err = o.within(ctx, func(ctx context.Context) (err error) {
		set, err = o.obtain(ctx, task)
		return err
	})
	if err != nil {
		return told(o.log, o.runner, err)
	}
	if err := o.runner.Mask(set.Secrets()); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	environment, err := o.environmentWith(set)
	if err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	return o.finish(o.runHidden(ctx, slices.Concat(set.Secrets(), o.secretsOfJob(), hidden), command, environment))
}

// hidden are the values of the variables that hide names.
func (p process) hidden(names []string) ([]variables.Secret, error) {
	if len(names) == 0 {
		return nil, nil
	}
	secrets, shown, err := p.secretsNamed("hide", names)
	p.tellShown(shown)
	return secrets, err
}

// fit finds what is wrong before AWS is asked.
func (o *opening) fit(task tasks.Task, command []string) error {
	faults := o.faults.And(task.Check(o.values)).And(o.strangers(o.log, o.meant.Inputs()...))
	if len(command) == 0 {
		faults = append(faults, variables.Fault{Setting: "COMMAND", Problem: "not given: write it behind --, as in awsvars exec -- make deploy"})
	}
	return faults.Err()
}

// environmentWith is the command's environment: ours, without other
// credentials and secret settings, and with the variables of the set.
func (o *opening) environmentWith(set *variables.Set) ([]string, error) {
	added, err := runners.Environment(set, o.values)
	if err != nil {
		return nil, err
	}
	env, taken := o.cleared(added)
	text := fmt.Sprintf("%d variables, for the command alone", len(added))
	if len(taken) > 0 {
		text += "; taken out of its environment: " + strings.Join(taken, ", ")
	}
	o.log.Info("running", "text", text, "taken", taken)
	return env, nil
}

// runHidden runs the command with its output behind a writer that hides
// secrets.
func (o *opening) runHidden(ctx context.Context, secrets []variables.Secret, command, environment []string) (int, error) {
	redactor := redaction.New(secrets)
	stdout, stderr := redactor.Writer(o.stdout), redactor.Writer(o.stderr)
	// What follows in the log is the command's.
	o.runner.End("")
	p := o.process
	p.stdout, p.stderr = stdout, stderr
	closeScreen := p.screened()
	status, err := p.runChild(ctx, command, environment)
	return status, errors.Join(err, closeScreen(), stdout.Close(), stderr.Close())
}

// finish ends as the command did.
func (o *opening) finish(status int, err error) error {
	if err != nil {
		report(o.log, err)
	}
	switch {
	case status == 0 && err != nil:
		// A signal came before the command was started, or its output could not
		// be written.
		return &reported{err}
	case status != 0:
		return &reported{ended(status)}
	}
	return nil
}
