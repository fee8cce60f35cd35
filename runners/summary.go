package runners

import (
	"fmt"
	"strings"
	"time"
)

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
