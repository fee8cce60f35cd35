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
// quotes. So for a value with a quote in it every quote and operator, those
// around the value too, is written with a ^, and nothing is left to count. A %
// is doubled, as in all batch files. A ! stays: it is special only after
// setlocal EnableDelayedExpansion, under which no text can be written that
// means the same without it.
//
// cmd reads the file in the console's code page, and chcp would change that
// for the rest of the user's session, so that only ASCII can be relied on. An
// empty value unsets the variable: Windows knows no empty one.
func cmdLine(name, value string) (string, error) {
	if err := checkCmd(value); err != nil {
		return "", err
	}
	line := `"` + name + "=" + strings.ReplaceAll(value, "%", "%%") + `"`
	if strings.Contains(value, `"`) {
		line = carets().Replace(line)
	}
	line = "set " + line
	if len(line) > mostCmdLine {
		return "", fmt.Errorf("the line has %d characters, and cmd takes %d", len(line), mostCmdLine)
	}
	return line, nil
}

func carets() *strings.Replacer {
	return strings.NewReplacer(`"`, `^"`, "&", "^&", "|", "^|", "<", "^<", ">", "^>", "^", "^^", "(", "^(", ")", "^)")
}

func checkCmd(value string) error {
	for _, r := range value {
		switch {
		case r == '\n' || r == '\r':
			return fmt.Errorf("the value has a line break, and cmd ends a command there")
		case r > '~':
			return fmt.Errorf("the value is not ASCII, and cmd reads it in the console's code page")
		case r < ' ' && r != '\t':
			return fmt.Errorf("the value has a control character")
		}
	}
	return nil
}
