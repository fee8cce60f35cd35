package main

import (
	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

func rootCommand(p process) *cobra.Command {
	root := &cobra.Command{
		Use:           "awsvars",
		Short:         "Hands AWS credentials to the steps of a CI job as masked variables",
		Args:          cobra.NoArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		// Without a word it is a plugin's entry point.
		RunE: func(c *cobra.Command, _ []string) error { return p.runSetting(c) },
	}
	root.SetHelpFunc(help)
	for _, task := range tasks.All() {
		root.AddCommand(p.taskCommand(task))
	}
	root.AddCommand(versionCommand(), settingsCommand(), manCommand())
	root.AddCommand(generators()...)
	return root
}

func (p process) taskCommand(task tasks.Task) *cobra.Command {
	c := &cobra.Command{Use: task.Name(), Short: task.Summary(), Args: cobra.NoArgs}
	flags := addFlags(c, settingsOf(task))
	c.RunE = func(c *cobra.Command, _ []string) error { return p.deliver(c.Context(), task, flags) }
	return c
}

// runSetting takes the task from the setting task.
func (p process) runSetting(c *cobra.Command) error {
	runner, err := p.runner(nil)
	if err != nil {
		return told(textLogger(p.stderr), nil, err)
	}
	values, faults := variables.Fill([]variables.Setting{taskSetting()}, nil, runner.Input, p.environment)
	err = faults.Err()
	if err == nil && values.Text("task") == "" {
		err = variables.Faults{{Setting: "task", Problem: "not given: write it behind awsvars, or set " + variables.OwnName("task") + " or " + variables.PluginName("task")}}
	}
	if err != nil {
		return told(textLogger(p.stderr), runner, variables.WithHint(err, "awsvars --help lists the tasks"))
	}
	return p.deliver(c.Context(), tasks.Find(values.Text("task")), nil)
}
