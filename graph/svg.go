package graph

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	svg "github.com/ajstarks/svgo"
)

// looks has the colours for light and for dark surroundings. The picture has a
// ground of its own, so that it can be read on any page.
func looks() string {
	const dark = `
  .ground { fill: #0d1117 } text { fill: #e6edf3 } .more { fill: #b1bac4 } .arrow { stroke: #8b949e } .head { fill: #8b949e }
  .c0 { fill: #12261e; stroke: #3fb950 } .c1 { fill: #0c2d6b; stroke: #58a6ff } .c2 { fill: #3d2200; stroke: #d29922 } .c3 { fill: #2b1d4f; stroke: #a371f7 }`
	return `
  text { font: 13px ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; fill: #1f2328; white-space: pre }
  .title { font-weight: bold } .more { fill: #424a53 } .ground { fill: #ffffff }
  .arrow { fill: none; stroke: #59636e; stroke-width: 1.5 } .head { fill: #59636e }
  .box { stroke-width: 1.5 }
  .c0 { fill: #dafbe1; stroke: #1a7f37 } .c1 { fill: #ddf4ff; stroke: #0969da } .c2 { fill: #fff8c5; stroke: #9a6700 } .c3 { fill: #fbefff; stroke: #8250df }
  @media (prefers-color-scheme: dark) {` + dark + "\n  }\n"
}

// SVG draws the graph.
func (g *Graph) SVG(w io.Writer) error {
	boxes, lefts, width, height := g.arrange()
	b := bufio.NewWriter(w)
	s := svg.New(b)
	s.Startraw(fmt.Sprintf(`width="%d" height="%d" viewBox="0 0 %d %d" role="img"`, width, height, width, height))
	s.Title(printable(g.Title))
	s.Desc(printable(g.Description))
	s.Style("text/css", looks())
	s.Rect(0, 0, width, height, `class="ground"`)
	for column, title := range headings() {
		s.Text(lefts[column], margin+lineHeight/2, title, `class="more"`)
	}
	for i, e := range g.edges {
		drawArrow(s, boxes[e.from], boxes[e.to], i)
	}
	for _, at := range boxes {
		drawBox(s, at)
	}
	s.End()
	return b.Flush()
}

func drawBox(s *svg.SVG, b box) {
	s.Roundrect(b.x, b.y, b.width, b.height, 6, 6, fmt.Sprintf(`class="box c%d"`, b.column))
	for i, line := range b.lines {
		class := `class="more"`
		if i < b.titles {
			class = `class="title"`
		}
		s.Text(b.x+padding, b.y+padding/2+13+i*lineHeight, line, class)
	}
}

// drawArrow leads from the right side to the left one, and within a column
// around the left sides.
func drawArrow(s *svg.SVG, from, to box, number int) {
	x, y := to.x-7, to.middle()
	if from.column == to.column {
		// Arrows of one column bulge differently, so that each can be followed.
		bulge := 26 + number%3*8
		start := from.y + from.height - 8
		y = to.y + 12
		if from.y > to.y {
			start, y = from.y+8, to.y+to.height-12
		}
		s.Path(fmt.Sprintf("M%d %dC%d %d %d %d %d %d", from.x, start, from.x-bulge, start, to.x-bulge, y, x, y), `class="arrow"`)
	} else {
		left := from.x + from.width
		half := (x - left) / 2
		s.Path(fmt.Sprintf("M%d %dC%d %d %d %d %d %d", left, from.middle(), left+half, from.middle(), x-half, y, x, y), `class="arrow"`)
	}
	points := []string{fmt.Sprintf("M%d %d", to.x, y), fmt.Sprintf("L%d %d", to.x-9, y-4), fmt.Sprintf("L%d %d", to.x-9, y+4), "Z"}
	s.Path(strings.Join(points, ""), `class="head"`)
}
