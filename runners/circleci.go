package runners

import (
	"fmt"
	"path/filepath"

	"github.com/awsvars/awsvars/variables"
)

// circleci delivers to CircleCI: export lines in $BASH_ENV, which bash reads
// at the start of each step of the job (circleci.com/docs, "Environment
// variables", parameters and bash environment). It masks the variables of
// projects and contexts only (the same page, secrets masking).
type circleci struct{ script }

func (circleci) Name() string { return circleciName }

func (r circleci) Check(v variables.Values) error {
	problem := "the runner circleci appends to $BASH_ENV; choose the runner envfile to write another file"
	if err := refuse(v, problem, "format", "output").And(checkNoSecret(v)).Err(); err != nil {
		return err
	}
	file := r.file(nil)
	switch {
	case file.path == "":
		return fmt.Errorf("looking for $BASH_ENV: it is not set; run in a step of CircleCI, or write the variables with format and output")
	case !filepath.IsAbs(file.path):
		// bash would expand what else it finds there, in each step anew.
		return fmt.Errorf("looking for $BASH_ENV: %q is no absolute path; leave it as CircleCI sets it", file.path)
	}
	return file.check()
}

func (r circleci) file(content []byte) addition {
	return addition{variable: "BASH_ENV", path: r.text("BASH_ENV"), content: content}
}

func (r circleci) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	f := formatOf(v)
	entries, err := f.entries(set, v)
	if err != nil {
		return Delivery{}, err
	}
	content, err := exportLine(entries)
	if err != nil {
		return Delivery{}, err
	}
	file := r.file(content)
	file.seal = seal{at: 0, wrong: '#'}
	return Delivery{
		Text:     count(len(entries), "variable") + ` to $BASH_ENV, for the next steps of this job; this one reads them with . "$BASH_ENV"`,
		Warnings: []string{unmasked("CircleCI")},
	}, appendAll([]addition{file})
}

// exportLine exports all entries in one line, which begins with a blank: while
// a # stands there, the line is a comment, and so is any beginning of it.
func exportLine(entries []entry) ([]byte, error) {
	line := " "
	for i, e := range entries {
		command, err := shellCommand(e.name, e.value.Open())
		if err != nil {
			return nil, fmt.Errorf("writing %s in the format shell: %w%s", e.variable, err, otherFormat(e))
		}
		if i > 0 {
			line += "; "
		}
		line += command
	}
	return []byte(line + "\n"), nil
}
