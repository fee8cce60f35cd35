package connectors

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// federation turns the keys of an IAM user into those of a federated user
// (STS API reference, GetFederationToken).
type federation struct {
	name        string
	policies    policies
	tags        tags
	seconds     int64
	plainSecret bool
}

func (f federation) key() string {
	return fmt.Sprintf("federated %q %q %q %q %d %t", f.name, f.policies.inline, f.policies.arns, f.tags.key(), f.seconds, f.plainSecret)
}

func (f federation) plain() bool { return f.plainSecret }

func (f federation) principal() string { return "federated user " + f.name }

func (f federation) logged(c *Connector, session credentials) (subject, text string) {
	return loggedUser(c, "federated", f.name, f.seconds, session)
}

func (f federation) take(c call) (credentials, error) {
	if err := c.longTerm(principalFederated); err != nil {
		return credentials{}, err
	}
	input := &sts.GetFederationTokenInput{Name: aws.String(f.name), Policy: f.policies.document(), PolicyArns: f.policies.descriptors()}
	setSeconds(&input.DurationSeconds, f.seconds)
	left := f.tags
	for {
		input.Tags, _ = left.parameters()
		answer, err := c.client().GetFederationToken(c.ctx, input, c.signed)
		if err == nil {
			found, err := temporary(answer.Credentials, "federated user "+f.name)
			if user := answer.FederatedUser; err == nil && user != nil {
				found.identity = Identity{Account: accountOf(aws.ToString(user.Arn)), ARN: aws.ToString(user.Arn), UserID: aws.ToString(user.FederatedUserId)}
			}
			return found, err
		}
		if left, err = c.lighter(left, err); err != nil {
			return credentials{}, err
		}
	}
}

func (f federation) failed(c call, err error) error {
	return c.failedUser("getting credentials for federated user "+f.name, "sts:GetFederationToken", err)
}

// userToken turns the keys of an IAM user into temporary ones of the same
// user (STS API reference, GetSessionToken).
type userToken struct {
	seconds     int64
	mfaSerial   string
	mfaCode     variables.Secret
	plainSecret bool
}

func (u userToken) key() string {
	return fmt.Sprintf("session %d %q %t", u.seconds, u.mfaSerial, u.plainSecret)
}

func (u userToken) plain() bool { return u.plainSecret }

func (u userToken) principal() string { return "session of the IAM user" }

func (u userToken) logged(c *Connector, session credentials) (subject, text string) {
	return loggedUser(c, "session", "token of the IAM user", u.seconds, session)
}

func (u userToken) take(c call) (credentials, error) {
	if err := c.longTerm(principalUser); err != nil {
		return credentials{}, err
	}
	input := &sts.GetSessionTokenInput{}
	setSeconds(&input.DurationSeconds, u.seconds)
	if u.mfaSerial != "" {
		input.SerialNumber, input.TokenCode = aws.String(u.mfaSerial), aws.String(u.mfaCode.Open())
	}
	answer, err := c.client().GetSessionToken(c.ctx, input, c.signed)
	if err != nil {
		return credentials{}, err
	}
	found, err := temporary(answer.Credentials, "session token of the IAM user")
	// It is the same user as before.
	found.identity = c.from.identity
	return found, err
}

func (u userToken) failed(c call, err error) error {
	return c.failedUser("getting a session token", "sts:GetSessionToken", err)
}

// longTerm refuses temporary credentials before AWS does, which would say
// nothing of what to use instead.
func (c call) longTerm(principal string) error {
	if c.from.token.Empty() {
		return nil
	}
	return &Unusable{Step: "choosing the principal type", Err: errors.New(needsLongTerm(principal, c.from.who+" gives temporary ones"))}
}

func (c call) failedUser(step, action string, err error) error {
	var unusable *Unusable
	if errors.As(err, &unusable) {
		return err
	}
	failed := fmt.Errorf("%s, as %s: %w", step, c.from.who, refusal.Brief(err))
	remedy := refusal.Remedy(err)
	if isDenied(err) {
		remedy = "a policy of the IAM user must allow " + action + ", and none may deny it"
		if action == "sts:GetSessionToken" {
			remedy = "AWS lets every IAM user call it, unless a policy denies it or the MFA device or its code is another one; a code is good once"
		}
	}
	if remedy == "" {
		return failed
	}
	return variables.WithHint(failed, remedy)
}

// temporary takes keys out of an answer, and refuses one that lacks something.
func temporary(given *types.Credentials, who string) (credentials, error) {
	if given == nil || given.Expiration == nil || aws.ToString(given.AccessKeyId) == "" ||
		aws.ToString(given.SecretAccessKey) == "" || aws.ToString(given.SessionToken) == "" {
		return credentials{}, errors.New("the answer lacks keys or their expiration")
	}
	return credentials{
		id:      *given.AccessKeyId,
		secret:  variables.NewSecret(*given.SecretAccessKey),
		token:   variables.NewSecret(*given.SessionToken),
		expires: given.Expiration.UTC(),
		who:     who,
	}, nil
}

// loggedUser says where AWS gave less than was asked for: it shortens the
// sessions of the account's root user to an hour without an error.
func loggedUser(c *Connector, subject, who string, seconds int64, session credentials) (string, string) {
	text := who + " until " + Clock(session.expires)
	if c.name != "" {
		text = c.name + ": " + text
	}
	if asked := time.Duration(seconds) * time.Second; asked > 0 && time.Until(session.expires) < asked/2 {
		text += fmt.Sprintf(", and %s was asked for: AWS gives the keys of the root user an hour", Span(asked))
	}
	return subject, text
}
