package dropins

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Complete adds to what a task delivers what later steps read of the tool.
func (t *Translation) Complete(set *variables.Set) error {
	if t.complete == nil || set == nil {
		return nil
	}
	return t.complete(set)
}

// variable returns a variable of the environment, empty where it is not set.
func (g Given) variable(name string) string {
	text, _ := g.Lookup(name)
	return text
}

// text returns an input of the tool, from wherever the tool reads it; empty
// where there is none.
func (t *Translation) text(name string) string { return strings.TrimSpace(t.given[name].Text.Open()) }

// on reads an input that is true or false.
func (t *Translation) on(name string, otherwise bool) bool {
	switch text := strings.ToLower(t.text(name)); text {
	case "":
	case "true", "yes", "on", "1":
		return true
	case "false", "no", "off", "0":
		return false
	default:
		t.fault(name, text, "write true or false")
		t.forget(name)
	}
	return otherwise
}

// forget takes an input back.
func (t *Translation) forget(name string) {
	delete(t.given, name)
	for _, input := range t.Tool.Inputs {
		if input.Name == name {
			delete(t.settings, input.Setting)
		}
	}
}

func (t *Translation) fault(input, given, problem string) {
	t.Faults = append(t.Faults, variables.Fault{Setting: input, Given: given, Problem: problem})
}

func (t *Translation) warn(input, why string) {
	t.Warnings = append(t.Warnings, fmt.Sprintf("%s of %s is ignored: %s", input, t.Tool.Name, why))
}

// drop takes inputs back that have no meaning beside others, and says so, but
// for a false, which asks for nothing.
func (t *Translation) drop(why string, names ...string) {
	for _, name := range names {
		if text := t.text(name); text != "" && !strings.EqualFold(text, "false") {
			t.warn(name, why)
		}
		t.forget(name)
	}
}

// refuseForeign refuses inputs of a tool in a pipeline that was not written
// for it: the settings do not have them, and they would mean nothing.
func (t *Translation) refuseForeign(runner string, g Given) {
	for _, tool := range Tools() {
		if !slices.Contains(tool.Runners, runner) {
			continue
		}
		for _, input := range tool.Inputs {
			if _, given := g.Input(input.Name); given && input.Foreign && !t.used[dashed(input.Name)] {
				t.fault(input.Name, "", fmt.Sprintf("it is an input of %s and means nothing here: the task is %s, or other inputs are written as awsvars has them; leave it out, or write all of them as %s has them, with task: %s",
					tool.Name, g.Task, tool.Name, strings.Join(tool.Tasks, " or ")))
			}
		}
	}
}
