package runners

import (
	"fmt"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// exportedState names what a step says of its exports.
const exportedState = "exported"

// export is a variable that a step has put into the environment of its job, by
// stamps: secrets are long and random, so that they give none of them away.
type export struct {
	Name  string      `json:"name"`
	Value files.Stamp `json:"value"`
	// Before is what the step had there before, the zero Stamp for nothing.
	Before files.Stamp `json:"before"`
}

// exports are the variables that a handover sets. One that the job had with
// this very value before is not ours to take back, unless it is one of keys,
// which may have been the step's alone.
func (h handover) exports(lookup func(string) (string, bool)) []export {
	var all []export
	for _, e := range h.environment {
		value := e.value.Open()
		next := export{Name: e.name, Value: files.StampOf([]byte(value))}
		before, _ := lookup(e.name)
		if before == value && !isKey(e.name) {
			continue
		}
		if before != "" {
			next.Before = files.StampOf([]byte(before))
		}
		all = append(all, next)
	}
	return all
}

func isKey(name string) bool {
	return name == "AWS_ACCESS_KEY_ID" || name == "AWS_SECRET_ACCESS_KEY" || name == "AWS_SESSION_TOKEN"
}

// Blank gives the variables that this step has exported an empty value, which
// AWS tools take for none, and returns their names: GitHub has no way to remove
// one. They belong together, as keys and their region do: where somebody has set
// one of them to something else since, which is renewed then, all stay. What
// the step had before is no sign of that: variables of the step itself hide
// those of the job, in its post step too.
func Blank(h Host) (blanked []string, renewed string, err error) {
	var all []export
	if _, err := State(h, exportedState, &all); err != nil {
		return nil, "", err
	}
	for _, e := range all {
		value := h.text(e.Name)
		switch {
		case value == "" || variables.CheckName(e.Name) != nil:
		case !e.Value.Of([]byte(value)) && !e.Before.Of([]byte(value)):
			return nil, e.Name, nil
		default:
			blanked = append(blanked, e.Name)
		}
	}
	if len(blanked) == 0 {
		return nil, "", nil
	}
	return blanked, "", h.writeBlanks(blanked)
}

func (h Host) writeBlanks(names []string) error {
	var blanks []entry
	for _, name := range names {
		blanks = append(blanks, entry{variable: name, name: name})
	}
	file := githubAddition("GITHUB_ENV", h.text("GITHUB_ENV"), blanks)
	if file.path == "" {
		return fmt.Errorf("looking for $%s: it is not set", file.variable)
	}
	return appendAll([]addition{file})
}
