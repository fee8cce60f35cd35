package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Mermaid writes a flowchart for GitHub, GitLab and others who draw Mermaid.
func (g *Graph) Mermaid(w io.Writer) error {
	b := bufio.NewWriter(w)
	_, _ = fmt.Fprintf(b, "flowchart LR\n  accTitle: %s\n  accDescr: %s\n", mermaidText(printable(g.Title)), mermaidText(printable(g.Description)))
	// A shape for each column: the renderer's theme has the colours.
	shapes := [columns][2]string{{"([", "])"}, {"[", "]"}, {"{{", "}}"}, {"[(", ")]"}}
	for i, n := range g.nodes {
		var lines []string
		for _, line := range n.lines {
			lines = append(lines, mermaidText(line))
		}
		shape := shapes[n.column]
		_, _ = fmt.Fprintf(b, "  n%d%s\"%s\"%s\n", i, shape[0], strings.Join(lines, "<br/>"), shape[1])
	}
	for _, e := range g.edges {
		_, _ = fmt.Fprintf(b, "  n%d --> n%d\n", e.from, e.to)
	}
	return b.Flush()
}

// mermaidText writes whatever could be syntax of Mermaid, Markdown or HTML as
// Mermaid's entity code, which is # and the character's number. A slash stays,
// since it is syntax nowhere inside of quotes.
func mermaidText(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x7f, strings.ContainsRune(" -.,/", r):
			b.WriteRune(r)
		default:
			_, _ = fmt.Fprintf(&b, "#%d;", r)
		}
	}
	return b.String()
}
