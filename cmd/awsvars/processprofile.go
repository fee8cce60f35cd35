package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/profiles"
	"github.com/awsvars/awsvars/variables"
)

// processProfile writes a profile that calls awsvars whenever an AWS tool needs
// credentials.
func (o *opening) processProfile(ctx context.Context, w *profileWriter) error {
	command, faults := o.commandLine(w.profile.Name)
	if len(faults) > 0 {
		return faults
	}
	line, err := profiles.Command(command)
	if err != nil {
		return undelivered{fmt.Errorf("writing profile %q: %w", w.profile.Name, err)}
	}
	w.profile.Process, w.profile.Region = line, o.values.Text("region")
	if err := w.check(); err != nil {
		return undelivered{err}
	}
	if _, err := w.files.Write(ctx, w.profile, w.overwrite); err != nil {
		return undelivered{err}
	}
	o.log.Info("delivered", "text", fmt.Sprintf("profile %s in %s; it calls awsvars for credentials", w.profile.Name, w.files.Config), "profile", w.profile.Name, "file", w.files.Config)
	return nil
}

// commandLine is awsvars with the settings of this run, wherever they were
// given: the tool that calls it later has another environment.
func (o *opening) commandLine(profile string) ([]string, variables.Faults) {
	var faults variables.Faults
	// A tool that fails shows what its command said: warnings are enough.
	command := []string{o.program, "credential-process", "--" + sealedFlag}
	if !o.values.Given("log-level") {
		command = append(command, "--log-level=warn")
	}
	for _, s := range sessionSettings() {
		given := o.values.Given(s.Name)
		switch {
		case s.Name == "connectors" && (given || o.values.Given("connector")):
			command = append(command, "--connectors="+o.absolute(orElse(o.values.Text(s.Name), connectors.DefaultFile)))
		case !given:
		case s.Secret, s.Name == "access-key-id":
			faults = append(faults, variables.Fault{Setting: s.Name, Problem: "a profile's command is no place for keys and codes; name a source or a connector that finds them"})
		default:
			command = append(command, o.flagsOf(s)...)
		}
	}
	source, from := o.roster.Connector("").Source()
	switch {
	case len(faults) > 0:
	case source == "auto":
		faults = append(faults, variables.Fault{Setting: "source", Problem: "not given: a profile that looks for its credentials everywhere would find itself; name the source"})
	case source == "profile" && from == profile:
		faults = append(faults, variables.Fault{Setting: "write-profile", Given: profile, Problem: "the credentials come from this very profile"})
	case source == "profile" && o.values.Given("connector") && !o.roster.Connector("").NamesProfile():
		faults = append(faults, variables.Fault{Setting: "connector", Given: o.values.Text("connector"), Problem: "its source is whichever profile is in use, and that would be this one; name the profile in the connectors file"})
	case source == "profile" && !o.values.Given("profile") && !o.values.Given("connector"):
		// Another one may be in use when the tool calls.
		command = append(command, "--profile="+from)
	}
	return command, faults
}

func (o *opening) flagsOf(s variables.Setting) []string {
	switch s.Type {
	case variables.List, variables.ARNList:
		var flags []string
		for _, element := range o.values.List(s.Name) {
			flags = append(flags, "--"+s.Name+"="+element)
		}
		return flags
	case variables.Map:
		var flags []string
		for _, pair := range o.values.Pairs(s.Name) {
			flags = append(flags, "--"+s.Name+"="+pair.String())
		}
		return flags
	}
	text := o.values.Text(s.Name)
	isFile := s.Name == "web-identity-token-file" || s.Type == variables.JSON && !strings.HasPrefix(text, "{")
	if isFile {
		text = o.absolute(text)
	}
	return []string{"--" + s.Name + "=" + text}
}

func orElse(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
