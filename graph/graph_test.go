package graph

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
)

// hostile holds what ends a label, or begins something else, in any format.
const hostile = "a\"]; n0 --> x %%{init}%% <b>&amp; \\n #35; `*x*` \x00\n\u202e\xff é 日本"

func hostileGraph(text string) *Graph {
	g := &Graph{Title: text, Description: text}
	from := g.Node(Source, text, text)
	to := g.Node(Connector, text, "connector "+text, text)
	end := g.Node(Use, text, text)
	g.Edge(from, to)
	g.Edge(to, end)
	return g
}

func written(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestNodesAndEdgesAreDrawnOnce(t *testing.T) {
	t.Parallel()
	g := hostileGraph("x")
	g.Edge(0, 1)
	if again := g.Node(Source, "x", "other"); again != 0 {
		t.Errorf("the node was made again as %d", again)
	}
	text := written(t, g.Mermaid)
	if count := strings.Count(text, "n0 --> n1"); count != 1 {
		t.Errorf("%d arrows in\n%s", count, text)
	}
}

// mermaidLine is every line that Mermaid may have: nothing of a label is
// outside of letters, blanks and entity codes.
func mermaidLine() *regexp.Regexp {
	text := `([A-Za-z0-9 .,/-]|[^\x00-\x7f]|#[0-9]+;)*`
	return regexp.MustCompile(`^(flowchart LR|  acc(Title|Descr): ` + text + `|  n[0-9]+[\[({]+"` + text + `(<br/>` + text + `)*"[\])}]+|  n[0-9]+ --> n[0-9]+)$`)
}

func FuzzMermaid(f *testing.F) {
	f.Add(hostile)
	line := mermaidLine()
	f.Fuzz(func(t *testing.T, text string) {
		for got := range strings.Lines(written(t, hostileGraph(text).Mermaid)) {
			if !line.MatchString(strings.TrimSuffix(got, "\n")) {
				t.Errorf("%q of %q", got, text)
			}
		}
	})
}

// dotLine is every line that DOT may have: a quote ends a string unless an odd
// number of backslashes is before it.
func dotLine() *regexp.Regexp {
	text := `"([^"\\\n]|\\["\\n])*"`
	return regexp.MustCompile(`^(digraph \{|\}|  graph \[rankdir=LR, tooltip=` + text + `\];|  node \[shape=box, fontname=monospace\];|  n[0-9]+ \[shape=[a-z]+, label=` + text + `\];|  n[0-9]+ -> n[0-9]+;)$`)
}

func FuzzDOT(f *testing.F) {
	f.Add(hostile)
	line := dotLine()
	f.Fuzz(func(t *testing.T, text string) {
		for got := range strings.Lines(written(t, hostileGraph(text).DOT)) {
			if !line.MatchString(strings.TrimSuffix(got, "\n")) {
				t.Errorf("%q of %q", got, text)
			}
		}
	})
}
