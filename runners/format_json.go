package runners

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// refuseInvalid: text formats have no way to write bytes that are no text,
// and encoders replace them without a word.
func refuseInvalid(value string) error {
	if !utf8.ValidString(value) {
		return fmt.Errorf("the value is not valid UTF-8")
	}
	return nil
}

// jsonLine writes one member of an object. HTML's characters stay as they
// are: the file is read by people too.
func jsonLine(name, value string) (string, error) {
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	text := func(s string) string {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(s) // a string into memory: cannot fail
		return strings.TrimSuffix(b.String(), "\n")
	}
	return "  " + text(name) + ": " + text(value), nil
}

// propertiesLine writes for java.util.Properties.load, whose documentation
// says: \ starts an escape, blanks before a value are skipped, and a reader
// of bytes takes them as ISO 8859-1, so that everything else is \uXXXX in
// UTF-16. The names of a set have nothing to escape.
func propertiesLine(name, value string) (string, error) {
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	var b strings.Builder
	b.WriteString(name + "=")
	for i, r := range value {
		switch {
		case r == '\\':
			b.WriteString(`\\`)
		case r == ' ' && i == 0:
			b.WriteString(`\ `)
		case ' ' <= r && r <= '~':
			b.WriteRune(r)
		default:
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04X`, unit)
			}
		}
	}
	return b.String(), nil
}
