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

func (r workspace) Check(v variables.Values) error {
	if err := checkFormat(v); err != nil {
		return err
	}
	if path := v.Text("output"); path != "" {
		return r.checkOutput(path)
	}
	return r.place().check(fileStem(v) + formatOf(v).ending)
}

func (r workspace) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	f := formatOf(v)
	content, amount, err := f.render(set, v, program)
	if err != nil {
		return Delivery{}, err
	}
	if output := v.Text("output"); output != "" {
		return delivered(amount, "to "+r.absolute(output), f), r.writeOutput(output, content)
	}
	path, err := r.place().prepare(fileStem(v) + f.ending)
	if err != nil {
		return Delivery{}, err
	}
	return delivered(amount, "to "+path, f), writeFile(path, content)
}
