package runners

import (
	"encoding/json"
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// prepare returns what is to be appended to GitHub's files. It stays in
// memory: nothing of it is left where this process is killed.
func (r github) prepare(h handover) (additions, summary []addition, err error) {
	var state []entry
	if exports := h.exports(r.Lookup); len(exports) > 0 {
		// For the post step, which takes back what this one exported.
		text, err := json.Marshal(exports)
		if err != nil {
			return nil, nil, fmt.Errorf("preparing $%s: %w", stateFile, err)
		}
		state = append(state, entry{exportedState, exportedState, variables.NewSecret(string(text))})
	}
	entries := map[string][]entry{stateFile: state, "GITHUB_ENV": h.environment, "GITHUB_OUTPUT": h.outputs}
	for _, file := range r.files() {
		if file.variable == summaryFile {
			file.content = []byte(h.summary())
			summary = append(summary, file)
		} else if of := entries[file.variable]; len(of) > 0 {
			additions = append(additions, githubAddition(file.variable, file.path, of))
		}
	}
	return additions, summary, nil
}
