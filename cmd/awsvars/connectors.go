package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// fileFaults are all that is wrong in a connectors file, a line each.
type fileFaults struct {
	path  string
	lines []string
}

func (f *fileFaults) Error() string {
	head := "1 fault in " + f.path
	if len(f.lines) != 1 {
		head = fmt.Sprintf("%d faults in %s", len(f.lines), f.path)
	}
	return head + "\n  " + strings.Join(f.lines, "\n  ")
}

func (p process) connectorsCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "connectors", Short: "The connectors file: check it, list it, draw it, its schema", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.checkCommand(), p.listCommand(), p.graphCommand(), schemaCommand())
	return c
}

func schemaCommand() *cobra.Command {
	return &cobra.Command{
		Use: "schema", Short: "The JSON schema of the connectors file, for editors", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(connectors.Schema())
			return err
		},
	}
}

// inspected are the settings of the commands that look at the file.
func inspected() []variables.Setting {
	all := ownSettings()
	for _, s := range connectors.Settings() {
		if s.Name == "connectors" {
			all = append(all, s)
		}
	}
	return all
}

// inspection is a connectors file with all of its connectors.
type inspection struct {
	*opening
	file *connectors.File
}

// inspect reads the file that FILE or the setting connectors names.
func (p process) inspect(flags given, args []string) (inspection, error) {
	if len(args) > 0 {
		flags["connectors"] = args[0]
	}
	// The job is that of the environment, whichever runner it is.
	o := p.prepare("connectors", append(connectors.Settings(), ownSettings()...), flags, func(variables.Values) []string { return nil })
	if len(o.faults) > 0 {
		return inspection{}, told(o.log, o.runner, o.faults)
	}
	path := o.values.Text("connectors")
	if path == "" {
		path = connectors.DefaultFile
	}
	file, err := connectors.ReadFile(path, p.dir)
	if err != nil {
		hinted := variables.WithHint(variables.Faults{{Setting: "connectors", Problem: err.Error()}}, "write the file behind the command, or set "+variables.OwnName("connectors"))
		return inspection{}, told(o.log, o.runner, hinted)
	}
	o.roster = connectors.Inspect(file, p.machine(o.runner), o.network)
	if lines := append(o.roster.Faults(), strangeRegistries(file)...); len(lines) > 0 {
		return inspection{}, told(o.log, o.runner, &fileFaults{path, lines})
	}
	return inspection{o, file}, nil
}

// strangeRegistries are patterns that no registry of Amazon ECR fits.
func strangeRegistries(file *connectors.File) []string {
	var lines []string
	for _, def := range file.Definitions {
		for _, pattern := range def.Registries {
			if _, err := ecr.Parse(pattern); err != nil && pattern != connectors.AllRegistries {
				lines = append(lines, fmt.Sprintf("%s:%d: %s: registries: %q: %s", file.Path, def.RegistriesLine, def.Name, pattern, err))
			}
		}
	}
	return lines
}

func (p process) checkCommand() *cobra.Command {
	c := &cobra.Command{Use: "check [FILE]", Short: "Find everything that is wrong in the file, without asking AWS", Args: cobra.MaximumNArgs(1)}
	flags := addFlags(c, inspected())
	c.RunE = func(c *cobra.Command, args []string) error {
		i, err := p.inspect(flags, args)
		if err != nil {
			return err
		}
		i.runner.End("")
		noun := "connectors"
		if len(i.file.Definitions) == 1 {
			noun = "connector"
		}
		_, err = fmt.Fprintf(c.OutOrStdout(), "%s: %d %s, nothing wrong\n", i.file.Path, len(i.file.Definitions), noun)
		return err
	}
	return c
}
