package runners

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// summaryFile is for people only.
const summaryFile = "GITHUB_STEP_SUMMARY"

// githubFiles are the variables that name the system's files, in the order in
// which they begin to count. The state comes before the environment: if this
// process is killed between the two, the post step still takes back all that
// was exported. The outputs come last: where there are some, all is there.
func githubFiles() []string {
	return []string{stateFile, "GITHUB_ENV", "GITHUB_OUTPUT", summaryFile}
}

// files are the system's files.
func (r github) files() []addition {
	var files []addition
	for _, name := range githubFiles() {
		// Older runners of GitHub Enterprise Server know no summary, and a step
		// that is no action has no state.
		if path := r.text(name); path != "" {
			files = append(files, addition{variable: name, path: path})
		}
	}
	return files
}

// handover is what a step of GitHub Actions hands on.
type handover struct {
	set         *variables.Set
	outputs     []entry
	environment []entry
}

func handoverOf(set *variables.Set, v variables.Values) (handover, error) {
	h := handover{set: set}
	for _, variable := range set.Outputs(v.Bool("output-credentials")) {
		h.outputs = append(h.outputs, entry{variable.Name, variable.Output, variable.Value})
	}
	if v.Bool("standard-names") {
		h.environment = exportsOf(set, v)
	}
	for _, entries := range [][]entry{h.outputs, h.environment} {
		// GitHub compares the names of outputs without their case.
		if err := checkUnique(entries, true); err != nil {
			return h, err
		}
		for _, e := range entries {
			if err := checkCarried(e.value.Open()); err != nil {
				return h, fmt.Errorf("handing %s on as %s: %w; write it with format json and output instead", e.variable, e.name, err)
			}
		}
	}
	return h, nil
}

// exportsOf is what the job's environment gets. What the job has already is
// left alone, unless it was found by looking past an earlier step: what that
// one left is blanked then, or it would come before it.
func exportsOf(set *variables.Set, v variables.Values) []entry {
	var environment []entry
	blank := v.Has("unset-current-credentials") && v.Bool("unset-current-credentials")
	for _, variable := range set.All() {
		if variable.There && !blank {
			continue
		}
		if variable.There {
			variable.Value = variables.Secret{}
		}
		for _, name := range variable.Standard {
			environment = append(environment, entry{variable.Name, standardName(name, v), variable.Value})
		}
	}
	return environment
}

// outlive blanks the end of credentials that an earlier step left, where keys
// come in their place that tell no end: by it botocore takes these for expired
// (botocore, credentials.py, EnvProvider).
func (h *handover) outlive(lookup func(string) (string, bool), v variables.Values) {
	end := standardName("AWS_CREDENTIAL_EXPIRATION", v)
	has := func(name string) bool {
		return slices.ContainsFunc(h.environment, func(e entry) bool { return e.name == name })
	}
	if left, _ := lookup(end); left != "" && has(standardName("AWS_ACCESS_KEY_ID", v)) && !has(end) {
		h.environment = append(h.environment, entry{variable: end, name: end})
	}
}

// checkCarried refuses what GitHub's files cannot carry. On Windows the runner
// takes CR LF for the end of a line (actions/runner, FileCommandManager.cs),
// act does so everywhere, and both read text.
func checkCarried(value string) error {
	switch {
	case strings.Contains(value, delimiter), strings.Contains(value, sealedDelimiter):
		return fmt.Errorf("the value has the delimiter of GitHub's files in it")
	case strings.Contains(value, "\r"):
		return fmt.Errorf("the value has a carriage return, which GitHub's files do not keep")
	}
	if err := refuseNUL(value); err != nil {
		return err
	}
	return refuseInvalid(value)
}

func (h handover) text() string {
	return count(len(h.outputs), "output") + ", " + count(len(h.environment), "variable") + " of the environment"
}
