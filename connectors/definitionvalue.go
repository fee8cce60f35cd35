package connectors

import (
	"fmt"

	"github.com/goccy/go-yaml/ast"

	"github.com/awsvars/awsvars/variables"
)

// given is what a connector says for a setting.
type given struct {
	line  int
	parts []part
	// list tells that the parts are the elements of a list.
	list bool
}

// part is a text, or where it comes from: secrets do not stand in the file.
type part struct{ text, variable, file string }

// referable are the settings that may come from a variable of the environment
// or a file, each with a text that passes for it where nobody looks there. The
// secret ones must.
func referable() map[string]string {
	return map[string]string{
		"access-key-id":      "AKIAIOSFODNN7EXAMPLE",
		"secret-access-key":  "elsewhere",
		"session-token":      "",
		"web-identity-token": "elsewhere",
		"external-id":        "elsewhere",
		"mfa-serial":         "arn:aws:iam::111111111111:mfa/elsewhere",
		"mfa-code":           "000000",
	}
}

// takeSetting turns what stands in the file into a text such as a flag would
// have.
func takeSetting(d *document, s variables.Setting, e entry) (given, error) {
	taken := given{line: e.line}
	if s.Type == variables.JSON || s.Type == variables.Map {
		text, err := d.documentText(s, e.value)
		if text != "" {
			taken.parts = []part{{text: text}}
		}
		return taken, err
	}
	elements, is, err := d.elements(e.value)
	if err != nil {
		return taken, err
	}
	if is && !s.Several() {
		return taken, fmt.Errorf("write one text, and no list")
	}
	if !is {
		elements = []ast.Node{e.value}
	}
	// A comma is no border here, since a text may hold one.
	taken.list = s.Several()
	for _, element := range elements {
		one, err := d.part(s, element)
		if err != nil {
			return taken, err
		}
		if one != (part{}) {
			taken.parts = append(taken.parts, one)
		}
	}
	return taken, nil
}

// documentText is a mapping as JSON, or a text: a file, or KEY=VALUE.
func (d *document) documentText(s variables.Setting, node ast.Node) (string, error) {
	if _, is, err := d.entries(node); err != nil || is {
		text, jsonErr := d.json(node)
		if err == nil {
			err = jsonErr
		}
		return text, err
	}
	text, is, err := d.scalar(node)
	if err == nil && !is {
		err = fmt.Errorf("write a mapping")
	}
	return text, err
}

// part reads a text, or {variable: NAME}, or {file: PATH}.
func (d *document) part(s variables.Setting, node ast.Node) (part, error) {
	_, mayRefer := referable()[s.Name]
	text, is, err := d.scalar(node)
	switch {
	case err != nil:
		return part{}, err
	case is && s.Secret && text != "":
		return part{}, fmt.Errorf("no secret stands in this file: write {variable: NAME} or {file: PATH}, where it comes from")
	case is:
		return part{text: text}, nil
	}
	entries, is, err := d.entries(node)
	if err != nil || !is || !mayRefer {
		return part{}, fmt.Errorf("%s", orElse(err, "write one text"))
	}
	if len(entries) == 1 {
		if text, is, err := d.scalar(entries[0].value); err == nil && is && text != "" {
			switch entries[0].key {
			case "variable":
				return part{variable: text}, nil
			case "file":
				return part{file: text}, nil
			}
		}
	}
	return part{}, fmt.Errorf("write a text, {variable: NAME} or {file: PATH}")
}
