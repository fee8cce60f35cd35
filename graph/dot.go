package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// DOT writes the graph in the language of Graphviz.
func (g *Graph) DOT(w io.Writer) error {
	b := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(b, "digraph {\n  graph [rankdir=LR, tooltip=%s];\n  node [shape=box, fontname=monospace];\n", dotText(printable(g.Title)))
	shapes := [columns]string{"oval", "box", "hexagon", "cylinder"}
	for i, n := range g.nodes {
		_, _ = fmt.Fprintf(b, "  n%d [shape=%s, label=%s];\n", i, shapes[n.column], dotText(n.lines...))
	}
	for _, e := range g.edges {
		_, _ = fmt.Fprintf(b, "  n%d -> n%d;\n", e.from, e.to)
	}
	b.WriteString("}\n")
	return b.Flush()
}

// dotText is a quoted string of lines. A backslash begins an escape in a label,
// and an & an entity of HTML.
func dotText(lines ...string) string {
	quote := strings.NewReplacer(`\`, `\\`, `"`, `\"`, `&`, `&amp;`)
	var quoted []string
	for _, line := range lines {
		quoted = append(quoted, quote.Replace(line))
	}
	return `"` + strings.Join(quoted, `\n`) + `"`
}
