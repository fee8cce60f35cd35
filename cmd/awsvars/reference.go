package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// group is a part of a task's settings that belongs together.
type group struct {
	title    string
	settings []variables.Setting
}

// groupsOf sorts the settings of a task: its own first.
func groupsOf(task tasks.Task) []group {
	shared := map[string]bool{}
	for _, s := range connectors.Settings() {
		shared[s.Name] = true
	}
	own := group{title: "settings"}
	for _, s := range task.Settings() {
		if !shared[s.Name] {
			own.settings = append(own.settings, s)
		}
	}
	groups := []group{own, {"credentials", connectors.Settings()}, {"delivery", runners.Settings()}, {"general", ownSettings()}}
	if len(task.Settings()) == len(own.settings) {
		// It asks nobody.
		groups = append(groups[:1], groups[2:]...)
	}
	return groups
}

// row is a setting in the machine-readable reference.
type row struct {
	Name        string   `json:"name"`
	Help        string   `json:"help"`
	Type        string   `json:"type"`
	Default     string   `json:"default,omitempty"`
	Choices     []string `json:"choices,omitempty"`
	Aliases     []string `json:"aliases,omitempty"`
	Secret      bool     `json:"secret,omitempty"`
	Flag        string   `json:"flag,omitempty"`
	Input       string   `json:"input"`
	Plugin      string   `json:"plugin"`
	Environment string   `json:"environment"`
}

func rowOf(s variables.Setting) row {
	r := row{
		Name: s.Name, Help: s.Help, Type: string(s.Type), Default: s.Default, Choices: s.Choices, Aliases: s.Aliases, Secret: s.Secret,
		Flag: "--" + s.Name, Input: variables.InputName(s.Name), Plugin: variables.PluginName(s.Name), Environment: variables.OwnName(s.Name),
	}
	if s.Secret {
		r.Flag = ""
	}
	return r
}

func settingsCommand() *cobra.Command {
	as := ""
	c := &cobra.Command{
		Use: "settings", Short: "All settings of all tasks, as a table, JSON or Markdown", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error {
			switch as {
			case "table":
				return settingsTable(c.OutOrStdout())
			case "json":
				return settingsJSON(c.OutOrStdout())
			case "markdown":
				return settingsMarkdown(c.OutOrStdout())
			}
			return fmt.Errorf("--as %q: choose one of table, json, markdown", as)
		},
	}
	c.Flags().StringVar(&as, "as", "table", "table, json or markdown")
	return c
}

func settingsTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, task := range tasks.All() {
		_, _ = fmt.Fprintf(t, "%s\n", task.Name())
		for _, g := range groupsOf(task) {
			for _, s := range g.settings {
				_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", s.Name, s.Type, s.Default, firstSentence(s.Help))
			}
		}
	}
	_, _ = fmt.Fprintln(t, "post")
	for _, s := range postSettings() {
		_, _ = fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", s.Name, s.Type, s.Default, firstSentence(s.Help))
	}
	return t.Flush()
}

func settingsJSON(w io.Writer) error {
	all := map[string][]row{}
	for _, task := range tasks.All() {
		for _, s := range settingsOf(task) {
			all[task.Name()] = append(all[task.Name()], rowOf(s))
		}
	}
	for _, s := range postSettings() {
		all["post"] = append(all["post"], rowOf(s))
	}
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(all)
}

// settingsMarkdown is the reference page, docs/settings.md.
func settingsMarkdown(w io.Writer) error {
	var b strings.Builder
	b.WriteString("# Settings\n\nThis page is generated: `go generate ./...`.\n\n")
	b.WriteString("A setting is given as a flag, as an input of a GitHub Action, as a setting of a plugin, or as a variable of the\nenvironment. The first one that is given counts, in this order: flag, input or plugin setting, variable, default. An empty\nsetting is a setting not given. A secret setting has no flag.\n\n")
	b.WriteString("Lists repeat (`--registry A --registry B`), or are joined by commas or newlines. The setting `task` picks the task where the\ncommand line names none: `" + variables.InputName("task") + "`, `" + variables.PluginName("task") + "`, `" + variables.OwnName("task") + "`.\n")
	for _, task := range tasks.All() {
		markdownGroup(&b, fmt.Sprintf("Task `%s`: %s", task.Name(), task.Summary()), groupsOf(task)[0].settings)
	}
	for _, g := range groupsOf(tasks.All()[0])[1:] {
		markdownGroup(&b, "All tasks: "+g.title, g.settings)
	}
	markdownGroup(&b, "Post step of the GitHub Action", postSettings())
	_, err := io.WriteString(w, b.String())
	return err
}

func markdownGroup(b *strings.Builder, title string, settings []variables.Setting) {
	fmt.Fprintf(b, "\n## %s\n", title)
	for _, s := range settings {
		r := rowOf(s)
		fmt.Fprintf(b, "\n### %s\n\n%s\n\n", s.Name, s.Help)
		names := []string{r.Input, r.Plugin, r.Environment}
		if r.Flag != "" {
			names = append([]string{r.Flag}, names...)
		}
		fmt.Fprintf(b, "- type: %s\n- names: `%s`\n", s.Type, strings.Join(names, "`, `"))
		if len(s.Choices) > 0 {
			fmt.Fprintf(b, "- choices: `%s`\n", strings.Join(s.Choices, "`, `"))
		}
		if s.Default != "" {
			fmt.Fprintf(b, "- default: `%s`\n", s.Default)
		}
		if len(s.Aliases) > 0 {
			fmt.Fprintf(b, "- aliases: `%s`\n", strings.Join(s.Aliases, "`, `"))
		}
	}
}
