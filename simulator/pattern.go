package simulator

import "strings"

// pattern is a text in which some characters stand for any: these two, which
// are no characters.
type pattern []rune

const (
	anyText      rune = -1 // *
	anyCharacter rune = -2 // ?
)

// wild reads * and ? as IAM does.
func wild(text string) pattern {
	var p pattern
	for _, r := range text {
		switch r {
		case '*':
			r = anyText
		case '?':
			r = anyCharacter
		}
		p = append(p, r)
	}
	return p
}

// text is the pattern as it was written, for operators without wildcards.
func (p pattern) text() string {
	var text strings.Builder
	for _, r := range p {
		switch r {
		case anyText:
			r = '*'
		case anyCharacter:
			r = '?'
		}
		text.WriteRune(r)
	}
	return text.String()
}

// matches goes back to the last * only, so that no pattern takes long.
func (p pattern) matches(value string) bool {
	text := []rune(value)
	at, star, resume := 0, -1, 0
	for i := 0; i < len(text); {
		switch {
		case at < len(p) && p[at] == anyText:
			star, resume = at, i
			at++
		case at < len(p) && (p[at] == anyCharacter || p[at] == text[i]):
			at++
			i++
		case star >= 0:
			resume++
			at, i = star+1, resume
		default:
			return false
		}
	}
	for at < len(p) && p[at] == anyText {
		at++
	}
	return at == len(p)
}

// matchesARN compares the six parts of an ARN, so that no wildcard spans two.
// Parts that are missing at the end may be anything (IAM user guide, "IAM JSON
// policy elements: Resource").
func (p pattern) matchesARN(value string) bool {
	if len(p) == 1 && p[0] == anyText {
		return true
	}
	wanted, given := p.parts(), strings.SplitN(value, ":", 6)
	if len(given) < 6 {
		return false
	}
	for i := range given {
		if i < len(wanted) && !wanted[i].matches(given[i]) {
			return false
		}
	}
	return true
}

func (p pattern) parts() []pattern {
	parts := []pattern{nil}
	for _, r := range p {
		if last := len(parts) - 1; r == ':' && last < 5 {
			parts = append(parts, nil)
		} else {
			parts[last] = append(parts[last], r)
		}
	}
	return parts
}

// wildcard matches * and ? as IAM does.
func wildcard(pattern, text string) bool { return wild(pattern).matches(text) }

// expand puts variables into a text of a policy; false if one is not known,
// which fits nothing. What a variable holds is no wildcard (IAM user guide,
// "IAM policy elements: Variables and tags").
func expand(text string, context conditionKeys, variables bool) (pattern, bool) {
	var p pattern
	for variables {
		before, rest, opens := strings.Cut(text, "${")
		name, after, closes := strings.Cut(rest, "}")
		if !opens || !closes {
			break
		}
		value, ok := variable(name, context)
		if !ok {
			return nil, false
		}
		p, text = append(append(p, wild(before)...), []rune(value)...), after
	}
	return append(p, wild(text)...), true
}

func variable(name string, context conditionKeys) (string, bool) {
	switch name {
	case "*", "?", "$":
		return name, true
	}
	key, otherwise, hasDefault := strings.Cut(name, ",")
	values := context[strings.ToLower(strings.TrimSpace(key))]
	if len(values) == 1 {
		return values[0], true
	}
	return strings.Trim(strings.TrimSpace(otherwise), "'"), hasDefault && len(values) == 0
}
