package runners

import (
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// sharedVariables names the file that Bitbucket reads the output variables of
// a step from.
const sharedVariables = "BITBUCKET_PIPELINES_VARIABLES_PATH"

// bitbucket delivers to Bitbucket Pipelines: within the step a file that the
// script reads, to later steps output variables, as NAME=VALUE in a file of
// Bitbucket's (support.atlassian.com, "Variable sharing"). How it takes quotes
// is not said there.
type bitbucket struct{ script }

func (bitbucket) Name() string { return bitbucketName }

func (r bitbucket) place() place { return r.clone("BITBUCKET_CLONE_DIR") }

func (r bitbucket) Check(v variables.Values) error {
	if !toOthers(v) {
		return r.checkDelivery(v, r.place())
	}
	problem := "later steps get output variables, over a file of Bitbucket's; leave it out"
	if err := refuse(v, problem, "format", "output").And(checkNoSecret(v)).Err(); err != nil {
		return err
	}
	if r.text(sharedVariables) == "" {
		return fmt.Errorf("looking for $%s: it is not set; run in a step of Bitbucket Pipelines that has output-variables", sharedVariables)
	}
	return r.file(nil).check()
}

func (r bitbucket) file(content []byte) addition {
	return addition{variable: sharedVariables, path: r.absolute(r.text(sharedVariables)), content: content}
}

func (r bitbucket) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	if !toOthers(v) {
		delivery, err := r.deliverFile(set, v, r.place())
		delivery.Warnings = []string{unmasked("Bitbucket")}
		return delivery, err
	}
	entries, err := environmentEntries(set, v, false)
	if err != nil {
		return Delivery{}, err
	}
	content, err := plainLines(entries, "the output variables of the step")
	if err != nil {
		return Delivery{}, err
	}
	return Delivery{
		Text: count(len(entries), "output variable") + " of the step; later steps get those that output-variables names",
		Warnings: []string{
			unmasked("Bitbucket"),
			"Bitbucket keeps output variables with the pipeline, and later steps have them unmasked: better " + again,
		},
	}, appendAll([]addition{r.file(content)})
}
