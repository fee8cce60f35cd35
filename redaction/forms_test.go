package redaction

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// awkward are secrets with what encoders treat in their own way.
func awkward() []string {
	return []string{
		fakeKey, fakeToken,
		"it's a \"pass\\word\" & <more> of $it `here`!",
		"pässwörd-€-😀/+=",
		"line one/+\nline two='x'\n\ttabbed line\n",
		"~tilde#hash{brace},comma;semi*star?",
		"\x01\x02control\x7f\x1b[31m",
	}
}

// TestEncodersOfGo: each way of a library to write a secret, inside a larger
// text.
func TestEncodersOfGo(t *testing.T) {
	t.Parallel()
	compact := func(v any) string { text, _ := json.Marshal(v); return string(text) }
	plain := func(v any) string {
		var b bytes.Buffer
		encoder := json.NewEncoder(&b)
		encoder.SetEscapeHTML(false)
		_ = encoder.Encode(v)
		return b.String()
	}
	for name, encode := range map[string]func(string) string{
		"as it is":              func(s string) string { return s },
		"terminal":              func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"base64":                func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) },
		"base64 after one":      func(s string) string { return base64.StdEncoding.EncodeToString([]byte("\x00" + s + "\x00")) },
		"base64 after two":      func(s string) string { return base64.URLEncoding.EncodeToString([]byte("\xff\xff" + s + "\xff")) },
		"base64 for URLs":       func(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) },
		"hexadecimal":           func(s string) string { return hex.EncodeToString([]byte(s)) },
		"upper hexadecimal":     func(s string) string { return fmt.Sprintf("%X", s) },
		"query":                 url.QueryEscape,
		"path":                  url.PathEscape,
		"JSON":                  func(s string) string { return compact(map[string]string{"k": s}) },
		"JSON without HTML":     func(s string) string { return plain(map[string]string{"k": s}) },
		"JSON with slashes":     func(s string) string { return strings.ReplaceAll(plain(s), "/", `\/`) },
		"JSON with slashes, u":  func(s string) string { return strings.ReplaceAll(plain(s), "/", `\u002f`) },
		"Go":                    strconv.Quote,
		"Go, ASCII":             strconv.QuoteToASCII,
		"shell":                 func(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" },
		"PowerShell":            func(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" },
		"lower escapes in URLs": func(s string) string { return lowerDigits(url.QueryEscape(s)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, secret := range awkward() {
				hidden(t, secret, "<"+encode(secret)+">")
			}
		})
	}
}

// hidden fails if a part of a text shows the secret: what is left of it must
// be what stood around the secret, and the few bits that base64 shares.
func hidden(t *testing.T, secret, text string) {
	t.Helper()
	got := through(t, redactor(secret), text)
	if rest := strings.ReplaceAll(got, "********", ""); len(rest) > 16 || !strings.Contains(got, "********") {
		t.Errorf("%q of %q", got, text)
	}
	if leaked := simulator.Leaks([]byte(got), []string{secret}); len(leaked) > 0 {
		t.Errorf("a form of %q is in %q", secret, got)
	}
}

// TestOtherProgramsEncoders: what people's scripts do with a secret in $S.
func TestOtherProgramsEncoders(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, program, script string }{
		{"base64", "base64", `printf %s "$S" | base64`},
		{"base64 of the environment", "base64", `env | base64`},
		{"openssl", "openssl", `env | openssl base64`},
		{"xxd", "xxd", `env | xxd -p`},
		{"od", "od", `printf %s "$S" | od -An -v -tx1 | tr -d ' \n'`},
		{"printf %q", "bash", `bash -c 'printf "%q\n" "$S"'`},
		{"printf %q in UTF-8", "bash", `LC_ALL=C.UTF-8 bash -c 'printf "%q\n" "$S"'`},
		{"set -x", "bash", `bash -c 'set -x; : "$S"' 2>&1`},
		{"set -x of dash", "dash", `dash -c 'set -x; : "$S"' 2>&1`},
		{"export -p", "bash", `bash -c 'export -p'`},
		{"set of dash", "dash", `dash -c 'set'`},
		{"zsh", "zsh", `zsh -fc 'print -r -- ${(q)S}'`},
		{"jq", "jq", `jq -n 'env.S'`},
		{"jq @sh", "jq", `jq -rn 'env.S|@sh'`},
		{"jq @uri", "jq", `jq -rn 'env.S|@uri'`},
		{"python json", "python3", `python3 -c 'import json,os; print(json.dumps({"k": os.environ["S"]}))'`},
		{"python quote", "python3", `python3 -c 'import urllib.parse,os; print(urllib.parse.quote(os.environ["S"]))'`},
		{"python quote_plus", "python3", `python3 -c 'import urllib.parse,os; print(urllib.parse.quote_plus(os.environ["S"]))'`},
		{"python shlex", "python3", `python3 -c 'import shlex,os; print(shlex.quote(os.environ["S"]))'`},
		{"node", "node", `node -e 'console.log(encodeURIComponent(process.env.S), JSON.stringify(process.env.S))'`},
		{"perl quotemeta", "perl", `perl -e 'print quotemeta($ENV{S})'`},
		{"a terminal", "script", `script -qec 'printf %s "$S"' /dev/null`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(c.program); err != nil {
				if os.Getenv("CI") == "true" {
					t.Fatalf("%s is not installed, and CI must have it", c.program)
				}
				t.Skipf("%s is not installed", c.program)
			}
			for _, secret := range awkward() {
				if c.name == "zsh" && strings.ContainsFunc(secret, func(r rune) bool { return r < ' ' || r > '~' }) {
					// Such a character is a word of its own, in quotes of its own.
					continue
				}
				command := exec.Command("sh", "-c", c.script)
				command.Env = []string{"PATH=" + os.Getenv("PATH"), "S=" + secret}
				out, err := command.Output()
				if err != nil {
					t.Fatal(err)
				}
				got := through(t, redactor(secret), string(out))
				if !strings.Contains(got, "********") {
					t.Errorf("%q of %q", got, out)
				}
				if leaked := simulator.Leaks([]byte(got), []string{secret}); len(leaked) > 0 {
					t.Errorf("a form of %q is in %q", secret, got)
				}
			}
		})
	}
}
