package connectors

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/refusal"
)

// Identity is who AWS takes somebody for, as GetCallerIdentity tells it. All
// fields are empty where that is not known.
type Identity struct {
	Account, ARN, UserID string
}

func (i Identity) known() bool { return i.ARN != "" }

// identify asks AWS who c is. Every identity may ask.
func identify(ctx context.Context, cfg aws.Config, c credentials) (Identity, error) {
	answer, err := newSTS(cfg).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, func(o *sts.Options) {
		o.Credentials = c.signer()
	})
	if err != nil {
		return Identity{}, fmt.Errorf("asking AWS who the caller is: %w", refusal.Brief(err))
	}
	found := Identity{Account: aws.ToString(answer.Account), ARN: aws.ToString(answer.Arn), UserID: aws.ToString(answer.UserId)}
	if !found.known() || found.Account == "" {
		return Identity{}, errors.New("asking AWS who the caller is: the answer is empty")
	}
	return found, nil
}

// sessionOf takes an answer about a role, and refuses one that lacks something.
func sessionOf(given *types.Credentials, user *types.AssumedRoleUser, who string) (credentials, error) {
	found, err := temporary(given, who)
	if err != nil || user == nil || aws.ToString(user.Arn) == "" {
		return credentials{}, errors.New("the answer lacks keys, their expiration or the role's session")
	}
	found.identity = Identity{
		Account: accountOf(*user.Arn),
		ARN:     *user.Arn,
		// GetCallerIdentity gives the same text as UserId.
		UserID: aws.ToString(user.AssumedRoleId),
	}
	return found, nil
}

// accountOf returns the fifth part of an ARN, the account, or nothing.
func accountOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return parts[4]
}

// principalOf turns the ARN of a role's session into the ARN that a trust
// policy names, as far as it can be told: the path of the role is not in it.
func principalOf(arn string) string {
	account := accountOf(arn)
	before, session, found := strings.Cut(arn, ":assumed-role/")
	if !found || account == "" {
		return arn
	}
	role, _, _ := strings.Cut(session, "/")
	return strings.Replace(before, ":sts:", ":iam:", 1) + ":role/" + role
}

// Principal is the ARN that a policy names: that of the role in place of its
// session, as far as it can be told.
func (i Identity) Principal() string { return principalOf(i.ARN) }
