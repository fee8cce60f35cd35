package runners

import (
	"fmt"
	"strings"
)

// mostHarnessLine is what the scanner of Harness's older reader takes, the
// newline included.
const mostHarnessLine = 64 * 1024

// harnessLine writes a line for Harness's fork of godotenv, of which two
// versions are in use (harness/lite-engine, pipeline/runtime/common.go). A
// line that they cannot read is more than lost: lite-engine then prints the
// whole file, secrets and all, into its log. So only values go there that
// both read alike: as they are, or between single quotes.
func harnessLine(name, value string) (string, error) {
	line := name + "=" + value + "\n"
	if !harnessBare(value) {
		line = name + "='" + value + "'\n"
	}
	switch {
	case strings.ContainsAny(value, "\n\r\x00"):
		return "", fmt.Errorf("the value has a line break or a NUL byte")
	case len(line) > mostHarnessLine:
		return "", fmt.Errorf("the line has %d bytes, and Harness takes %d", len(line), mostHarnessLine)
	case !harnessBare(value) && strings.ContainsAny(value, `'"\`):
		return "", fmt.Errorf("the value mixes quotes or backslashes with #, $ or blanks at its ends, and Harness reads that differently from version to version")
	}
	return line, refuseInvalid(value)
}

// harnessBare: without quotes a # can start a comment, a $ a variable, a
// quote at the start a quoted text, and blanks at the ends are dropped.
func harnessBare(value string) bool {
	if strings.ContainsAny(value, "#$") || strings.TrimFunc(value, stripped) != value {
		return false
	}
	return value == "" || !strings.ContainsAny(value[:1], `'"`)
}
