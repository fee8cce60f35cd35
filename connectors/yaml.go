package connectors

import (
	"errors"
	"fmt"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/awsvars/awsvars/refusal"
)

// mostNodes bounds a document with all its aliases written out, so that a few
// lines cannot become a billion.
const mostNodes = 20000

// document is a YAML document whose places are known.
type document struct {
	root    ast.Node
	anchors map[string]ast.Node
	nodes   int
}

// mostDepth bounds brackets within brackets: the parser takes memory by the
// square of their number.
const mostDepth = 100

// tooDeep returns the line in which there are too many, 0 for none. Brackets in
// texts count as well, which is no harm: no honest text has so many.
func tooDeep(text []byte) int {
	depth, line := 0, 1
	for _, c := range text {
		switch c {
		case '\n':
			line++
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(depth-1, 0)
		}
		if depth > mostDepth {
			return line
		}
	}
	return 0
}

// entry is one line of a mapping.
type entry struct {
	key   string
	line  int
	value ast.Node
}

// parseYAML returns the line of what breaks the grammar beside the error. The
// parser's own message draws a part of the file, so only its words are taken.
func parseYAML(text []byte) (*document, int, error) {
	if line := tooDeep(text); line > 0 {
		return nil, line, fmt.Errorf("there are more than %d brackets within each other", mostDepth)
	}
	file, err := parser.ParseBytes(text, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		line := 1
		var at interface {
			GetToken() *token.Token
			GetMessage() string
		}
		if errors.As(err, &at) && at.GetToken() != nil && at.GetToken().Position != nil {
			line, err = at.GetToken().Position.Line, errors.New(refusal.Line(at.GetMessage()))
		}
		return nil, line, err
	}
	d := &document{anchors: map[string]ast.Node{}}
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if d.root != nil {
			return nil, lineOf(doc.Body), errors.New("there is a second document; write all connectors into one")
		}
		d.root = doc.Body
	}
	if d.root == nil {
		return nil, 1, errors.New("the file is empty")
	}
	ast.Walk(d, d.root)
	return d, 0, nil
}

// Visit collects the anchors.
func (d *document) Visit(node ast.Node) ast.Visitor {
	if anchor, is := node.(*ast.AnchorNode); is {
		d.anchors[anchor.Name.GetToken().Value] = anchor.Value
	}
	return d
}

func lineOf(node ast.Node) int {
	if node == nil || node.GetToken() == nil || node.GetToken().Position == nil {
		return 1
	}
	return node.GetToken().Position.Line
}

// plain follows aliases and leaves anchors and tags out.
func (d *document) plain(node ast.Node) (ast.Node, error) {
	for {
		if d.nodes++; d.nodes > mostNodes {
			return nil, fmt.Errorf("with all aliases written out there are more than %d values", mostNodes)
		}
		switch n := node.(type) {
		case *ast.AnchorNode:
			node = n.Value
		case *ast.TagNode:
			node = n.Value
		case *ast.AliasNode:
			name := n.Value.GetToken().Value
			found, ok := d.anchors[name]
			if !ok {
				return nil, fmt.Errorf("there is no anchor &%s", name)
			}
			node = found
		default:
			return node, nil
		}
	}
}

// entries returns the lines of a mapping, those that << brings in behind them,
// and false where node is none.
func (d *document) entries(node ast.Node) ([]entry, bool, error) {
	node, err := d.plain(node)
	if err != nil {
		return nil, false, err
	}
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	default:
		return nil, false, nil
	}
	var own, merged []entry
	for _, v := range values {
		if v.Key.IsMergeKey() {
			more, is, err := d.entries(v.Value)
			if err == nil && !is {
				err = errors.New("<< takes one mapping")
			}
			if err != nil {
				return nil, false, err
			}
			merged = append(merged, more...)
			continue
		}
		own = append(own, entry{v.Key.GetToken().Value, lineOf(v.Key), v.Value})
	}
	for _, m := range merged {
		if !has(own, m.key) {
			own = append(own, m)
		}
	}
	return own, true, nil
}

func has(entries []entry, key string) bool {
	for _, e := range entries {
		if e.key == key {
			return true
		}
	}
	return false
}
