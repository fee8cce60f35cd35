package connectors

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

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

// entry is one line of a mapping.
type entry struct {
	key   string
	line  int
	value ast.Node
}

// parseYAML returns the line of what breaks the grammar beside the error. The
// parser's own message draws a part of the file, so only its words are taken.
func parseYAML(text []byte) (*document, int, error) {
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

// elements returns the elements of a sequence, and false where node is none.
func (d *document) elements(node ast.Node) ([]ast.Node, bool, error) {
	node, err := d.plain(node)
	sequence, is := node.(*ast.SequenceNode)
	if err != nil || !is {
		return nil, false, err
	}
	return sequence.Values, true, nil
}

// scalar returns a text, or a number as it is written: an account ID keeps
// its zeros. It is false for mappings and sequences.
func (d *document) scalar(node ast.Node) (string, bool, error) {
	node, err := d.plain(node)
	if err != nil {
		return "", false, err
	}
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, true, nil
	case *ast.LiteralNode:
		return n.Value.Value, true, nil
	case *ast.NullNode:
		return "", true, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true, nil
	}
	return "", false, nil
}

// json writes a value as JSON, in the order of the file: a policy, or tags.
func (d *document) json(node ast.Node) (string, error) {
	var b bytes.Buffer
	err := d.writeJSON(&b, node)
	return b.String(), err
}

func (d *document) writeJSON(b *bytes.Buffer, node ast.Node) error {
	if entries, is, err := d.entries(node); err != nil || is {
		return d.writeObject(b, entries, err)
	}
	if elements, is, err := d.elements(node); err != nil || is {
		b.WriteByte('[')
		for i, element := range elements {
			if i > 0 {
				b.WriteByte(',')
			}
			if err := d.writeJSON(b, element); err != nil {
				return err
			}
		}
		b.WriteByte(']')
		return err
	}
	text, is, err := d.scalar(node)
	if err != nil || !is {
		return errors.Join(err, errors.New("this is nothing that JSON has"))
	}
	plain, err := d.plain(node)
	switch plain.(type) {
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NullNode:
		if text = strings.ToLower(text); text == "" {
			text = "null"
		}
		if json.Valid([]byte(text)) {
			b.WriteString(text)
			return err
		}
	}
	quoted, _ := json.Marshal(text)
	b.Write(quoted)
	return err
}

func (d *document) writeObject(b *bytes.Buffer, entries []entry, err error) error {
	b.WriteByte('{')
	for i, e := range entries {
		if i > 0 {
			b.WriteByte(',')
		}
		key, _ := json.Marshal(e.key)
		b.Write(key)
		b.WriteByte(':')
		if err := d.writeJSON(b, e.value); err != nil {
			return err
		}
	}
	b.WriteByte('}')
	return err
}
