package runners

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// exportedState names what a step says of its exports.
const exportedState = "exported"

// export is a variable that a step has put into the environment of its job. The
// value is a sum with a salt of its own: secrets are long and random, so that
// it gives none of them away.
type export struct {
	Name  string      `json:"name"`
	Value files.Stamp `json:"value"`
}

// exports are the variables that a handover sets. One that the job had with
// this very value before is not ours to take back.
func (h handover) exports(lookup func(string) (string, bool)) []export {
	var all []export
	for _, e := range h.environment {
		value := e.value.Open()
		if before, had := lookup(e.name); !had || before != value {
			all = append(all, export{e.name, files.StampOf([]byte(value))})
		}
	}
	return all
}

// Blank gives the variables that this step has exported an empty value, which
// AWS tools take for none, and returns their names: GitHub has no way to remove
// one. They belong together, as keys and their region do: where somebody has set
// one of them to something else since, which is renewed then, all stay.
func Blank(h Host) (blanked []string, renewed string, err error) {
	var all []export
	if _, err := State(h, exportedState, &all); err != nil {
		return nil, "", err
	}
	for _, e := range all {
		value := h.text(e.Name)
		switch {
		case value == "" || variables.CheckName(e.Name) != nil:
		case !e.Value.Of([]byte(value)):
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
	var content strings.Builder
	for _, name := range names {
		fmt.Fprintf(&content, "%s<<%s\n\n%s\n", name, delimiter, delimiter)
	}
	file := addition{variable: "GITHUB_ENV", path: h.text("GITHUB_ENV"), content: []byte(content.String())}
	if file.path == "" {
		return fmt.Errorf("looking for $%s: it is not set", file.variable)
	}
	return appendAll([]addition{file})
}
