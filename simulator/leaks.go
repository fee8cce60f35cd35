package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Leaks reports which of the secrets appear in text, as they are or in one of
// the forms that programs give them: base64 with both alphabets and at every
// alignment, URL-encoded for a query and a path, as a JSON, Go or shell
// string, and hexadecimal. Secrets shorter than 6 bytes are passed over, as
// they appear by chance.
func Leaks(text []byte, secrets []string) []string {
	var found []string
	plain := string(text)
	// base64 and xxd break long lines, which must not hide a secret.
	unbroken := strings.NewReplacer("\r", "", "\n", "").Replace(plain)
	lower := strings.ToLower(unbroken)
	for _, secret := range secrets {
		if len(secret) >= 6 && (strings.Contains(lower, hex.EncodeToString([]byte(secret))) ||
			containsAny(plain, unbroken, forms(secret))) {
			found = append(found, secret)
		}
	}
	return found
}

func containsAny(plain, unbroken string, forms []string) bool {
	for _, form := range forms {
		if strings.Contains(plain, form) || strings.Contains(unbroken, form) {
			return true
		}
	}
	return false
}

// forms are the texts that give a secret away, but for hexadecimal.
func forms(secret string) []string {
	list := []string{
		secret,
		url.QueryEscape(secret),
		url.PathEscape(secret),
		lowerEscapes(url.QueryEscape(secret)),
		lowerEscapes(url.PathEscape(secret)),
		strictEscape(secret),
		lowerEscapes(strictEscape(secret)),
		inner(strconv.Quote(secret)),
		inner(strconv.QuoteToASCII(secret)),
		strings.ReplaceAll(secret, `'`, `'\''`),
		strings.ReplaceAll(secret, `'`, `'"'"'`),
	}
	if quoted, err := json.Marshal(secret); err == nil {
		text := inner(string(quoted))
		list = append(list, text, strings.ReplaceAll(text, "/", `\/`))
	}
	plain := &bytes.Buffer{}
	encoder := json.NewEncoder(plain)
	encoder.SetEscapeHTML(false)
	if encoder.Encode(secret) == nil {
		list = append(list, inner(strings.TrimSpace(plain.String())))
	}
	for offset := range 3 {
		list = append(list, aligned(secret, offset, base64.RawStdEncoding), aligned(secret, offset, base64.RawURLEncoding))
	}
	// Most secrets need no escapes, and these are all the same then.
	slices.Sort(list)
	return slices.Compact(list)
}

func inner(quoted string) string { return quoted[1 : len(quoted)-1] }

// strictEscape is RFC 3986's encoding, with a space as %20 and nothing but
// unreserved characters left, as AWS and JavaScript write it.
func strictEscape(secret string) string {
	return strings.ReplaceAll(url.QueryEscape(secret), "+", "%20")
}

// lowerEscapes writes %2F as %2f.
func lowerEscapes(escaped string) string {
	text := []byte(escaped)
	for i := 0; i+2 < len(text); i++ {
		if text[i] == '%' {
			copy(text[i+1:i+3], bytes.ToLower(text[i+1:i+3]))
		}
	}
	return string(text)
}

// aligned is the part of a base64 text that a secret decides by itself, if
// offset bytes modulo 3 stand before it and anything after it.
func aligned(secret string, offset int, encoding *base64.Encoding) string {
	encoded := encoding.EncodeToString(append(make([]byte, offset), secret...))
	first := (offset*8 + 5) / 6
	last := (offset + len(secret)) * 8 / 6
	return encoded[first:last]
}
