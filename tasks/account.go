package tasks

import (
	"context"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// addCallerIdentity adds who the session is, if that is asked for.
func addCallerIdentity(ctx context.Context, s *connectors.Session, v variables.Values, set *variables.Set) error {
	if !v.Bool("add-caller-identity") {
		return nil
	}
	identity, err := s.Identity(ctx)
	if err != nil {
		return err
	}
	for _, part := range []struct{ name, text string }{
		{"callerIdentity.account", identity.Account},
		{"callerIdentity.arn", identity.ARN},
		{"callerIdentity.userId", identity.UserID},
	} {
		variable := variables.Variable{Name: part.name, Value: variables.NewSecret(part.text), Output: variables.KebabName(part.name)}
		if part.name == "callerIdentity.account" {
			variable.Output = "aws-account-id"
		}
		if err := set.AddVariable(variable); err != nil {
			return err
		}
	}
	return nil
}

func commonSettings(namespace string) []variables.Setting {
	return []variables.Setting{
		{
			Name: "namespace", Type: variables.Text, Default: namespace, Check: variables.CheckName,
			Help: "Stands before the name of each variable.",
		},
		{
			Name: "add-caller-identity", Type: variables.Bool, Default: "false",
			Help: "Also deliver who the credentials are: account, ARN and user ID. AWS is asked only where the chain has not told it.",
		},
	}
}
