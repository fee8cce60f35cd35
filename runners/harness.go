package runners

import (
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// harness delivers to Harness CI: KEY=VALUE lines, secrets in a file of their
// own that the system masks by.
type harness struct{ Host }

func (harness) Name() string { return harnessName }

func (r harness) Input(name string) (variables.Input, bool) { return pluginInput(r.Host, name) }

func (harness) Begin(string) {}

func (harness) End(string) {}

// Mask does nothing: Harness masks what arrives in the file for secrets.
func (harness) Mask([]variables.Secret) error { return nil }

func (r harness) Job() variables.Job { return jobOf(r.Host) }

func (r harness) Check(v variables.Values) error {
	if err := refuse(v, "the runner harness writes Harness's own files; choose the runner envfile to write another", "format", "output").And(checkNoSecret(v)); err != nil {
		return err
	}
	secrets, rest := r.files()
	for _, file := range []addition{secrets, rest} {
		if file.path == "" {
			names, problem := "$"+file.variable, "it is not set"
			if file.variable != secrets.variable {
				names, problem = "$HARNESS_OUTPUT_FILE and $DRONE_OUTPUT", "neither is set"
			}
			return fmt.Errorf("looking for %s: %s; run in a plugin step of Harness CI, or write the variables with format and output", names, problem)
		}
	}
	return checkAll([]addition{secrets, rest})
}

// files returns the file for secrets and the one for the rest. DRONE_OUTPUT
// and HARNESS_OUTPUT_FILE name the same one.
func (r harness) files() (secrets, rest addition) {
	rest = addition{variable: "DRONE_OUTPUT", path: r.text("DRONE_OUTPUT")}
	if rest.path == "" {
		rest = addition{variable: "HARNESS_OUTPUT_FILE", path: r.text("HARNESS_OUTPUT_FILE")}
	}
	return addition{variable: "HARNESS_OUTPUT_SECRET_FILE", path: r.text("HARNESS_OUTPUT_SECRET_FILE")}, rest
}

func (r harness) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	var entries []entry
	secrets, rest := r.files()
	for _, variable := range set.All() {
		e := entry{variable.Name, environmentName(variable.Name, v), variable.Value}
		line, err := harnessLine(e.name, e.value.Open())
		if err != nil {
			return Delivery{}, fmt.Errorf("handing %s on to Harness: %w%s", e.variable, err, otherFormat(e))
		}
		to := &rest
		if variable.IsSecret() {
			to = &secrets
		}
		to.content = append(to.content, line...)
		entries = append(entries, e)
	}
	if err := checkUnique(entries, false); err != nil {
		return Delivery{}, err
	}
	return Delivery{Text: count(len(entries), "output variable") + " of the step"}, appendAll([]addition{secrets, rest})
}
