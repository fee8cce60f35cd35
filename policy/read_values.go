package policy

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// noun says what a value is.
func (n node) noun() string {
	switch {
	case n.kind == '{':
		return "an object"
	case n.kind == '[':
		return "a list"
	case n.kind == '"':
		return "a text"
	case n.text == "<nil>":
		return "null"
	case n.text == "true", n.text == "false":
		return n.text
	}
	return "a number"
}

// members calls take for each member of an object whose name is known, once.
// Where no names are given, all are.
func (s *Written) members(value node, known []string, what string, take func(word, node)) {
	seen := map[string]int{}
	for _, m := range value.members {
		name := m.name
		switch {
		case seen[name.text] > 0:
			s.fault(name.line, "%q stands in %s for the second time; the first is in line %d", name.text, what, seen[name.text])
			continue
		case known != nil && !slices.Contains(known, name.text):
			s.fault(name.line, "%s has no element %q%s", what, name.text, meant(name.text, known))
			continue
		}
		seen[name.text] = name.line
		take(name, m.value)
	}
}

// meant proposes the known text that a wrong one is near to.
func meant(text string, known []string) string {
	if best := variables.Near(text, known); best != "" {
		return fmt.Sprintf("; did you mean %s?", best)
	}
	return ""
}

// text takes one text.
func (s *Written) text(name word, value node) word {
	if value.kind != '"' {
		s.fault(value.line, "%s is a text, and this is %s", name.text, value.noun())
	}
	return word{value.text, value.line}
}

// list takes a text or a list of texts.
func (s *Written) list(name word, value node) []word {
	items := value.items
	if value.kind != '[' {
		items = []node{value}
	} else if len(items) == 0 {
		s.fault(value.line, "%s is an empty list", name.text)
	}
	var all []word
	for _, item := range items {
		switch {
		case item.kind != '"':
			s.fault(item.line, "%s is a text or a list of texts, and this is %s", name.text, item.noun())
		case strings.TrimSpace(item.text) == "":
			s.fault(item.line, "%s has an empty text", name.text)
		default:
			all = append(all, word{item.text, item.line})
		}
	}
	return all
}

// values takes the values of a condition, which may be numbers, true and
// false, too.
func (s *Written) values(key word, value node) []word {
	items := value.items
	if value.kind != '[' {
		items = []node{value}
	} else if len(items) == 0 {
		s.fault(value.line, "%s has no values, so that the condition is never true", key.text)
	}
	var all []word
	for _, item := range items {
		if item.kind == '{' || item.kind == '[' || item.kind == 0 && item.noun() == "null" {
			s.fault(item.line, "a value of %s is a text, a number, true or false, and this is %s", key.text, item.noun())
			continue
		}
		all = append(all, word{item.text, item.line})
	}
	return all
}
