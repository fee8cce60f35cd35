package tasks

import (
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// Registry is a registry that a task asks for a login, and the connector whose
// credentials it is asked with.
type Registry struct {
	ecr.Registry
	Connector string
}

// Registries are those of a task; one that logs in nowhere has none.
func Registries(t Task, v variables.Values) []Registry {
	if _, asks := t.(grantee); !asks {
		return nil
	}
	var all []Registry
	for _, t := range targets(v) {
		all = append(all, Registry{t.registry, t.connector})
	}
	return all
}

// Pulling and Pushing are the actions on a private repository that a pull and a
// push need.
func Pulling() []string { return pulling() }

// Pushing is as Pulling.
func Pushing() []string { return pushing(ecr.Registry{}) }
