package runners

import (
	"fmt"
	"strings"
)

// mostCmdLine is the longest line of a batch file, in characters
// (learn.microsoft.com, "Command prompt line string limitation").
const mostCmdLine = 8191

// cmdLine writes a line of a batch file: set "K=V". set takes what stands
// between its first and its last quote; before that cmd reads the line and
// takes & | < > ^ ( ) as operators wherever it counts an even number of
// quotes, so behind a quote of the value they are written with a ^. A % is
// doubled. A ! stays: it is special only after setlocal
// EnableDelayedExpansion, under which no text can be written that means the
// same without it.
//
// cmd reads the file in the console's code page, and chcp would change that
// for the rest of the user's session, so that only ASCII can be relied on. An
// empty value unsets the variable: Windows knows no empty one.
func cmdLine(name, value string) (string, error) {
	var b strings.Builder
	b.WriteString(`set "` + name + "=")
	inside := true
	for _, r := range value {
		switch {
		case r == '\n' || r == '\r':
			return "", fmt.Errorf("the value has a line break, and cmd ends a command there")
		case r > '~':
			return "", fmt.Errorf("the value is not ASCII, and cmd reads it in the console's code page")
		case r < ' ' && r != '\t':
			return "", fmt.Errorf("the value has a control character")
		case r == '%':
			b.WriteString("%%")
			continue
		case r == '"':
			inside = !inside
		case !inside && strings.ContainsRune("&|<>^()", r):
			b.WriteByte('^')
		}
		b.WriteRune(r)
	}
	b.WriteByte('"')
	if b.Len() > mostCmdLine {
		return "", fmt.Errorf("the line has %d characters, and cmd takes %d", b.Len(), mostCmdLine)
	}
	return b.String(), nil
}
