package runners

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// delimiter ends a value in GitHub's files.
const delimiter = "_GitHubActionsFileCommandDelimeter_"

// sealedDelimiter stands in place of the first delimiter of an addition as long
// as it is sealed. No line ends such a value, so that the runner finds an error
// where the addition begins, and takes nothing of it (actions/runner,
// FileCommandManager.cs, "Matching delimiter not found").
const sealedDelimiter = '-'

// blocks writes values as GitHub's files have them, NAME<<DELIMITER, the
// value, DELIMITER (docs.github.com, "Workflow commands", multiline strings).
// The values have no delimiter in them, in neither form.
func (a addition) blocks(entries []entry) addition {
	if len(entries) == 0 {
		return a
	}
	var b strings.Builder
	for _, e := range entries {
		fmt.Fprintf(&b, "%s<<%s\n%s\n%s\n", e.name, delimiter, e.value.Open(), delimiter)
	}
	a.content, a.seal, a.opens = []byte(b.String()), sealedDelimiter, len(entries[0].name)+len("<<")
	return a
}

// additions are what goes into GitHub's files. The summary is apart: it is for
// people only, and has no secret.
func (r github) additions(h handover) (additions, summary []addition, err error) {
	exported, err := stateOf(h.exports(r.Lookup))
	if err != nil {
		return nil, nil, err
	}
	for _, file := range r.files() {
		switch file.variable {
		case stateFile:
			file = file.blocks(exported)
		case "GITHUB_ENV":
			file = file.blocks(h.environment)
		case "GITHUB_OUTPUT":
			file = file.blocks(h.outputs)
		case summaryFile:
			file.content = []byte(h.summary())
			summary = append(summary, file)
			continue
		}
		if len(file.content) > 0 {
			additions = append(additions, file)
		}
	}
	return additions, summary, nil
}

// stateOf tells the post step, which takes back what this one exported.
func stateOf(exports []export) ([]entry, error) {
	if len(exports) == 0 {
		return nil, nil
	}
	text, err := json.Marshal(exports)
	if err != nil {
		return nil, fmt.Errorf("preparing $%s: %w", stateFile, err)
	}
	return []entry{{variable: exportedState, name: exportedState, value: variables.NewSecret(string(text))}}, nil
}
