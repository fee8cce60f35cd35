package connectors

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// once leaves out what stands before already, and tells of it.
func once(entries []entry, tell func(line int, format string, args ...any)) []entry {
	var kept []entry
	seen := map[string]int{}
	for _, e := range entries {
		if line, again := seen[e.key]; again {
			tell(e.line, "%q stands in line %d already", e.key, line)
			continue
		}
		seen[e.key] = e.line
		kept = append(kept, e)
	}
	return kept
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
