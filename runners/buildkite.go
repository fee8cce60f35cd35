package runners

import (
	"errors"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// buildkiteHook delivers to a hook of the Buildkite plugin in hooks/: export
// lines on stdout, which the hook evaluates and nobody logs. What a hook
// exports, the agent hands to all later hooks and to the command
// (buildkite/agent, internal/job/hook/wrapper.go).
//
// Names are in upper case: the agent redacts the values of variables whose
// names say so, *_PASSWORD for one, and compares the case.
type buildkiteHook struct{ Host }

func (buildkiteHook) Name() string { return buildkiteName }

func (r buildkiteHook) Input(name string) (variables.Input, bool) { return hookInput(r.Host, name) }

// Begin and End: a line that starts with --- or ~~~ would be a group, but the
// agent has opened one for the hook already.
func (buildkiteHook) Begin(string) {}

func (buildkiteHook) End(string) {}

func (r buildkiteHook) Job() variables.Job { return jobOf(r.Host) }

func (r buildkiteHook) Check(v variables.Values) error {
	problem := "the runner buildkite hands variables to the plugin's hook; choose the runner envfile to write a file"
	faults := refuse(v, problem, "format", "output").And(checkNoSecret(v))
	if v.Given("upper-case") && !v.Bool("upper-case") {
		faults = append(faults, variables.Fault{Setting: "upper-case", Given: v.Text("upper-case"), Problem: "the agent redacts by names in upper case, so that the runner buildkite writes no others"})
	}
	if len(faults) > 0 {
		return faults
	}
	if !IsHook(r.Host) || r.Terminal {
		// The command of a step has its log on stdout.
		return fmt.Errorf("looking for the plugin's hook: this is none; use the plugin, or write the variables with format and output")
	}
	return nil
}

func (r buildkiteHook) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	f := formatOf(v)
	entries, err := f.entries(set, v)
	entries = outlived(entries, r.Host, v)
	for i, e := range entries {
		// The names of the AWS tools stay as they are, with the user's prefix.
		if e.name == environmentName(e.variable, v) {
			entries[i].name = strings.ToUpper(e.name)
		}
	}
	if err = errors.Join(err, checkUnique(entries, false)); err != nil {
		return Delivery{}, err
	}
	if !r.redacts() {
		if err := r.checkNames(entries); err != nil {
			return Delivery{}, err
		}
	}
	content, err := f.encode(entries)
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{Text: count(len(entries), "variable") + " to the later hooks and the command"}, writeOut(r.Stdout, content)
}
