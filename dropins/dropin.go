// Package dropins takes the inputs of other tools in place of settings, with
// their meaning, so that a pipeline that was written for one of them goes on
// as it is. One file a tool: its inputs, and what becomes of each. The pages
// "moving from" and action.yml are made of these tables.
package dropins

import (
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Fate says what becomes of an input.
type Fate string

// The fates of inputs.
const (
	// Taken: it has its meaning here.
	Taken Fate = "taken"
	// Ignored: it has no effect, as in the tool itself or since none is needed;
	// where somebody could count on it, a warning says so.
	Ignored Fate = "ignored"
	// Refused: it cannot be honoured, and a fault says why.
	Refused Fate = "refused"
)

// Input is one input of a tool.
type Input struct {
	// Name is written as the tool's users write it.
	Name string
	// Plain are variables of the environment that the tool reads besides, the
	// first one that is set before the others.
	Plain []string
	// Setting takes the text as it is; empty where the tool's rules say more.
	Setting string
	Fate    Fate
	// Idle is a text that gives the input no effect, such as false of a switch
	// that is refused when it is on.
	Idle string
	// Here says what becomes of it, in a sentence for people.
	Here string
	// Foreign tells that awsvars has no setting or alias of this name: in a
	// pipeline that was not written for the tool it would mean nothing.
	Foreign bool
}

// idles tells whether a text gives the input no effect. Woodpecker hands a no
// on as it stands.
func (i Input) idles(text string) bool {
	text = strings.ToLower(strings.TrimSpace(text))
	return i.Idle != "" && text == i.Idle || i.Idle == "false" && slices.Contains([]string{"no", "off", "0", "f"}, text)
}

// Tool is another tool whose pipelines go on here.
type Tool struct {
	// Name is what people call it.
	Name string
	// Tasks are those that do its work, Runners those that its inputs come in.
	Tasks, Runners []string
	Inputs         []Input
	// Untold tools name no task in their pipelines: the first of Tasks is meant.
	Untold bool
	// Quiet tools hand nothing on to later steps unless they are told where to.
	Quiet bool
	// meant tells whether a pipeline was written for the tool.
	meant func(g Given) bool
	// rules do what a table cannot say.
	rules func(t *Translation, g Given)
}

// Given is what a pipeline gives.
type Given struct {
	Task string
	// Input finds an input by its name.
	Input variables.Source
	// Lookup finds a variable of the environment.
	Lookup func(name string) (string, bool)
	// Read reads a file of the working directory, and follows no link.
	Read func(path string) ([]byte, error)
}

// find finds an input of a tool. Drone keeps a dash where people write one for
// an underscore.
func (g Given) find(name string) (variables.Input, bool) {
	if input, ok := g.Input(name); ok {
		return input, true
	}
	return g.Input(dashed(name))
}

func dashed(name string) string { return strings.ReplaceAll(name, "_", "-") }

// text returns an input, empty where there is none.
func (g Given) text(name string) string {
	input, _ := g.find(name)
	return strings.TrimSpace(input.Text.Open())
}

// Translation is what a pipeline of another tool means.
type Translation struct {
	// Tool is nil where the pipeline was written for awsvars.
	Tool     *Tool
	Faults   variables.Faults
	Warnings []string
	// Skip says why there is nothing to do, empty where there is.
	Skip string
	// Decision says in words what the inputs came to, for the log.
	Decision string
	// Secrets are inputs that the tool masks before it says anything.
	Secrets  []variables.Secret
	settings map[string]variables.Input
	// given are the tool's inputs, by their names.
	given map[string]variables.Input
	// used are the inputs of the tool: they mean what it says, whatever
	// awsvars calls by the same name.
	used map[string]bool
	rest variables.Source
	// complete adds to a set what later steps read of the tool.
	complete func(*variables.Set) error
}

// Task is the task of a pipeline that names none, as some tools have it; empty
// where no such tool is meant.
func Task(runner string, g Given) string {
	for _, tool := range Tools() {
		if tool.Untold && slices.Contains(tool.Runners, runner) && tool.meant(g) {
			return tool.Tasks[0]
		}
	}
	return ""
}

// Translate finds the tool that a pipeline was written for, and what its
// inputs mean.
func Translate(runner string, g Given) *Translation {
	t := &Translation{settings: map[string]variables.Input{}, given: map[string]variables.Input{}, used: map[string]bool{}, rest: g.Input}
	for _, tool := range Tools() {
		if !slices.Contains(tool.Runners, runner) || !slices.Contains(tool.Tasks, g.Task) || !tool.meant(g) {
			continue
		}
		t.Tool = &tool
		for _, input := range tool.Inputs {
			t.take(input, g)
		}
		if tool.rules != nil {
			tool.rules(t, g)
		}
		break
	}
	t.refuseForeign(runner, g)
	return t
}

// take does what the table says of an input.
func (t *Translation) take(input Input, g Given) {
	t.used[dashed(input.Name)] = true
	given, ok := g.find(input.Name)
	for _, name := range input.Plain {
		if text, set := g.Lookup(name); !ok && set && text != "" {
			given, ok = variables.Input{Text: variables.NewSecret(text), Origin: name}, true
		}
	}
	if !ok || input.idles(given.Text.Open()) {
		return
	}
	t.given[input.Name] = given
	switch {
	case input.Fate == Refused:
		t.fault(input.Name, "", input.Here)
	case input.Fate == Ignored:
		t.warn(input.Name, input.Here)
	case input.Setting != "":
		t.settings[input.Setting] = given
	}
}

// set gives a setting a text that the tool's rules lead to. Origin says where
// it comes from, in the place of the variable that gave it.
func (t *Translation) set(setting, text, origin string) {
	t.settings[setting] = variables.Input{Text: variables.NewSecret(text), Origin: origin}
}

// Inputs are the names of all inputs of the tool that the pipeline was written
// for, none where it was written for awsvars.
func (t *Translation) Inputs() []string {
	if t.Tool == nil {
		return nil
	}
	var names []string
	for _, input := range t.Tool.Inputs {
		names = append(names, input.Name)
	}
	return names
}

// Source finds settings: what the tool's inputs mean, and the other inputs.
func (t *Translation) Source(name string) (variables.Input, bool) {
	if input, ok := t.settings[name]; ok {
		return input, true
	}
	if t.used[dashed(name)] {
		return variables.Input{}, false
	}
	return t.rest(name)
}
