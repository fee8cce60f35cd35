package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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

// guard refuses credentials of an account that is not allowed. AWS is asked
// only where the account is not known from the chain.
func guard(ctx context.Context, cfg aws.Config, allowed []string, found *credentials) error {
	if len(allowed) == 0 {
		return nil
	}
	if !found.identity.known() {
		identity, err := identify(ctx, cfg, *found)
		if err != nil {
			return fmt.Errorf("checking the account: %w", err)
		}
		found.identity = identity
	}
	if !slices.Contains(allowed, found.identity.Account) {
		return &ForeignAccount{Account: found.identity.Account, Allowed: allowed, ARN: found.identity.ARN}
	}
	return nil
}

// logIgnored names what stands in the job's environment and did not count:
// people look for it when they wonder who they are.
func (c *Connector) logIgnored(found credentials, log *slog.Logger) {
	names := slices.Clone(c.ignored)
	note := func(ignored bool, candidates ...string) {
		for _, name := range candidates {
			if ignored && c.machine.get(name) != "" {
				names = append(names, name)
			}
		}
	}
	// A profile may take the keys of the environment.
	note(!strings.Contains(found.who, sourceEnvironment), "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
	note(found.source != sourceProfile || c.profile != "", "AWS_PROFILE", "AWS_DEFAULT_PROFILE")
	note(found.source != sourceWebIdentity, "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_ROLE_ARN")
	if len(names) > 0 {
		log.Info("ignored", "text", fmt.Sprintf("%s in this job's environment: the source is %s", strings.Join(names, ", "), found.source), "variables", names, "source", found.source)
	}
}
