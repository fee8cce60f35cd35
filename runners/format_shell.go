package runners

import (
	"fmt"
	"strings"
)

// refuseNUL: no environment can hold a NUL, and shells drop it.
func refuseNUL(value string) error {
	if strings.ContainsRune(value, 0) {
		return fmt.Errorf("the value has a NUL byte")
	}
	return nil
}

// shellLine quotes for bash, dash, busybox sh, zsh and mksh: between single
// quotes every byte stands for itself, and a single quote is written outside
// of them (POSIX.1-2024, shell command language, 2.2.2).
func shellLine(name, value string) (string, error) {
	return "export " + name + "='" + strings.ReplaceAll(value, "'", `'\''`) + "'", refuseNUL(value)
}

// shellCommand is shellLine without line breaks, for the same shells. Their
// quotes can say a line break only as it is, so that printf makes it. The mark
// before the value keeps printf from taking it for an option, and the one
// behind keeps line breaks at the end, which $(…) would drop.
func shellCommand(name, value string) (string, error) {
	if !strings.Contains(value, "\n") {
		return shellLine(name, value)
	}
	made := strings.NewReplacer(`\`, `\\`, "%", "%%", "\n", `\n`, "'", `'\''`).Replace(value)
	command := name + `="$(printf '_` + made + `_')"; ` + name + `="${` + name + `#_}"; export ` + name + `="${` + name + `%_}"`
	return command, refuseNUL(value)
}

// fishLine: between single quotes fish takes \\ and \' as escapes, and
// nothing else (fishshell.com/docs/current/language.html, quotes).
func fishLine(name, value string) (string, error) {
	quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
	return "set -gx " + name + " '" + quoted + "'", refuseNUL(value)
}
