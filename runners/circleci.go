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
	content, amount, err := formatOf(v).render(set, v, program)
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{
		Text:     amount + ` to $BASH_ENV, for the next steps of this job; this one reads them with . "$BASH_ENV"`,
		Warnings: []string{unmasked("CircleCI")},
	}, appendAll([]addition{r.file(content)})
}
