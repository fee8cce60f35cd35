package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// help prints the help of a task, or that of the program, which fits a screen.
func help(c *cobra.Command, _ []string) {
	if task := tasks.Find(c.Name()); task != nil && c.Parent() == c.Root() {
		helpTask(c.OutOrStdout(), task)
		return
	}
	if c.Annotations[sessionCommand] != "" {
		helpSettings(c.OutOrStdout(), c.Short, c.UseLine(), sessionGroups(c.Name()), strings.Split(c.Example, "\n"))
		return
	}
	if c.Name() == "exec" && c.HasParent() {
		helpSettings(c.OutOrStdout(), c.Short, c.UseLine(), []group{{"settings", execSettings()}}, strings.Split(c.Example, "\n"))
		return
	}
	if c.HasParent() {
		summary := c.Short
		if c.Long != "" {
			summary += "\n\n" + strings.TrimSpace(c.Long)
		}
		_, _ = fmt.Fprintf(c.OutOrStdout(), "%s\n\n%s", summary, c.UsageString())
		return
	}
	helpRoot(c)
}

func helpRoot(c *cobra.Command) {
	w := c.OutOrStdout()
	_, _ = fmt.Fprintf(w, "%s: it takes the\nagent's own AWS identity, walks a chain of roles from there, and delivers\nwhat the task asked for.\n\n  awsvars TASK [--SETTING VALUE]...\n\n", c.Short)
	_, _ = fmt.Fprintln(w, "tasks")
	for _, task := range tasks.All() {
		_, _ = fmt.Fprintf(w, "  %-18s %s\n", task.Name(), task.Summary())
	}
	_, _ = fmt.Fprintln(w, "\nmore")
	for _, other := range c.Commands() {
		if tasks.Find(other.Name()) == nil && !other.Hidden && other.Name() != "help" {
			_, _ = fmt.Fprintf(w, "  %-18s %s\n", other.Name(), other.Short)
		}
	}
	_, _ = fmt.Fprintf(w, "\nexit statuses\n%s\nawsvars TASK --help lists the settings of a task. Each has a flag, an input of\na GitHub Action, a setting of a plugin and a variable of the environment.\n", statuses)
}

const statuses = `  0 delivered   2 settings wrong   3 AWS refused   4 AWS or the network could
  not be reached in time   5 could not deliver   6 Docker refused   129, 130, 143
  interrupted
`

func helpTask(w io.Writer, task tasks.Task) {
	helpSettings(w, task.Summary(), "awsvars "+task.Name()+" [--SETTING VALUE]...", groupsOf(task), task.Examples())
}

func helpSettings(w io.Writer, summary, use string, groups []group, examples []string) {
	_, _ = fmt.Fprintf(w, "%s\n\n  %s\n", summary, use)
	for _, group := range groups {
		if len(group.settings) > 0 {
			_, _ = fmt.Fprintf(w, "\n%s\n", group.title)
		}
		for _, s := range group.settings {
			helpSetting(w, s)
		}
	}
	_, _ = fmt.Fprintln(w, "\nexamples")
	for _, example := range examples {
		_, _ = fmt.Fprintf(w, "  %s\n", example)
	}
}

func helpSetting(w io.Writer, s variables.Setting) {
	head := "--" + s.Name + " " + strings.ToUpper(string(s.Type))
	if s.Type == variables.Bool {
		head = "--" + s.Name
	}
	if s.Secret {
		head = s.Name + " (secret: no flag)"
	}
	_, _ = fmt.Fprintf(w, "  %s\n", head)
	text := s.Help
	if len(s.Choices) > 0 {
		text += " One of " + strings.Join(s.Choices, ", ") + "."
	}
	if s.Default != "" {
		text += " Default: " + s.Default + "."
	}
	for _, line := range wrapped(text, 72) {
		_, _ = fmt.Fprintf(w, "      %s\n", line)
	}
	_, _ = fmt.Fprintf(w, "      %s  %s  %s\n", variables.InputName(s.Name), variables.PluginName(s.Name), variables.OwnName(s.Name))
	if len(s.Aliases) > 0 {
		_, _ = fmt.Fprintf(w, "      also %s\n", strings.Join(s.Aliases, ", "))
	}
}

func wrapped(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines = append(lines, line)
			line = ""
		}
		line = strings.TrimSpace(line + " " + word)
	}
	return append(lines, line)
}
