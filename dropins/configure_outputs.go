package dropins

import (
	"fmt"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// completeConfigure adds what later steps read of configure-aws-credentials
// and what it masks: the access key ID too.
func completeConfigure(set *variables.Set) error {
	for _, v := range set.Outputs(true) {
		var err error
		switch v.Output {
		case "aws-access-key-id":
			set.Hide(v.Value)
		case "caller-identity-arn":
			err = set.AddVariable(variables.Variable{Name: "authenticatedArn", Value: v.Value, Output: "authenticated-arn", OutputOnly: true})
		case "aws-expiration":
			err = quoteExpiration(set)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// quoteExpiration writes the output aws-expiration as that action does: as
// JSON, in quotes and with milliseconds. Workflows read it with fromJSON.
func quoteExpiration(set *variables.Set) error {
	text, _ := set.TakeOutput("aws-expiration")
	expires, err := time.Parse(time.RFC3339, text.Open())
	if err != nil {
		return fmt.Errorf("reading the expiration: %w", err)
	}
	quoted := `"` + expires.UTC().Format("2006-01-02T15:04:05.000Z") + `"`
	return set.AddVariable(variables.Variable{Name: "expirationDate.quoted", Value: variables.NewSecret(quoted), Output: "aws-expiration", OutputOnly: true})
}
