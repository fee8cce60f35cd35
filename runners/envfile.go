package runners

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/awsvars/awsvars/variables"
)

// envfile writes variables in a format, to a file or to stdout. It serves
// scripts of every system.
type envfile struct{ Host }

func (envfile) Name() string { return envfileName }

func (r envfile) Input(name string) (variables.Input, bool) { return Input(r.Host, name) }

func (envfile) Begin(string) {}

func (envfile) End(string) {}

func (r envfile) Job() variables.Job { return jobOf(r.Host) }

func (r envfile) Check(v variables.Values) error {
	if err := checkFormat(v); err != nil {
		return err
	}
	if path := v.Text("output"); path != "" {
		return r.checkOutput(path)
	}
	if system := r.Job().System; system != "" && !r.Terminal && !v.Given("format") {
		// A script that reads stdout names a format, so whoever gives neither
		// most likely has the job's log there, which shows the secrets.
		problem := fmt.Sprintf("not given: stdout may be the log of this job (%s); add --format shell if a program reads it, or --output FILE", system)
		return variables.Faults{{Setting: "format", Problem: problem}}
	}
	return nil
}

// Mask masks in the log of GitHub and of Azure even where a script reads the
// variables itself.
func (r envfile) Mask(secrets []variables.Secret) error {
	switch {
	case r.text("GITHUB_ACTIONS") == "true":
		return github(r).Mask(secrets)
	case r.Job().System == azureName:
		return azure{script(r)}.Mask(secrets)
	}
	return nil
}

func (r envfile) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	path := v.Text("output")
	if path == "" && r.Terminal {
		return r.show(set, v)
	}
	f := formatOf(v)
	content, amount, err := f.render(set, v, program)
	if err != nil {
		return Delivery{}, err
	}
	if path == "" {
		return delivered(amount, "to stdout", f), writeOut(r.Stdout, content)
	}
	return delivered(amount, "to "+r.absolute(path), f), r.writeOutput(path, content)
}

func delivered(amount, where string, f format) Delivery {
	return Delivery{Text: fmt.Sprintf("%s %s in the format %s", amount, where, f.name)}
}

func count(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// show is for people: secrets stay masked on a terminal, also where a format
// was asked for.
func (r envfile) show(set *variables.Set, v variables.Values) (Delivery, error) {
	content, amount := table(set), count(len(set.All()), "variable")
	if v.Given("format") {
		var err error
		if content, amount, err = formatOf(v).render(set, v, people); err != nil {
			return Delivery{}, err
		}
	}
	text := amount + " to the terminal, secrets masked; into a pipe or a file they are written out"
	return Delivery{Text: text}, writeOut(r.Stdout, content)
}

func masked(entries []entry) []entry {
	shown := make([]entry, len(entries))
	for i, e := range entries {
		if (variables.Variable{Name: e.variable}).IsSecret() {
			e.value = variables.NewSecret(variables.Masked)
		}
		shown[i] = e
	}
	return shown
}

// table lines up names and values. What a terminal would act upon is quoted.
func table(set *variables.Set) []byte {
	width := 0
	for _, variable := range set.All() {
		width = max(width, len(variable.Name))
	}
	var b strings.Builder
	for _, variable := range set.All() {
		fmt.Fprintf(&b, "%-*s  %s\n", width, variable.Name, printable(variable.Shown()))
	}
	return []byte(b.String())
}

// printable quotes a text that would move the cursor or more.
func printable(text string) string {
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return strconv.Quote(text)
		}
	}
	return text
}
