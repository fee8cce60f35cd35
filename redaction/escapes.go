package redaction

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// urls returns text as a part of a URL, as the libraries of several languages
// write it: they differ in what they leave as it is, and in the case of the
// digits.
func urls(text string) []string {
	query := url.QueryEscape(text)
	strict := strings.ReplaceAll(query, "+", "%20")
	var all []string
	for _, escaped := range []string{
		query,
		url.PathEscape(text),
		strict,
		// Python's quote, and JavaScript's encodeURIComponent.
		strings.ReplaceAll(strict, "%2F", "/"),
		strings.NewReplacer("%21", "!", "%27", "'", "%28", "(", "%29", ")", "%2A", "*").Replace(strict),
	} {
		all = append(all, escaped, lowerDigits(escaped))
	}
	return all
}

// lowerDigits writes %2F as %2f.
func lowerDigits(escaped string) string {
	digits := []byte(escaped)
	for i := range digits {
		hexadecimal := i > 0 && digits[i-1] == '%' || i > 1 && digits[i-2] == '%'
		if hexadecimal && 'A' <= digits[i] && digits[i] <= 'F' {
			digits[i] += 'a' - 'A'
		}
	}
	return string(digits)
}

// jsons returns text as a part of a JSON string. Writers of JSON must escape
// the quote, the backslash and control characters (RFC 8259, section 7); what
// else they escape differs.
func jsons(text string) []string {
	// Python, PHP and JavaScript; Go; Gson; .NET; and who escapes the slash.
	alone := []string{"", "<>&\u2028\u2029", "<>&='", "\"'+<>&`", "/"}
	var all []string
	for _, ascii := range []bool{false, true} {
		for _, numbered := range alone {
			for _, digits := range []string{`\u%04x`, `\u%04X`} {
				escaped := escapeJSON(text, numbered, digits, ascii)
				all = append(all, escaped, strings.ReplaceAll(escaped, "/", `\/`))
			}
		}
	}
	return all
}

// escapeJSON writes the characters of numbered by their numbers; with ascii
// also those that ASCII does not have.
func escapeJSON(text, numbered, digits string, ascii bool) string {
	short := map[rune]string{'"': `\"`, '\\': `\\`, '\b': `\b`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`}
	var b strings.Builder
	for i, r := range text {
		switch {
		case r == utf8.RuneError:
			// A byte that is no text: as it is, whatever a writer makes of it.
			_, size := utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+size])
		case strings.ContainsRune(numbered, r), ascii && r > '~', r < ' ' && short[r] == "":
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, digits, unit)
			}
		case short[r] != "":
			b.WriteString(short[r])
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// quotes returns text as a part of a string of Go, and as a word of a shell.
func quotes(text string) []string {
	inner := func(quoted string) string { return quoted[1 : len(quoted)-1] }
	return []string{
		inner(strconv.Quote(text)), inner(strconv.QuoteToASCII(text)),
		strings.ReplaceAll(text, `'`, `'\''`), strings.ReplaceAll(text, `'`, `'"'"'`),
		// PowerShell; fish.
		strings.ReplaceAll(text, `'`, `''`),
		backslashed(text, anyOf(`\'`)),
		// Between double quotes.
		backslashed(text, anyOf("\\\"$`")),
		// printf %q of bash, where # and ~ are special at the beginning, and zsh.
		atFirst(text, "#~") + backslashed(text, anyOf(" \t'\"\\|&;()<>!{}*[]?^$`,")),
		backslashed(text, anyOf(" \t'\"\\|&;()<>{}*[]?^$`#~")),
		// quotemeta of text, and of bytes.
		backslashed(text, func(c byte) bool { return c < utf8.RuneSelf && !word(c) }),
		backslashed(text, func(c byte) bool { return !word(c) }),
		ansiC(text, false), ansiC(text, true),
	}
}

func word(c byte) bool {
	return c == '_' || '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func anyOf(characters string) func(byte) bool {
	return func(c byte) bool { return strings.IndexByte(characters, c) >= 0 }
}

// atFirst is the backslash for a text that begins with one of characters.
func atFirst(text, characters string) string {
	if strings.IndexByte(characters, text[0]) >= 0 {
		return `\`
	}
	return ""
}

func backslashed(text string, special func(byte) bool) string {
	var b strings.Builder
	for i := range len(text) {
		if special(text[i]) {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// ansiC is the inside of $'…': bash writes it for what has control characters,
// with octal numbers where its locale has no such character.
func ansiC(text string, octal bool) string {
	short := map[byte]string{'\'': `\'`, '\\': `\\`, '\a': `\a`, '\b': `\b`, 0x1b: `\E`, '\f': `\f`, '\n': `\n`, '\r': `\r`, '\t': `\t`, '\v': `\v`}
	var b strings.Builder
	for i := range len(text) {
		c := text[i]
		switch {
		case short[c] != "":
			b.WriteString(short[c])
		case c < ' ' || c == 0x7f || octal && c >= utf8.RuneSelf:
			fmt.Fprintf(&b, `\%03o`, c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}
