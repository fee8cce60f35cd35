package graph

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Sizes of the picture, in pixels. A cell is what the widest of the usual
// monospaced fonts need at this size, so that no text leaves its box.
const (
	margin     = 24
	heading    = 28
	cell       = 8
	lineHeight = 18
	padding    = 12
	between    = 14
	gutter     = 60
	mostCells  = 28
)

// box is a node with its place.
type box struct {
	node
	// titles counts the lines that the first one was broken into.
	titles              int
	x, y, width, height int
}

func (b box) middle() int { return b.y + b.height/2 }

// arrange gives every node a place, and the picture its size.
func (g *Graph) arrange() (boxes []box, lefts [columns]int, width, height int) {
	var widths [columns]int
	for column, title := range headings() {
		widths[column] = cells(title) * cell
	}
	for _, n := range g.nodes {
		b := box{node: n}
		b.lines = nil
		for i, line := range n.lines {
			b.lines = append(b.lines, wrap(line)...)
			if i == 0 {
				b.titles = len(b.lines)
			}
		}
		for _, line := range b.lines {
			widths[n.column] = max(widths[n.column], cells(line)*cell+2*padding)
		}
		b.height = len(b.lines)*lineHeight + padding
		boxes = append(boxes, b)
	}
	width = margin
	for column := range columns {
		lefts[column] = width
		width += widths[column] + gutter
	}
	for i := range boxes {
		boxes[i].x, boxes[i].width = lefts[boxes[i].column], widths[boxes[i].column]
	}
	return boxes, lefts, width - gutter + margin, g.stack(boxes)
}

// stack places the boxes of each column below each other, from the last column
// to the first: each at the height of those that it leads to where there is
// room. It returns the height of the picture.
func (g *Graph) stack(boxes []box) int {
	height := margin
	for column := columns - 1; column >= 0; column-- {
		type wish struct{ at, middle int }
		var wishes []wish
		for i, b := range boxes {
			if b.column == column {
				wishes = append(wishes, wish{i, g.wished(boxes, i)})
			}
		}
		slices.SortStableFunc(wishes, func(a, b wish) int { return cmp.Compare(a.middle, b.middle) })
		free := margin + heading
		for _, w := range wishes {
			b := &boxes[w.at]
			b.y = max(free, w.middle-b.height/2)
			free = b.y + b.height + between
		}
		height = max(height, free-between)
	}
	return height + margin
}

// wished is the middle of what a node leads to in later columns. One that
// leads on within its column only stands before what it leads to, and one that
// leads nowhere at the top.
func (g *Graph) wished(boxes []box, at int) int {
	if middle, leads := g.ahead(boxes, at); leads {
		return middle
	}
	for _, e := range g.edges {
		if e.from == at {
			middle, _ := g.ahead(boxes, e.to)
			return middle - 1
		}
	}
	return 0
}

func (g *Graph) ahead(boxes []box, at int) (middle int, leads bool) {
	sum, count := 0, 0
	for _, e := range g.edges {
		if e.from == at && boxes[e.to].column > boxes[at].column {
			sum, count = sum+boxes[e.to].middle(), count+1
		}
	}
	if count == 0 {
		return 0, false
	}
	return sum / count, true
}

// wrap breaks a line where it is too wide: behind a blank, else behind a
// separator of ARNs, paths and hosts, and else anywhere. Nothing is cut off but
// a blank at a break.
func wrap(line string) []string {
	var lines []string
	for cells(line) > mostCells {
		end := 0
		for at, r := range line {
			if cells(line[:at])+cells(string(r)) > mostCells {
				break
			}
			end = at + utf8.RuneLen(r)
		}
		for _, separators := range []string{" ", "/.,:"} {
			if at := strings.LastIndexAny(line[:end], separators); at > end/3 {
				end = at + 1
				break
			}
		}
		lines = append(lines, strings.TrimSuffix(line[:end], " "))
		line = line[end:]
	}
	return append(lines, line)
}

// cells counts what a text takes up: letters of East Asia and pictures take
// two.
func cells(text string) int {
	count := 0
	for _, r := range text {
		if r >= 0x1100 {
			count++
		}
		count++
	}
	return count
}
