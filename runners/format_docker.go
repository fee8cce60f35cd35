package runners

import (
	"fmt"
	"strings"
)

// mostDockerLine is the longest line, its newline included, that Docker's
// bufio.Scanner takes (bufio.MaxScanTokenSize).
const mostDockerLine = 64 * 1024

// dockerLine writes for docker run --env-file, which takes everything behind
// the first = as it is, up to the end of the line (docker/cli, pkg/kvfile).
// A byte order mark at the start of the file would be dropped; a line starts
// with a name here.
func dockerLine(name, value string) (string, error) {
	line := name + "=" + value
	switch {
	case strings.Contains(value, "\n"):
		return "", fmt.Errorf("the value has a newline, and Docker ends a variable there")
	case strings.HasSuffix(value, "\r"):
		return "", fmt.Errorf("the value ends in a carriage return, and Docker drops it")
	case len(line)+1 > mostDockerLine:
		return "", fmt.Errorf("the line has %d bytes, and Docker takes %d", len(line)+1, mostDockerLine)
	}
	if err := refuseInvalid(value); err != nil {
		return "", err
	}
	return line, refuseNUL(value)
}
