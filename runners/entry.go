package runners

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// entry is one line of a file: a variable under the name it is written with.
type entry struct {
	// variable is the dotted name, for errors.
	variable string
	name     string
	value    variables.Secret
}

// entries names the variables of set as f does.
func (f format) entries(set *variables.Set, v variables.Values) ([]entry, error) {
	if !f.dotted {
		return environmentEntries(set, v, f.folds)
	}
	var entries []entry
	for _, variable := range set.All() {
		entries = append(entries, entry{variable.Name, variable.Name, variable.Value})
	}
	return entries, checkUnique(entries, f.folds)
}

// environmentEntries are named as an environment takes them, the standard
// names last.
func environmentEntries(set *variables.Set, v variables.Values, folds bool) ([]entry, error) {
	var entries []entry
	for _, variable := range set.All() {
		entries = append(entries, entry{variable.Name, environmentName(variable.Name, v), variable.Value})
	}
	if v.Bool("standard-names") {
		for _, variable := range set.All() {
			for _, name := range variable.Standard {
				entries = append(entries, entry{variable.Name, standardName(name, v), variable.Value})
			}
		}
	}
	return entries, checkUnique(entries, folds)
}

// outlived are the entries for an environment in which an earlier step may
// have left the end of other credentials.
func outlived(entries []entry, h Host, v variables.Values) []entry {
	next := handover{environment: entries}
	next.outlive(h.Lookup, v)
	return next.environment
}

func environmentName(dotted string, v variables.Values) string {
	name := v.Text("prefix") + variables.EnvironmentName(dotted)
	if v.Bool("upper-case") {
		name = strings.ToUpper(name)
	}
	return name
}

// standardName puts the prefix of credentials before those names of AWS's that
// are theirs. The region is the job's.
func standardName(name string, v variables.Values) string {
	switch name {
	case "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CREDENTIAL_EXPIRATION":
		return v.Text("credential-name-prefix") + name
	}
	return name
}

// checkUnique refuses two variables under one name: the reader would see one
// of them only.
func checkUnique(entries []entry, folds bool) error {
	seen := map[string]string{}
	for _, e := range entries {
		name := e.name
		if folds {
			name = strings.ToUpper(name)
		}
		if other, ok := seen[name]; ok {
			return fmt.Errorf("naming %s: %s would be called %s too; choose another namespace or prefix, or leave out upper-case", e.variable, other, e.name)
		}
		seen[name] = e.variable
	}
	return nil
}
