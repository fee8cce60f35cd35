// Package tasks holds the pieces of work that a pipeline can ask for, one
// file a task: its settings, what it delivers, and how it is done.
package tasks

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/variables"
)

// Task is a piece of work. It knows no runner.
type Task interface {
	// Name is the word on the command line and in the setting task.
	Name() string
	// Summary is one line of help.
	Summary() string
	// Examples are command lines for the end of the help.
	Examples() []string
	// Settings are those of the task and of its connector.
	Settings() []variables.Setting
	// Check finds faults among settings that are right one by one.
	Check(v variables.Values) variables.Faults
	// Connectors are the names of the connectors that Run uses; the empty name
	// is for the one that the settings describe or pick.
	Connectors(v variables.Values) []string
	// Region tells whether Run uses a default region of this connector.
	Region(v variables.Values, connector string) connectors.Need
	// Endpoints are the URLs that Run will call as this connector, one for each
	// call that goes to a connection of its own, as far as cfg tells already. An
	// error is what cfg shows to be wrong before anybody is asked.
	Endpoints(ctx context.Context, cfg aws.Config, v variables.Values, connector string) ([]string, error)
	// Delivers tells whether Run returns variables that the runner is to hand on
	// even where a script has named neither a format nor a file for them.
	Delivers(v variables.Values) Delivery
	// CheckLogins tells why a document of logins cannot hold what Run returns,
	// nil where it can: then the set has Logins, and nothing besides.
	CheckLogins(v variables.Values) error
	// Run does the work. What it returns is nil where there is nothing to deliver.
	Run(ctx context.Context, w Work) (*variables.Set, error)
}

// Delivery is how much a task wants its variables delivered.
type Delivery int

// The kinds of delivery.
const (
	// Always: the variables are what the task is for.
	Always Delivery = iota
	// Asked: the task has done its work by itself; a script gets the variables
	// where it names a format or a file.
	Asked
	// Never: there are none.
	Never
)

// noLogins is the answer of a task that delivers something else.
func noLogins(task string) error {
	return fmt.Errorf("it holds logins to registries, and the task %s delivers none; take ecr or login, or another format", task)
}

// Work is what Run gets.
type Work struct {
	// Sessions has one for each of Connectors.
	Sessions connectors.Sessions
	Values   variables.Values
	Machine  connectors.Machine
	Network  *connectors.Network
	Log      *slog.Logger
	// Progress returns who is shown the steps of a push, and what ends that.
	Progress func() (show func(images.Event), done func())
}

// All returns the tasks in the order of the help.
func All() []Task { return []Task{ecrTask{}, stsTask{}, loginTask{}, logoutTask{}, pushTask{}} }

// Find returns the task of that name, or nil.
func Find(name string) Task {
	for _, t := range All() {
		if t.Name() == name {
			return t
		}
	}
	return nil
}

// Names returns the names of all tasks.
func Names() []string {
	var names []string
	for _, t := range All() {
		names = append(names, t.Name())
	}
	return names
}
