package connectors

import "strings"

// header reads [name] and [kind name], with a comment behind it or not. Blanks
// between kind and name count as one space.
func header(line string) (name string, is bool) {
	text, _, _ := strings.Cut(line, "#")
	text, _, _ = strings.Cut(text, ";")
	text, opens := strings.CutPrefix(strings.TrimSpace(text), "[")
	text, closes := strings.CutSuffix(text, "]")
	if !opens || !closes {
		return "", false
	}
	text = strings.TrimSpace(text)
	if i := strings.IndexAny(text, " \t"); i > 0 {
		text = text[:i] + " " + strings.TrimLeft(text[i:], " \t")
	}
	return text, true
}

// assignment splits key = value, or key: value.
func assignment(text string) (key, value string, is bool) {
	i := strings.IndexAny(text, "=:")
	if i < 0 {
		return "", "", false
	}
	return strings.ToLower(strings.TrimSpace(text[:i])), strings.TrimSpace(text[i+1:]), true
}

// uncommented cuts a comment off a value. A blank must stand before it, since
// secrets may hold # and ;.
func uncommented(text string) string {
	for _, mark := range []string{" #", " ;", "\t#", "\t;"} {
		text, _, _ = strings.Cut(text, mark)
	}
	return text
}

func unquoted(text string) string {
	for _, quote := range []string{"'", `"`} {
		if len(text) >= 2 && strings.HasPrefix(text, quote) && strings.HasSuffix(text, quote) {
			return text[1 : len(text)-1]
		}
	}
	return text
}
