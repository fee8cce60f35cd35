package graph

import (
	"strings"
	"unicode"
)

// Column is where a node stands, from left to right, and so what it is.
type Column int

// The columns.
const (
	Source Column = iota
	Connector
	Principal
	Use
	columns
)

// headings are what stands above the columns.
func headings() [columns]string {
	return [columns]string{"Sources", "Connectors", "Become", "For"}
}

// node is a box with lines of text, the first one its title.
type node struct {
	column Column
	lines  []string
}

// edge is an arrow, between two columns or within one.
type edge struct{ from, to int }

// Graph is what is drawn. Nodes are drawn in the order in which they came.
type Graph struct {
	// Title and Description are read aloud to those who do not see the picture.
	Title, Description string
	nodes              []node
	edges              []edge
	known              map[string]int
}

// Node returns the node with this key in the column, and makes it of the lines
// where there is none yet.
func (g *Graph) Node(column Column, key string, lines ...string) int {
	key = headings()[column] + "\x00" + key
	if at, known := g.known[key]; known {
		return at
	}
	if g.known == nil {
		g.known = map[string]int{}
	}
	n := node{column: column}
	for _, line := range lines {
		n.lines = append(n.lines, printable(line))
	}
	g.nodes = append(g.nodes, n)
	g.known[key] = len(g.nodes) - 1
	return len(g.nodes) - 1
}

// Edge draws an arrow once.
func (g *Graph) Edge(from, to int) {
	for _, e := range g.edges {
		if e == (edge{from, to}) {
			return
		}
	}
	g.edges = append(g.edges, edge{from, to})
}

// printable replaces what has no shape or turns the text around: control
// characters, marks of direction, bytes that are no UTF-8.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
