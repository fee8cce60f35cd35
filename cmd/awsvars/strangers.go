package main

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// strangers finds variables that look like settings and are none: a misspelt
// guard must not be a guard that is off. Those with awsvars' own prefix are
// faults. A plugin's system may set PLUGIN_* variables of its own, so those
// are faults only where they are one slip away from a setting, and else
// warnings.
func (p process) strangers(log *slog.Logger, also ...string) variables.Faults {
	var (
		faults      variables.Faults
		own, plugin []string
	)
	for _, pair := range p.environ() {
		name, text, _ := strings.Cut(pair, "=")
		if text == "" || !strings.HasPrefix(name, "AWSVARS_") && !strings.HasPrefix(name, "PLUGIN_") {
			continue
		}
		if own == nil {
			own, plugin = names()
			for _, name := range also {
				plugin = append(plugin, variables.PluginName(name))
			}
		}
		switch {
		case p.behindDocker && strings.HasPrefix(name, "PLUGIN_"):
		case name == connectors.WithinProcess, strings.HasPrefix(name, "AWSVARS_SIMULATOR_"), strings.HasPrefix(name, "AWSVARS_TEST_"):
		case strings.HasPrefix(name, "AWSVARS_") && !slices.Contains(own, name):
			faults = append(faults, variables.Fault{Setting: name, Problem: "there is no such setting" + variables.Nearest(name, own)})
		case strings.HasPrefix(name, "PLUGIN_") && !slices.Contains(plugin, strings.ReplaceAll(strings.ToUpper(name), "-", "_")):
			if likely := variables.Nearest(name, plugin); likely != "" {
				faults = append(faults, variables.Fault{Setting: name, Problem: "there is no such setting" + likely})
			} else {
				log.Warn("ignored", "text", name+" is no setting of awsvars", "variable", name)
			}
		}
	}
	return append(faults, p.hookStrangers(log)...)
}

// settingsOfAll are the settings of all tasks; one that several have stands
// there as often.
func settingsOfAll() []variables.Setting {
	settings := []variables.Setting{taskSetting()}
	for _, task := range tasks.All() {
		settings = append(settings, settingsOf(task)...)
	}
	return settings
}

// names returns the variables of all settings of all tasks, since one
// environment may serve several of them.
func names() (own, plugin []string) {
	for _, s := range append(postSettings(), settingsOfAll()...) {
		for _, name := range s.Names() {
			own = append(own, variables.OwnName(name))
			plugin = append(plugin, variables.PluginName(name))
		}
	}
	return own, plugin
}
