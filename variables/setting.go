package variables

import (
	"fmt"
	"strings"
)

// Type is the kind of value that a setting takes.
type Type string

// The types of settings.
const (
	// Text is one line.
	Text Type = "text"
	// List is several texts: repeated, joined by commas or newlines, or a
	// JSON array.
	List Type = "list"
	// ARNList is a List whose elements may hold commas, as the name of a role
	// may: it is split at newlines and before ",arn:".
	ARNList Type = "ARN list"
	// Bool is true or false.
	Bool Type = "bool"
	// Duration is a number of seconds, or a number with a unit: 3600, 3600s, 1h.
	Duration Type = "duration"
	// Integer is a whole number.
	Integer Type = "integer"
	// Choice is one of Setting.Choices.
	Choice Type = "choice"
	// JSON is a JSON document, or the path of a file that holds one.
	JSON Type = "JSON"
	// Map is KEY=VALUE, several of them as in a List, or a JSON object.
	Map Type = "map"
)

// Setting is one typed input of a task. Flags, variables of the environment,
// action.yml, plugin.yml and the reference page are derived from it.
type Setting struct {
	// Name is in kebab case.
	Name string
	// Help is one or two sentences; the first one says what it is.
	Help string
	Type Type
	// Default is the text that stands where nothing is given.
	Default string
	// Aliases are the names that people bring along from other tools.
	Aliases  []string
	Choices  []string
	Required bool
	// Secret settings have no flag, since others can read a process's
	// arguments.
	Secret bool
	// Unquoted keeps the text out of messages: people mistake a secret for it.
	Unquoted bool
	// Check tells what is wrong with one element; nil accepts all. It is not
	// called for secrets.
	Check func(text string) error
}

// Names returns the name and the aliases.
func (s Setting) Names() []string { return append([]string{s.Name}, s.Aliases...) }

// Several tells whether the setting takes more than one element.
func (s Setting) Several() bool { return s.Type == List || s.Type == ARNList || s.Type == Map }

// Fault is what is wrong with one setting.
type Fault struct {
	// Setting is the name.
	Setting string
	// Given is the text, quoted when shown; empty for a secret or where there
	// is none to show.
	Given string
	// Problem says what is wrong and what to do about it.
	Problem string
}

func (f Fault) String() string {
	if f.Given == "" {
		return f.Setting + ": " + f.Problem
	}
	return fmt.Sprintf("%s %q: %s", f.Setting, shortened(f.Given), f.Problem)
}

// shortened keeps a message readable when somebody gives a whole file.
func shortened(text string) string {
	const most = 200
	if len(text) <= most {
		return text
	}
	return strings.ToValidUTF8(text[:most], "") + "…"
}

// Faults are all faults of all settings; as an error they are one message of
// several lines.
type Faults []Fault

func (f Faults) Error() string {
	lines := []string{"1 setting is wrong"}
	if len(f) != 1 {
		lines[0] = fmt.Sprintf("%d settings are wrong", len(f))
	}
	for _, fault := range f {
		lines = append(lines, "  "+fault.String())
	}
	return strings.Join(lines, "\n")
}

// Err returns f as an error, or nil if there is no fault.
func (f Faults) Err() error {
	if len(f) == 0 {
		return nil
	}
	return f
}

// And returns f with those of more that are about other settings: what is
// wrong with a setting by itself makes what it does to others hearsay.
func (f Faults) And(more Faults) Faults {
	faulty := map[string]bool{}
	for _, fault := range f {
		faulty[fault.Setting] = true
	}
	all := f
	for _, fault := range more {
		if !faulty[fault.Setting] {
			all = append(all, fault)
		}
	}
	return all
}
