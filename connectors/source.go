package connectors

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/variables"
)

// credentials are one link of the chain, and whose they are as far as that is
// known without a call.
type credentials struct {
	id            string
	secret, token variables.Secret
	expires       time.Time
	// who says in words where they are from: instance role agent (IMDSv2).
	who string
	// source is the name of the source, as the setting takes it.
	source string
	// metadata is set for an instance, which can be asked for its region too.
	metadata *metadata
	// identity is complete for a hop, from AssumeRole's answer.
	identity Identity
	// caller are the credentials that a hop was taken with, nil at the source.
	caller *credentials
	// role is the ARN of the role that this is a session of.
	role string
	// hops are the roles that a profile assumes from here.
	hops []hop
	// facts say how it came about, and way the same exactly: two connectors
	// that come the same way share what they find.
	facts []variables.Fact
	way   string
}

// signer lets an SDK client sign with c.
func (c credentials) signer() aws.CredentialsProvider {
	return aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{
			AccessKeyID:     c.id,
			SecretAccessKey: c.secret.Open(),
			SessionToken:    c.token.Open(),
			CanExpire:       !c.expires.IsZero(),
			Expires:         c.expires,
			Source:          c.who,
		}, nil
	})
}

// closed takes what an SDK provider returned.
func closed(from aws.Credentials, source, who string) credentials {
	c := credentials{
		id:     from.AccessKeyID,
		secret: variables.NewSecret(from.SecretAccessKey),
		token:  variables.NewSecret(from.SessionToken),
		source: source,
		who:    who,
	}
	if from.CanExpire {
		c.expires = from.Expires.UTC()
	}
	return c
}

// ask gets credentials from the connector's source and from no other.
func (c *Connector) ask(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	switch c.source {
	case sourceStatic:
		return credentials{id: c.static.id, secret: c.static.secret, token: c.static.token, source: sourceStatic, who: "static keys " + c.static.id}, nil
	case sourceEnvironment:
		return c.fromEnvironment()
	case sourceProfile:
		return c.fromProfile(ctx, cfg, log)
	case sourceContainer:
		return c.fromContainer(ctx)
	case sourceInstance:
		return c.fromInstance(ctx, patient)
	case sourceWebIdentity:
		return c.fromToken(ctx, cfg, log)
	}
	return c.fromAnywhere(ctx, cfg, log)
}

// fromAnywhere takes the first source that is set up on this machine, in the
// order of the AWS SDKs (config.LoadDefaultConfig of aws-sdk-go-v2, "Chain").
// A source that is set up and fails ends the search: the next one would be
// another identity than the one that was meant.
func (c *Connector) fromAnywhere(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	var tried []Attempt
	for _, source := range []struct {
		name string
		ask  func() (credentials, error)
	}{
		{sourceEnvironment, c.fromEnvironment},
		{"web identity", func() (credentials, error) { return c.fromWebIdentity(ctx, cfg, log) }},
		{sourceProfile, func() (credentials, error) { return c.fromProfile(ctx, cfg, log) }},
		{sourceContainer, func() (credentials, error) { return c.fromContainer(ctx) }},
		{sourceInstance, func() (credentials, error) { return c.fromInstance(ctx, 0) }},
	} {
		found, err := source.ask()
		why := c.absence(source.name, err)
		if why == nil {
			return found, err
		}
		tried = append(tried, Attempt{source.name, why.Error()})
		var silent *silentMetadata
		if errors.As(err, &silent) {
			return credentials{}, variables.WithHint(&NotFound{Tried: tried, silent: true}, silent.Hint())
		}
	}
	if c.machine.get(gitHubURL) != "" {
		tried = append(tried, Attempt{"GitHub", "this job may ask for a token, which is used with --source web-identity only"})
	}
	return credentials{}, variables.WithHint(&NotFound{Tried: tried}, "give the job one of these, or name the source with --source to see why it fails")
}

// absence returns why a source is not there, or nil if it is there, whether it
// served or failed.
func (c *Connector) absence(source string, err error) error {
	var (
		unusable *Unusable
		silent   *silentMetadata
	)
	switch {
	case errors.As(err, &silent):
		return silent
	case !errors.As(err, &unusable):
		return nil
	case source == sourceProfile && c.profileIsMeant(), source != sourceProfile && source != sourceInstance && !unusable.Absent:
		return nil
	}
	return unusable.Err
}
