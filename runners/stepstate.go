package runners

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/awsvars/awsvars/variables"
)

// stateFile is what a step of GitHub Actions tells its post step.
const stateFile = "GITHUB_STATE"

// PostComes tells whether this may be the step of an action on GitHub, whose
// post step comes at the end of the job. In a container that a step starts the
// file is not there.
func PostComes(h Host) bool {
	path := h.text(stateFile)
	if path == "" || h.text("GITHUB_ACTIONS") != "true" {
		return false
	}
	_, err := os.Lstat(path)
	return err == nil
}

// SaveState keeps a value for the post step, if one comes, whichever runner
// delivers. It holds no secret.
func SaveState(h Host, name string, value any) error {
	if !PostComes(h) {
		return nil
	}
	// A line of JSON cannot be the delimiter.
	text, err := json.Marshal(value)
	if err != nil {
		return err
	}
	kept := githubAddition(stateFile, h.text(stateFile), []entry{{name, name, variables.NewSecret(string(text))}})
	if err := appendAll([]addition{kept}); err != nil {
		return fmt.Errorf("telling the post step what to take back: %w", err)
	}
	return nil
}

// State reads what SaveState kept, in the post step of the same step
// (docs.github.com, "Workflow commands", sending values to the post actions).
// is is false where nothing was kept.
func State(h Host, name string, value any) (is bool, err error) {
	variable := "STATE_" + name
	text := h.text(variable)
	if text == "" {
		return false, nil
	}
	if err := json.Unmarshal([]byte(text), value); err != nil {
		return false, fmt.Errorf("reading $%s: it is not as awsvars wrote it", variable)
	}
	return true, nil
}
