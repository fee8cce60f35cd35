package main

import (
	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

func rootCommand(p process) *cobra.Command {
	root := &cobra.Command{
		Use:           "awsvars",
		Short:         "Hands AWS credentials to the steps of a CI job as masked variables",
		Args:          noWords,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Without a word it is a plugin's entry point.
		RunE: func(c *cobra.Command, _ []string) error { return p.runSetting(c) },
	}
	root.SetHelpFunc(help)
	root.SetFlagErrorFunc(misused)
	for _, task := range tasks.All() {
		root.AddCommand(p.taskCommand(task))
	}
	root.AddCommand(p.serveCommand(), p.execCommand(), p.redactCommand(), p.credentialProcessCommand(), p.connectorsCommand(), p.dockerCredentialCommand(), p.cleanCommand(), p.postCommand(), externalIDCommand())
	if p.reads() {
		// A task does not wait for their declaration.
		root.AddCommand(p.policyCommand(), p.doctorCommand())
	}
	root.AddCommand(versionCommand(), settingsCommand(), manCommand())
	root.AddCommand(generators()...)
	return root
}

// reads tells whether the command line may name another command than a task,
// or asks for help or completion.
func (p process) reads() bool {
	return len(p.args) == 0 || tasks.Find(p.args[0]) == nil
}

func (p process) taskCommand(task tasks.Task) *cobra.Command {
	c := &cobra.Command{Use: task.Name(), Short: task.Summary(), Args: noWords}
	flags := addFlags(c, settingsOf(task))
	c.RunE = func(c *cobra.Command, _ []string) error { return p.deliver(c.Context(), task, flags) }
	return c
}

// runSetting takes the task from the setting task.
func (p process) runSetting(c *cobra.Command) error {
	runner := p.runner(nil)
	values, faults := variables.Fill(append(ownSettings(), taskSetting()), readSetting, runner.Input, p.environment)
	log := newLogger(p.stderr, values.Text("log-format"), values.Text("log-level"))
	name := values.Text("task")
	if name == "" && len(faults) == 0 {
		name = dropins.Task(runner.Name(), p.inputs("", runner))
	}
	if len(faults) == 0 && name == "" {
		faults = variables.Faults{{Setting: "task", Problem: "not given: write it behind awsvars, or set " + variables.OwnName("task") + " or " + variables.PluginName("task")}}
	}
	task := tasks.Find(name)
	if task == nil {
		runner.Begin("awsvars")
		return told(log, runner, variables.WithHint(faults, "awsvars --help lists the tasks"))
	}
	// In a plugin or an action nobody reads stdout but the log.
	if values.Origin("task") != variables.OwnName("task") {
		p.stdoutIsLog = true
	}
	return p.deliver(c.Context(), task, nil)
}
