package simulator

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
)

// readTexts takes one text, or a list of at least one.
func readTexts(data json.RawMessage) ([]string, bool) {
	var one *string
	if json.Unmarshal(data, &one) == nil && one != nil {
		return []string{*one}, true
	}
	var list []*string
	if json.Unmarshal(data, &list) != nil || len(list) == 0 || slices.Contains(list, nil) {
		return nil, false
	}
	var read []string
	for _, text := range list {
		read = append(read, *text)
	}
	return read, true
}

// readObject reads an object whose keys are among the known ones, all if none
// are given, and stand there once, with their letters as they are: Go's own
// reader takes any letter case, and the last of two.
func readObject(data json.RawMessage, known ...string) (map[string]json.RawMessage, bool) {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if open, err := decoder.Token(); err != nil || open != json.Delim('{') {
		return nil, false
	}
	read := map[string]json.RawMessage{}
	for decoder.More() {
		key, err := decoder.Token()
		name, isText := key.(string)
		var value json.RawMessage
		if err != nil || !isText || decoder.Decode(&value) != nil {
			return nil, false
		}
		if _, twice := read[name]; twice || len(known) > 0 && !slices.Contains(known, name) {
			return nil, false
		}
		read[name] = value
	}
	return read, true
}

// readPatterns reads an element or its Not form, which exclude each other;
// without both there are no texts.
func readPatterns(elements map[string]json.RawMessage, name string) (patterns, error) {
	plain, hasPlain := elements[name]
	not, hasNot := elements["Not"+name]
	switch {
	case !hasPlain && !hasNot:
		return patterns{}, nil
	case hasPlain && hasNot:
		return patterns{}, badSyntax
	case hasNot:
		plain = not
	}
	read, ok := readTexts(plain)
	if !ok {
		return patterns{}, badSyntax
	}
	for _, text := range read {
		if name == "Resource" && text != "*" && !strings.HasPrefix(text, "arn:") {
			return patterns{}, malformed(`Resource ` + text + ` must be in ARN format or "*".`)
		}
		// A variable stands after the fifth colon only (IAM user guide, "IAM
		// policy elements: Variables and tags", "Resource element").
		if before, _, found := strings.Cut(text, "${"); found && name == "Resource" && strings.Count(before, ":") < 5 {
			return patterns{}, badSyntax
		}
	}
	return patterns{read, hasNot}, nil
}

// trusted is one principal of a policy.
type trusted struct {
	kind string // AWS, Service or Federated
	name string // * is everyone
}

func readPrincipals(data json.RawMessage) ([]trusted, error) {
	if string(data) == `"*"` {
		return []trusted{{"AWS", "*"}}, nil
	}
	kinds, ok := readObject(data, "AWS", "Service", "Federated")
	if !ok || len(kinds) == 0 {
		return nil, badSyntax
	}
	var read []trusted
	for _, kind := range []string{"AWS", "Service", "Federated"} {
		value, given := kinds[kind]
		if !given {
			continue
		}
		names, ok := readTexts(value)
		if !ok {
			return nil, badSyntax
		}
		for _, name := range names {
			if !goodPrincipal(kind, name) {
				return nil, malformed(`Invalid principal in policy: "` + kind + `":"` + name + `"`)
			}
			read = append(read, trusted{kind, name})
		}
	}
	return read, nil
}

// goodPrincipal: a part of an ARN cannot be a wildcard (IAM user guide, "AWS
// JSON policy elements: Principal").
func goodPrincipal(kind, name string) bool {
	switch kind {
	case "AWS":
		return name == "*" || trustee.MatchString(name) && !strings.ContainsAny(name, "*?")
	case "Service":
		return regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)+$`).MatchString(name)
	}
	return regexp.MustCompile(`^arn:[\w-]+:iam::[0-9]{12}:(oidc|saml)-provider/[^*?]+$`).MatchString(name)
}
