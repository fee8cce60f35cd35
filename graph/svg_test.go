package graph

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"unicode/utf8"
)

// texts reads an SVG with a strict parser and returns the content of its
// elements.
func texts(t *testing.T, picture string) map[string][]string {
	t.Helper()
	found := map[string][]string{}
	var open []string
	d := xml.NewDecoder(strings.NewReader(picture))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return found
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, picture)
		}
		switch token := token.(type) {
		case xml.StartElement:
			open = append(open, token.Name.Local)
			found[token.Name.Local] = append(found[token.Name.Local], "")
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 {
				all := found[open[len(open)-1]]
				all[len(all)-1] += string(token)
			}
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add(hostile)
	f.Add(strings.Repeat("long/", 40))
	f.Fuzz(func(t *testing.T, text string) {
		g := hostileGraph(text)
		picture := written(t, g.SVG)
		if picture != written(t, g.SVG) {
			t.Error("drawn twice, it differs")
		}
		found := texts(t, picture)
		if len(found["svg"]) != 1 || len(found["path"]) != 4 || len(found["rect"]) != 4 || found["title"][0] != printable(text) {
			t.Errorf("%q became %q", text, found)
		}
		// Of a broken line only a blank may be missing.
		bare := strings.ReplaceAll(printable(text), " ", "")
		want := "SourcesConnectorsBecomeFor" + bare + "connector" + bare + bare + bare
		if got := strings.ReplaceAll(strings.Join(found["text"], ""), " ", ""); got != want {
			t.Errorf("%q became %q", text, got)
		}
	})
}

func TestNothingOverlapsAndNoTextLeavesItsBox(t *testing.T) {
	t.Parallel()
	g := &Graph{}
	for i := range 40 {
		name := strings.Repeat(fmt.Sprintf("name日%d-", i%7), 1+i%9)
		c := g.Node(Connector, fmt.Sprint(i), name, name)
		g.Edge(g.Node(Source, fmt.Sprint(i%3), "source"), c)
		p := g.Node(Principal, fmt.Sprint(i%11), name)
		g.Edge(c, p)
		g.Edge(c, (c*7)%(c+1))
		g.Edge(p, g.Node(Use, fmt.Sprint(i), name))
	}
	boxes, _, width, height := g.arrange()
	for i, a := range boxes {
		if a.x < 0 || a.y < margin+heading || a.x+a.width > width || a.y+a.height > height {
			t.Errorf("%q is outside of the picture", a.lines)
		}
		for _, line := range a.lines {
			if cells(line)*cell+2*padding > a.width || !utf8.ValidString(line) {
				t.Errorf("%q leaves its box", line)
			}
		}
		for _, b := range boxes[i+1:] {
			if a.x < b.x+b.width && b.x < a.x+a.width && a.y < b.y+b.height && b.y < a.y+a.height {
				t.Errorf("%q and %q overlap", a.lines, b.lines)
			}
		}
	}
}
