package simulator_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

const awkward = "a/b+c=d e'f\"g&h<i>\\j\tké%$`!"

func disguises() map[string]func(string) string {
	return map[string]func(string) string{
		"plain":        func(s string) string { return s },
		"base64":       func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"raw base64":   func(s string) string { return base64.RawStdEncoding.EncodeToString([]byte(s)) },
		"url base64":   func(s string) string { return base64.URLEncoding.EncodeToString([]byte(s)) },
		"shifted once": func(s string) string { return base64.StdEncoding.EncodeToString([]byte("x" + s + "yz")) },
		"shifted twice": func(s string) string {
			return base64.RawURLEncoding.EncodeToString([]byte("AWS:x" + s + "\n"))
		},
		"wrapped base64": func(s string) string {
			text := base64.StdEncoding.EncodeToString([]byte(s))
			return text[:9] + "\r\n" + text[9:]
		},
		"query":        url.QueryEscape,
		"lower query":  func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "%2F", "%2f") },
		"path":         url.PathEscape,
		"json":         func(s string) string { text, _ := json.Marshal(map[string]string{"k": s}); return string(text) },
		"go":           strconv.Quote,
		"shell":        func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
		"shell quotes": func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'" },
		"hex":          func(s string) string { return hex.EncodeToString([]byte(s)) },
		"upper hex":    func(s string) string { return strings.ToUpper(hex.EncodeToString([]byte(s))) },
	}
}

func TestLeaksSeesThroughDisguises(t *testing.T) {
	t.Parallel()
	for name, disguise := range disguises() {
		if name == "lower query" {
			continue // only slashes are lowered there; below with a plain key
		}
		text := []byte("before " + disguise(awkward) + " after")
		if got := simulator.Leaks(text, []string{"other-secret", awkward}); len(got) != 1 || got[0] != awkward {
			t.Errorf("%s: got %q", name, got)
		}
	}
	const key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
	for name, disguise := range disguises() {
		if got := simulator.Leaks([]byte(disguise(key)), []string{key}); len(got) != 1 {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestLeaksPassesOverWhatIsNotThere(t *testing.T) {
	t.Parallel()
	if got := simulator.Leaks([]byte("short is in here, ********"), []string{"short", "", "not-in-here"}); got != nil {
		t.Errorf("got %q", got)
	}
}

func FuzzLeaksFindsEveryDisguise(f *testing.F) {
	f.Add(awkward)
	f.Add("123456")
	f.Fuzz(func(t *testing.T, secret string) {
		if len(secret) < 6 || strings.ToValidUTF8(secret, "") != secret {
			t.Skip()
		}
		for name, disguise := range disguises() {
			if name == "lower query" || name == "wrapped base64" && len(secret) < 9 {
				continue
			}
			if got := simulator.Leaks([]byte("<"+disguise(secret)+">"), []string{secret}); len(got) != 1 {
				t.Errorf("%s hides %q", name, secret)
			}
		}
	})
}
