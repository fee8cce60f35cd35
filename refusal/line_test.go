package refusal_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/awsvars/awsvars/refusal"
)

func FuzzLine(f *testing.F) {
	for _, text := range []string{"plain", "a\nb", "\x1b[2J", "a\r\u0085\u2028\u2029b", "\xff", `\n`, "ключ"} {
		f.Add(text)
	}
	breaks := func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
	f.Fuzz(func(t *testing.T, text string) {
		got := refusal.Line(text)
		if strings.ContainsFunc(got, breaks) {
			t.Errorf("%q became %q", text, got)
		}
		if utf8.ValidString(text) && !strings.ContainsFunc(text, breaks) && got != text {
			t.Errorf("%q became %q without need", text, got)
		}
	})
}
