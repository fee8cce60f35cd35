package connectors

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"

	"github.com/awsvars/awsvars/variables"
)

// The keys of a connector that are no settings.
const (
	idKey          = "id"
	descriptionKey = "description"
	beforeKey      = "source-connector"
	allowKey       = "allow"
)

// definitionKeys are all keys of a connector.
func definitionKeys() []string {
	keys := []string{idKey, descriptionKey, beforeKey, allowKey}
	for _, s := range recipeSettings() {
		keys = append(keys, s.Name)
	}
	return keys
}

// given is what a connector says for a setting.
type given struct {
	line  int
	parts []part
	// list tells that the parts are the elements of a list.
	list bool
}

// part is a text, or where it comes from: secrets do not stand in the file.
type part struct{ text, variable, file string }

func define(d *document, e entry) *Definition {
	def := &Definition{Name: e.key, Line: e.line, given: map[string]given{}}
	if err := checkReference(e.key); err != nil || isUUID(e.key) {
		def.add(e.line, "%q is no name: write 1 to 64 letters, digits and _.-, and no UUID", e.key)
	}
	entries, is, err := d.entries(e.value)
	if err != nil || !is {
		def.add(e.line, "%s", orElse(err, "write what the connector is below its name, as in source: instance"))
		return def
	}
	seen := map[string]int{}
	for _, e := range entries {
		if line, again := seen[e.key]; again {
			def.add(e.line, "%q stands in line %d already", e.key, line)
			continue
		}
		seen[e.key] = e.line
		if err := def.take(d, e); err != nil {
			def.add(e.line, "%s: %s", e.key, err)
			def.broken = append(def.broken, e.key)
		}
	}
	return def
}

func (def *Definition) add(line int, format string, args ...any) {
	def.faults = append(def.faults, FileFault{line, fmt.Sprintf(format, args...)})
}

func (def *Definition) take(d *document, e entry) error {
	switch e.key {
	case allowKey:
		return def.takeAllow(d, e)
	case idKey, descriptionKey, beforeKey:
		return def.takeOwn(d, e)
	}
	for _, s := range recipeSettings() {
		if s.Name == e.key {
			taken, err := takeSetting(d, s, e)
			if err == nil && len(taken.parts) > 0 {
				def.given[e.key] = taken
			}
			return err
		}
		if slices.Contains(s.Aliases, e.key) {
			return fmt.Errorf("in this file it is called %s", s.Name)
		}
	}
	def.add(e.line, "there is no key %q%s", e.key, variables.Nearest(e.key, definitionKeys()))
	return nil
}

func (def *Definition) takeOwn(d *document, e entry) error {
	text, is, err := d.scalar(e.value)
	if err != nil || !is {
		return fmt.Errorf("%s", orElse(err, "write one text"))
	}
	switch e.key {
	case descriptionKey:
		def.Description = text
	case beforeKey:
		def.Before, def.beforeLine = text, e.line
	case idKey:
		if !isUUID(text) {
			return fmt.Errorf("%q is no UUID, as in f24e81bc-7aff-42db-86a2-7cf82e24d871", text)
		}
		def.ID = strings.ToLower(text)
		def.given[idKey] = given{line: e.line}
	}
	return nil
}

// isUUID tells whether text has the form of RFC 9562, section 4.
func isUUID(text string) bool {
	groups := strings.Split(strings.ToLower(text), "-")
	if len(groups) != 5 {
		return false
	}
	for i, length := range []int{8, 4, 4, 4, 12} {
		if !within(groups[i], length, length, digits+"abcdef") {
			return false
		}
	}
	return true
}

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
		taken.parts = []part{{text: text}}
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
	taken.list = is
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
