package tasks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// ForeignAccount is the error of credentials that belong to an account which
// is not allowed.
type ForeignAccount struct {
	// Account is the one that the credentials belong to.
	Account string
	// Allowed is what the setting says.
	Allowed []string
	// ARN is the caller.
	ARN string
}

func (f *ForeignAccount) Error() string {
	return fmt.Sprintf("checking the account: %s is in account %s, and allowed-account-ids has %s only; nothing was delivered", f.ARN, f.Account, strings.Join(f.Allowed, ", "))
}

// asksWho tells whether AWS may have to be asked who the session is, which
// takes a region.
func asksWho(v variables.Values) bool {
	return v.Bool("add-caller-identity") || len(v.List("allowed-account-ids")) > 0
}

// guard refuses credentials of an account that is not allowed. AWS is asked
// only where the account is not known from the chain.
func guard(ctx context.Context, s *connectors.Session, v variables.Values) error {
	allowed := v.List("allowed-account-ids")
	if len(allowed) == 0 {
		return nil
	}
	identity, err := s.Identity(ctx)
	if err != nil {
		return fmt.Errorf("checking the account: %w", err)
	}
	if !slices.Contains(allowed, identity.Account) {
		return &ForeignAccount{Account: identity.Account, Allowed: allowed, ARN: identity.ARN}
	}
	return nil
}

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
		{
			Name: "allowed-account-ids", Type: variables.List, Check: checkAccount,
			Help: "Deliver nothing when the credentials belong to another account than these.",
		},
	}
}

func checkAccount(text string) error {
	if len(text) == 12 && strings.Trim(text, "0123456789") == "" {
		return nil
	}
	if strings.Trim(text, "0123456789") == "" {
		return fmt.Errorf("an account ID has 12 digits, this has %d. A YAML parser drops a leading zero: quote it", len(text))
	}
	if variables.Mangled(text) {
		return fmt.Errorf("an account ID has 12 digits. A YAML parser rewrote the number: quote it")
	}
	return fmt.Errorf("an account ID has 12 digits")
}
