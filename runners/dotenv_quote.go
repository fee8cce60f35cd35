package runners

import (
	"strings"
	"unicode"
)

// dotenvQuote chooses a quoting with which npm's dotenv gives the value back,
// and of those the one that the most other readers take alike: Python's
// dotenv, node --env-file, and a shell that sources the file. How each one
// reads was taken from dotenv 18 (dist/index.cjs), python-dotenv (parser.py)
// and node (src/node_dotenv.cc).
//
// No quoting keeps Python's dotenv from replacing ${NAME}. A shell should be
// given the format shell: what is written from the third line on means
// something else to it.
func dotenvQuote(value string) (string, bool) {
	switch {
	case singleAlike(value):
		return "'" + value + "'", true
	case !strings.ContainsAny(value, "\"\\$`\r"):
		return `"` + value + `"`, true
	case bare(value):
		return value, true
	case !strings.ContainsAny(value, "'\r") && !strings.HasSuffix(value, `\`):
		// Python takes \\ for one backslash.
		return "'" + value + "'", true
	case !strings.Contains(value, `"`) && !newlineEscape(value):
		// Only here can a carriage return be written. A raw one is read as a
		// newline by all.
		return `"` + strings.ReplaceAll(value, "\r", `\r`) + `"`, true
	case !strings.ContainsAny(value, "`\r") && !strings.HasSuffix(value, `\`):
		return "`" + value + "`", true
	}
	return "", false
}

// singleAlike: between single quotes everything stands for itself, except
// that Python knows \\ and \', and that all but the shell see an escaped quote
// in a backslash before the end.
func singleAlike(value string) bool {
	return !strings.ContainsAny(value, "'\r") && !strings.Contains(value, `\\`) && !strings.HasSuffix(value, `\`)
}

// bare tells whether a value survives without quotes: no comment starts in
// it, it is one line, and nothing is stripped from its ends. JavaScript takes
// two more characters for the end of a line.
func bare(value string) bool {
	if value == "" || strings.ContainsAny(value, "#\n\r\v\f\u0085\u2028\u2029\x1c\x1d\x1e") || strings.ContainsAny(value[:1], "'\"`") {
		return false
	}
	return strings.TrimFunc(value, stripped) == value
}

// stripped are the characters that one of the readers strips: Unicode's
// blanks, the byte order mark (JavaScript), and the separators (Python).
func stripped(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Zs, r) || r == '\uFEFF'
}

// newlineEscape tells whether npm would see an escape where there is none.
func newlineEscape(value string) bool {
	return strings.Contains(value, `\n`) || strings.Contains(value, `\r`) || strings.HasSuffix(value, `\`)
}
