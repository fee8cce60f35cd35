package main

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// ownSettings are those of the command itself.
func ownSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "timeout", Type: variables.Duration, Default: "60s", Check: checkTimeout,
			Help: "Give up after this time, all calls and their repetitions together.",
		},
		{
			Name: "retries", Type: variables.Integer, Default: "5", Check: checkRetries,
			Help: "How often a call is repeated after a network fault, throttling or an error of AWS's servers. A refusal is never repeated.",
		},
		{
			Name: "http-proxy", Type: variables.Text, Check: checkProxy, Unquoted: true,
			Help: "URL of a proxy for all requests to AWS, in place of those that HTTPS_PROXY and HTTP_PROXY name.",
		},
		{
			Name: "no-proxy", Type: variables.Text,
			Help: "Hosts of AWS that no proxy is for, written as in NO_PROXY and in its place.",
		},
		{
			Name: "log-level", Type: variables.Choice, Default: "info", Choices: []string{"debug", "info", "warn", "error"},
			Help: "The least level that is logged. The log goes to stderr.",
		},
		{
			Name: "log-format", Type: variables.Choice, Default: "text", Choices: []string{"text", "json"},
			Help: "The form of the log: lines for people, or JSON objects.",
		},
	}
}

// settingsOf returns all settings that a task has on the command line.
func settingsOf(t tasks.Task) []variables.Setting {
	own := ownSettings()
	if t.Name() == "push" {
		// Layers take their time.
		own[0].Default = "1h"
	}
	return append(append(t.Settings(), runners.Settings()...), own...)
}

// taskSetting picks the task where the command line names none, as in a
// plugin.
func taskSetting() variables.Setting {
	return variables.Setting{
		Name: "task", Type: variables.Choice, Choices: tasks.Names(),
		Help: "The piece of work. On the command line it is the first word.",
	}
}

// mostSetting bounds a file that a setting names, in bytes; far above any
// policy that AWS takes.
const mostSetting = 1 << 20

// readSetting reads the file that a setting names.
func readSetting(path string) ([]byte, error) { return files.Load(path, mostSetting) }

// given is what stands on the command line, by the name of the setting.
type given map[string]string

// source reads the flags.
func (g given) source(name string) (variables.Input, bool) {
	text, ok := g[name]
	return variables.Input{Text: variables.NewSecret(text), Origin: "--" + name}, ok
}

// environment reads AWSVARS_*.
func (p process) environment(name string) (variables.Input, bool) {
	own := variables.OwnName(name)
	text, ok := p.lookup(own)
	return variables.Input{Text: variables.NewSecret(text), Origin: own}, ok
}

// flag is one setting on the command line. It keeps the text: types and
// checks are the same for flags and variables, and run later.
type flag struct {
	name    string
	setting variables.Setting
	given   given
}

func (f flag) String() string { return "" }

func (f flag) Type() string { return string(f.setting.Type) }

// Set collects repeated flags of a list; of any other setting the last counts.
func (f flag) Set(text string) error {
	if before, ok := f.given[f.name]; ok && f.setting.Several() {
		text = before + "\n" + text
	}
	f.given[f.name] = text
	return nil
}

// addFlags declares a flag for each setting that is no secret, by its name
// and by its aliases.
func addFlags(c *cobra.Command, settings []variables.Setting) given {
	g := given{}
	for _, s := range settings {
		if s.Secret {
			continue
		}
		for i, name := range s.Names() {
			declared := c.Flags().VarPF(flag{name, s, g}, name, "", firstSentence(s.Help))
			declared.Hidden = i > 0
			if s.Type == variables.Bool {
				declared.NoOptDefVal = "true"
			}
		}
		switch s.Name {
		case "connector":
			_ = c.RegisterFlagCompletionFunc(s.Name, completeConnectors(g))
		case "session-tags":
			_ = c.RegisterFlagCompletionFunc(s.Name, cobra.FixedCompletions(variables.JobFacts(), cobra.ShellCompDirectiveNoFileComp))
		}
		if s.Type == variables.Choice {
			// The name was declared just now, so this cannot fail.
			_ = c.RegisterFlagCompletionFunc(s.Name, cobra.FixedCompletions(s.Choices, cobra.ShellCompDirectiveNoFileComp))
		}
	}
	return g
}

// completeConnectors proposes the names of the connectors file.
func completeConnectors(g given) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		path := orElse(g["connectors"], connectors.DefaultFile)
		file, err := connectors.ReadFile(path, ".")
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var names []cobra.Completion
		for _, d := range file.Definitions {
			names = append(names, cobra.CompletionWithDesc(d.Name, d.Description))
		}
		return names, cobra.ShellCompDirectiveNoFileComp
	}
}

func firstSentence(text string) string {
	sentence, _, found := strings.Cut(text, ". ")
	if found {
		return sentence + "."
	}
	return text
}
