package redaction

import (
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strings"
	"unicode"
)

// Least is the length in bytes from which a text is hidden. A shorter one
// stands all over a log by chance.
const Least = 6

// form is a text that gives a secret away.
type form struct {
	text string
	// folds tells that programs break the form into lines: base64 and xxd do.
	folds bool
}

// Hides tells whether a text of this kind is hidden at all: one that is too
// short is not, nor one without any letter or digit.
func Hides(text string) bool {
	return len(text) >= Least && strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// formsOf returns the forms of a secret: of the whole of it, and of each of
// its lines.
func formsOf(secret string) []form {
	if !Hides(secret) {
		return nil
	}
	texts := []string{secret, terminal(secret)}
	for line := range strings.FieldsFuncSeq(secret, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if line = strings.TrimSpace(line); !public(line) {
			texts = append(texts, line)
		}
	}
	slices.Sort(texts)
	var all []form
	for _, text := range slices.Compact(texts) {
		if !Hides(text) {
			continue
		}
		for _, written := range slices.Concat([]string{text}, urls(text), jsons(text), quotes(text)) {
			all = append(all, form{text: written})
		}
		for _, encoded := range append(base64s(text), hex.EncodeToString([]byte(text)), strings.ToUpper(hex.EncodeToString([]byte(text)))) {
			all = append(all, form{encoded, true})
		}
	}
	return all
}

// terminal ends each line as a terminal does.
func terminal(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

// public tells whether a line is the same in the keys of all people
// (RFC 7468).
func public(line string) bool {
	return strings.HasPrefix(line, "-----BEGIN ") || strings.HasPrefix(line, "-----END ")
}

// base64s returns what text decides by itself of a base64 text that holds it,
// at each of the three places of a group, in both alphabets (RFC 4648).
func base64s(text string) []string {
	var all []string
	for _, encoding := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		for before := range 3 {
			encoded := encoding.EncodeToString([]byte("\x00\x00"[:before] + text))
			// A digit has 6 bits. The first and the last share theirs with what
			// stands around the text.
			first, last := (8*before+5)/6, 8*(before+len(text))/6
			all = append(all, encoded[first:last])
		}
	}
	return all
}
