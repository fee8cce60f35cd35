package runners

import (
	"bytes"
	"fmt"
)

// delimiter ends a value in GitHub's files. A value with this line in it would
// set variables of its own, and is refused.
const delimiter = "_GitHubActionsFileCommandDelimeter_"

// sealedDelimiter stands for the first delimiter until all is written. No line
// ends the first value then, and to GitHub's runner that is an error of the
// step, before it has set anything of what follows (actions/runner,
// FileCommandManager.cs: "Matching delimiter not found"); act sets nothing of
// such a file (nektos/act, pkg/container/parse_env_file.go). Of a beginning that
// is cut within its first line the runner says "Invalid format".
const sealedDelimiter = "_GitHubActionsFileCommandDelimeter-"

// githubAddition writes entries as GitHub's files take them (docs.github.com,
// "Workflow commands", multiline strings). The library of the commands would
// write into the file by itself, with one write for each, and through links.
func githubAddition(variable, path string, entries []entry) addition {
	var b bytes.Buffer
	for _, e := range entries {
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", e.name, delimiter, e.value.Open(), delimiter)
	}
	a := addition{variable: variable, path: path, content: b.Bytes()}
	if len(entries) > 0 {
		last := len(delimiter) - 1
		a.seal = seal{at: bytes.IndexByte(a.content, '\n') - 1, wrong: sealedDelimiter[last]}
	}
	return a
}
