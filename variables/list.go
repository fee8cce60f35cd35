package variables

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
)

func parseList(s Setting, text string) (value, Faults) {
	v := value{text: NewSecret(text)}
	elements, err := elementsOf(s.Type, text)
	if err != nil {
		return v, Faults{{Setting: s.Name, Given: text, Problem: err.Error()}}
	}
	var faults Faults
	for _, element := range elements {
		element = strings.TrimSpace(element)
		if element == "" {
			continue
		}
		err := checkLine(element)
		if err == nil && s.Check != nil {
			err = s.Check(element)
		}
		if err = unquoted(element, err); err != nil {
			faults = append(faults, Fault{Setting: s.Name, Given: element, Problem: err.Error()})
		}
		v.list = append(v.list, element)
	}
	return v, faults
}

func elementsOf(t Type, text string) ([]string, error) {
	if strings.HasPrefix(text, "[") {
		return elementsOfJSON(text)
	}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if t == ARNList {
		return splitARNs(text), nil
	}
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == '\n' }), nil
}

// elementsOfJSON reads the form in which Drone and Woodpecker hand on nested
// lists. A number keeps the digits it was written with.
func elementsOfJSON(text string) ([]string, error) {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var raw []any
	if err := decoder.Decode(&raw); err != nil || decoder.More() {
		return nil, fmt.Errorf("it starts like a JSON array, and is none")
	}
	var elements []string
	for _, item := range raw {
		switch item := item.(type) {
		case string:
			elements = append(elements, item)
		case json.Number:
			elements = append(elements, item.String())
		default:
			if isReference(item) {
				return nil, errInnerSecret()
			}
			return nil, fmt.Errorf("the JSON array must hold texts only")
		}
	}
	return elements, nil
}

// isReference tells whether a value still says where a secret is: Drone puts a
// secret in its place only where it is the whole setting
// (drone/runner-go, manifest/param.go), Woodpecker everywhere.
func isReference(value any) bool {
	fields, _ := value.(map[string]any)
	_, is := fields["from_secret"].(string)
	return is && len(fields) == 1
}

func errInnerSecret() error {
	return errors.New("from_secret within a list or a map stays as it is in Drone: keep the whole setting in one secret")
}

// splitARNs splits at newlines, and at those commas that an ARN follows.
func splitARNs(text string) []string {
	var elements []string
	for _, line := range strings.Split(text, "\n") {
		from := 0
		for i := range line {
			if line[i] == ',' && strings.HasPrefix(strings.TrimLeft(line[i+1:], " \t"), "arn:") {
				elements = append(elements, line[from:i])
				from = i + 1
			}
		}
		elements = append(elements, line[from:])
	}
	return elements
}
