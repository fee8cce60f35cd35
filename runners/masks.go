package runners

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"github.com/awsvars/awsvars/variables"
)

// leastMask is the length from which a line is masked. A shorter one, such as
// a brace of a JSON document, stands all over a log, which would be asterisks
// from then on; and nobody's secret has three characters.
const leastMask = 4

// masks returns every text that must not be seen: each line of each secret,
// in base64, and as a part of a URL. It is done line by line since runners
// compare single lines of the log.
func masks(secrets []variables.Secret) []string {
	var all []string
	for _, secret := range secrets {
		value := secret.Open()
		texts := strings.FieldsFunc(value, func(r rune) bool { return r == '\n' || r == '\r' })
		if len(texts) > 1 {
			all = append(all, encodings(value)...)
		}
		for _, line := range texts {
			line = strings.TrimSpace(line)
			all = append(all, line)
			all = append(all, encodings(line)...)
			all = append(all, url.QueryEscape(line), url.PathEscape(line))
		}
	}
	all = slices.DeleteFunc(all, func(text string) bool { return !worthMasking(text) })
	seen := map[string]bool{}
	return slices.DeleteFunc(all, func(text string) bool {
		known := seen[text]
		seen[text] = true
		return known
	})
}

// worthMasking leaves out what is too short and what is structure only.
func worthMasking(text string) bool {
	return len(text) >= leastMask && strings.ContainsFunc(text, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) })
}

// encodings returns text in base64, alone and as it looks inside a larger
// text, where it starts at each of the three places of a group
// (as actions/runner does, src/Sdk/DTLogging/Logging/ValueEncoders.cs).
func encodings(text string) []string {
	all := []string{base64.StdEncoding.EncodeToString([]byte(text))}
	for skip := range 3 {
		if len(text)-skip < 3 {
			continue
		}
		rest := text[skip:]
		all = append(all, base64.StdEncoding.EncodeToString([]byte(rest[:len(rest)/3*3])))
	}
	return all
}
