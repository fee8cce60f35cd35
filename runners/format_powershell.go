package runners

import (
	"fmt"
	"strings"
	"unicode/utf16"
)

// powershellLine writes printable ASCII between single quotes, where only the
// quote is special and is doubled, and every other character as [char]N. So a
// typographic quote, which PowerShell takes for a quote too (about_Quoting
// _Rules), a newline that a pipe turns into CRLF, and a letter that Windows
// PowerShell reads in the ANSI code page all arrive as they were.
//
// An empty value unsets the variable: Windows knows no empty one.
func powershellLine(name, value string) (string, error) {
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	parts := []string{"''"}
	quoted := false
	for _, r := range value {
		if ' ' <= r && r <= '~' {
			if !quoted && len(parts) > 1 {
				parts = append(parts, "''")
			}
			quoted = true
			last := &parts[len(parts)-1]
			text := string(r)
			if r == '\'' {
				text = "''"
			}
			*last = strings.TrimSuffix(*last, "'") + text + "'"
			continue
		}
		quoted = false
		for _, unit := range utf16.Encode([]rune{r}) {
			parts = append(parts, fmt.Sprintf("[char]%d", unit))
		}
	}
	return "$env:" + name + " = " + strings.Join(parts, " + "), refuseNUL(value)
}
