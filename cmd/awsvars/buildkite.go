package main

import (
	"log/slog"
	"slices"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// The options of the Buildkite plugin that are no settings: hooks/ reads the
// first ones, and people bring the others along from ecr-buildkite-plugin.
const (
	optionHook       = "hook"
	optionBinary     = "binary"
	optionLogin      = "login"
	optionAssumeRole = "assume-role"
	optionHelper     = "credential-helper"
	optionStorage    = "credential-helper-ignore-creds-storage"
	optionNoEmail    = "no-include-email"
)

// twoSpellings: nothing says which one was meant.
const twoSpellings = "given twice, in two spellings; give one"

// inPlugin tells whether a setting is an option of the Buildkite plugin. A
// secret in a pipeline is one that everybody reads; the others say where
// variables go, which is what the plugin is for.
func inPlugin(s variables.Setting) bool {
	switch s.Name {
	case "runner", "format", "output", "upper-case", "output-credentials", "secret-name", "secret-namespace":
		return false
	}
	return !s.Secret
}

// forHook gives the settings their defaults in the Buildkite plugin: users of
// the ones before it know no variables of a login.
func forHook(settings []variables.Setting) []variables.Setting {
	settings = slices.Clone(settings)
	for i := range settings {
		if settings[i].Name == "login-variables" {
			settings[i].Default = "false"
		}
	}
	return settings
}

// hookStrangers finds options of the Buildkite plugin that are none, that it
// must not have, and that contradict each other.
func (p process) hookStrangers(log *slog.Logger) variables.Faults {
	if !runners.IsHook(p.host()) {
		return nil
	}
	var faults variables.Faults
	fault := func(name, problem string) {
		faults = append(faults, variables.Fault{Setting: name, Problem: problem})
	}
	known, secret := pluginNames()
	options := runners.HookOptions(p.host())
	for i, name := range options {
		switch {
		case i > 0 && options[i-1] == name:
			fault(name, twoSpellings)
		case slices.Contains(secret, name):
			fault(name, "a pipeline is no place for a secret: everybody reads it. Set "+variables.OwnName(name)+" in a hook of the agent's, or from its secrets")
		case name == optionNoEmail, name == optionStorage:
			log.Warn("ignored", "text", name+" has no effect", "option", name)
		case name == optionHelper:
			if runners.HookOption(p.host(), name) != "false" {
				fault(name, "the login needs no helper here; leave it out, or install awsvars as Docker's helper on the agent: awsvars docker-credential install")
			}
		case !slices.Contains(known, name):
			fault(name, "the plugin has no such option"+variables.Nearest(name, known))
		}
	}
	return append(faults, p.checkAssumeRole()...)
}

// checkAssumeRole looks at the object of ecr-buildkite-plugin, whose options
// are settings with other names.
func (p process) checkAssumeRole() variables.Faults {
	var faults variables.Faults
	parts := map[string]string{"role-arn": "role-arn", "duration-seconds": "duration", "oidc": "source"}
	options := runners.HookOptions(p.host(), optionAssumeRole)
	for i, name := range options {
		text := runners.HookOption(p.host(), optionAssumeRole, name)
		setting, known := parts[name]
		switch {
		case i > 0 && options[i-1] == name:
			faults = append(faults, variables.Fault{Setting: optionAssumeRole + "." + name, Problem: twoSpellings})
		case !known:
			faults = append(faults, variables.Fault{Setting: optionAssumeRole + "." + name, Problem: "there is no such option; it has role-arn, duration-seconds and oidc"})
		case name == "oidc" && text != "true" && text != "false":
			faults = append(faults, variables.Fault{Setting: optionAssumeRole + "." + name, Given: text, Problem: "write true or false"})
		case text != "false" && runners.HookOption(p.host(), setting) != "":
			faults = append(faults, variables.Fault{Setting: setting, Problem: "given twice, the second time as " + optionAssumeRole + "." + name + "; give one"})
		}
	}
	return faults
}

// pluginNames are the names of the options, and those of the secret settings.
func pluginNames() (known, secret []string) {
	known = []string{optionHook, optionBinary, optionLogin, optionAssumeRole}
	for _, s := range settingsOfAll() {
		switch {
		case inPlugin(s):
			known = append(known, s.Names()...)
		case s.Secret:
			secret = append(secret, s.Names()...)
		}
	}
	return known, secret
}
