package runners

import (
	"github.com/awsvars/awsvars/variables"
)

// workspace delivers to Drone and Woodpecker, where steps share files only.
type workspace struct {
	Host
	name string
}

func (r workspace) Name() string { return r.name }

func (r workspace) Input(name string) (variables.Input, bool) { return pluginInput(r.Host, name) }

func (workspace) Begin(string) {}

func (workspace) End(string) {}

// Mask does nothing: both systems mask stored secrets only.
func (workspace) Mask([]variables.Secret) error { return nil }

func (r workspace) Job() variables.Job { return jobOf(r.Host) }

func (r workspace) Check(v variables.Values) error { return r.checkDelivery(v, r.place()) }

func (r workspace) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	return r.deliverFile(set, v, r.place())
}
