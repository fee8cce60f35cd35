package runners

import (
	"errors"
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// Environment returns a set as an environment takes it, NAME=VALUE: under the
// names that scripts read, and under the standard names.
func Environment(set *variables.Set, v variables.Values) ([]string, error) {
	entries, err := environmentEntries(set, v, false)
	if err != nil {
		return nil, err
	}
	var pairs []string
	var problems []error
	for _, e := range entries {
		if err := refuseNUL(e.value.Open()); err != nil {
			problems = append(problems, fmt.Errorf("putting %s into the environment: %w", e.variable, err))
			continue
		}
		pairs = append(pairs, e.name+"="+e.value.Open())
	}
	return pairs, errors.Join(problems...)
}
