package runners

import (
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// delimiter ends a value in GitHub's files. The library has it as a constant,
// so that a value with this line in it would set variables of its own.
const delimiter = "_GitHubActionsFileCommandDelimeter_"

// handover is what a step of GitHub Actions hands on.
type handover struct {
	set         *variables.Set
	outputs     []entry
	environment []entry
}

func handoverOf(set *variables.Set, v variables.Values) (handover, error) {
	h := handover{set: set}
	for _, variable := range set.Outputs(v.Bool("output-credentials")) {
		h.outputs = append(h.outputs, entry{variable.Name, variable.Output, variable.Value})
	}
	if v.Bool("standard-names") {
		for _, variable := range set.All() {
			for _, name := range variable.Standard {
				h.environment = append(h.environment, entry{variable.Name, name, variable.Value})
			}
		}
	}
	for _, entries := range [][]entry{h.outputs, h.environment} {
		// GitHub compares the names of outputs without their case.
		if err := checkUnique(entries, true); err != nil {
			return h, err
		}
		for _, e := range entries {
			if err := checkCarried(e.value.Open()); err != nil {
				return h, fmt.Errorf("handing %s on as %s: %w; write it with format json and output instead", e.variable, e.name, err)
			}
		}
	}
	return h, nil
}

// checkCarried refuses what GitHub's files cannot carry. On Windows the runner
// takes CR LF for the end of a line (actions/runner, FileCommandManager.cs),
// act does so everywhere, and both read text.
func checkCarried(value string) error {
	switch {
	case strings.Contains(value, delimiter):
		return fmt.Errorf("the value has the delimiter of GitHub's files in it")
	case strings.Contains(value, "\r"):
		return fmt.Errorf("the value has a carriage return, which GitHub's files do not keep")
	}
	if err := refuseNUL(value); err != nil {
		return err
	}
	return refuseInvalid(value)
}

func (h handover) text() string {
	return count(len(h.outputs), "output") + ", " + count(len(h.environment), "variable") + " of the environment"
}

// summary is the page that GitHub shows of a run: what was decided, and names
// without values.
func (h handover) summary() string {
	var b strings.Builder
	b.WriteString("### awsvars\n\n")
	if len(h.set.Facts) > 0 {
		b.WriteString("| | | until |\n|---|---|---|\n")
		for _, fact := range h.set.Facts {
			until := ""
			if !fact.Until.IsZero() {
				until = fact.Until.UTC().Format(time.RFC3339)
			}
			fmt.Fprintf(&b, "| %s | %s | %s |\n", fact.Kind, code(fact.Name), until)
		}
		b.WriteString("\n")
	}
	if len(h.outputs)+len(h.environment) > 0 {
		b.WriteString("| variable | output | environment |\n|---|---|---|\n")
		for _, row := range h.rows() {
			fmt.Fprintf(&b, "| %s | %s | %s |\n", code(row[0]), code(row[1]), row[2])
		}
	}
	return b.String()
}

// rows joins the names of each variable, in the order of the set.
func (h handover) rows() [][3]string {
	var rows [][3]string
	at := map[string]int{}
	row := func(variable string) int {
		if i, ok := at[variable]; ok {
			return i
		}
		at[variable] = len(rows)
		rows = append(rows, [3]string{variable})
		return len(rows) - 1
	}
	for _, e := range h.outputs {
		rows[row(e.variable)][1] = e.name
	}
	for _, e := range h.environment {
		cell := &rows[row(e.variable)][2]
		if *cell != "" {
			*cell += ", "
		}
		*cell += code(e.name)
	}
	return rows
}

// code writes a name into a cell of a Markdown table.
func code(text string) string {
	if text == "" {
		return ""
	}
	return "`" + strings.NewReplacer("`", "'", "|", `\|`, "\n", " ", "\r", " ").Replace(text) + "`"
}
