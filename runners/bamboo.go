package runners

import (
	"errors"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// bamboo delivers to Bamboo: a properties file for the task "Inject Bamboo
// variables", which puts its namespace before each key. Bamboo masks a
// variable by its name, one with "password" in it, so that nothing else is
// put there and no names but the set's.
type bamboo struct{ Host }

func (bamboo) Name() string { return bambooName }

func (r bamboo) Input(name string) (variables.Input, bool) { return Input(r.Host, name) }

func (bamboo) Begin(string) {}

func (bamboo) End(string) {}

func (bamboo) Mask([]variables.Secret) error { return nil }

func (r bamboo) Job() variables.Job { return jobOf(r.Host) }

func (r bamboo) Check(v variables.Values) error {
	if v.Given("format") && v.Text("format") != "properties" {
		return variables.Faults{{Setting: "format", Given: v.Text("format"), Problem: "the runner bamboo writes properties to inject; choose the runner envfile for another format"}}
	}
	if err := refuse(v, "the runner bamboo keeps the dotted names; leave it out, or choose the runner envfile", "prefix", "upper-case").And(checkNoSecret(v)); err != nil {
		return err
	}
	return r.checkOutput(bambooOutput(v))
}

// bambooOutput is the file that the task "Inject Bamboo variables" is told to
// read, relative to the working directory.
func bambooOutput(v variables.Values) string {
	if output := v.Text("output"); output != "" {
		return output
	}
	return "awsvars." + fileStem(v) + ".properties"
}

func (r bamboo) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	namespace, _, _ := strings.Cut(set.Namespace, ".")
	var b strings.Builder
	var problems []error
	for _, variable := range set.All() {
		value := variable.Value.Open()
		if err := checkBamboo(value); err != nil {
			e := entry{variable.Name, variable.Name, variable.Value}
			problems = append(problems, fmt.Errorf("writing %s for Bamboo: %w%s", variable.Name, err, otherFormat(e)))
			continue
		}
		fmt.Fprintf(&b, "%s=%s\n", strings.TrimPrefix(variable.Name, namespace+"."), value)
	}
	if err := errors.Join(problems...); err != nil {
		return Delivery{}, err
	}
	output := bambooOutput(v)
	text := fmt.Sprintf("%s to %s; inject them with namespace %s", count(len(set.All()), "variable"), r.absolute(output), namespace)
	return Delivery{Text: text}, r.writeOutput(output, []byte(b.String()))
}

// checkBamboo keeps to values that mean the same whether or not their reader
// unescapes them and trims them: Atlassian does not say which one does.
func checkBamboo(value string) error {
	for _, r := range value {
		if r < ' ' || r > '~' {
			return fmt.Errorf("the value has %U, and only printable ASCII is sure to arrive", r)
		}
	}
	switch {
	case strings.Contains(value, `\`):
		return fmt.Errorf("the value has a backslash, which may be read as an escape")
	case strings.TrimSpace(value) != value:
		return fmt.Errorf("the value starts or ends with a blank, which may be dropped")
	}
	return nil
}
