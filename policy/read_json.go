package policy

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"unicode/utf8"
)

// parseNodes reads JSON as strictly as AWS does.
func parseNodes(text []byte) (node, *Finding) {
	fail := func(offset int, problem, remedy string) (node, *Finding) {
		return node{}, &Finding{Severity: Error, Line: lineAt(text, offset), Text: problem, Remedy: remedy}
	}
	if len(text) > longest {
		return fail(0, fmt.Sprintf("it has %d bytes, which is more than any policy may have", len(text)), "")
	}
	if bytes.HasPrefix(text, []byte("\xef\xbb\xbf")) {
		return fail(0, "the file begins with a byte order mark, which is no JSON", "save it as UTF-8 without a byte order mark")
	}
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRune(text[i:])
		if r == utf8.RuneError && size == 1 {
			return fail(i, "the text is not UTF-8", "save the file as UTF-8")
		}
		i += size
	}
	if len(bytes.TrimSpace(text)) == 0 {
		return fail(0, "there is no policy: the text is empty", "")
	}
	var whole any
	if err := json.Unmarshal(text, &whole); err != nil {
		offset := len(bytes.TrimRight(text, " \t\r\n"))
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) && syntax.Error() != "unexpected end of JSON input" {
			offset = max(0, int(syntax.Offset)-1)
		}
		return fail(offset, "no JSON: "+err.Error(), "")
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	p := nodeParser{text: text, decoder: decoder, line: 1}
	root := p.value(0)
	if p.tooDeep > 0 {
		return node{}, &Finding{Severity: Error, Line: p.tooDeep, Text: "values lie too deep in each other for a policy"}
	}
	return root, nil
}

// tree is a value without its places, its members in their order.
func (n node) tree() any {
	switch {
	case n.kind == '{':
		o := object{}
		for _, m := range n.members {
			o = append(o, member{m.name.text, m.value.tree()})
		}
		return o
	case n.kind == '[':
		all := []any{}
		for _, item := range n.items {
			all = append(all, item.tree())
		}
		return all
	case n.kind == '"':
		return n.text
	case n.noun() == "null":
		return nil
	}
	// A number, true or false is JSON as it is written.
	return json.RawMessage(n.text)
}

// lineAt is the line of a byte.
func lineAt(text []byte, offset int) int {
	return 1 + bytes.Count(text[:min(offset, len(text))], []byte("\n"))
}

// nodeParser walks over text that is known to be JSON.
type nodeParser struct {
	text    []byte
	decoder *json.Decoder
	// line is that of the byte at seen.
	line, seen int
	// tooDeep is the line at which it gave up.
	tooDeep int
}

// token is the next token and its line. A token has no line breaks within.
func (p *nodeParser) token() (json.Token, int) {
	token, err := p.decoder.Token()
	if err != nil {
		// The text was read as JSON before.
		return nil, p.line
	}
	end := int(p.decoder.InputOffset())
	p.line += bytes.Count(p.text[p.seen:end], []byte("\n"))
	p.seen = end
	return token, p.line
}

func (p *nodeParser) value(depth int) node {
	token, line := p.token()
	n := node{line: line}
	switch t := token.(type) {
	case string:
		n.kind, n.text = '"', t
	case json.Delim:
		n.kind = byte(t)
		if depth == deepest {
			p.tooDeep = line
			return n
		}
		for p.tooDeep == 0 && p.decoder.More() {
			if t == '[' {
				n.items = append(n.items, p.value(depth+1))
				continue
			}
			name, at := p.token()
			key, _ := name.(string)
			n.members = append(n.members, nodeMember{word{key, at}, p.value(depth + 1)})
		}
		p.token()
	default:
		n.text = fmt.Sprint(t)
	}
	return n
}
