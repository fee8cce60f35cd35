package connectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// fromWebIdentity serves pods with a service account that has a role (EKS
// user guide, "IAM roles for service accounts"). The SDKs put it before
// profile, container and instance, and so must auto: without it a pod would
// silently act as the node it runs on. No other token is looked for in auto:
// the permission to ask GitHub for one must not change who a job is.
func (c *Connector) fromWebIdentity(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	path, role := c.machine.get(tokenFileVariable), c.machine.get("AWS_ROLE_ARN")
	switch {
	case path == "":
		return credentials{}, &Unusable{Step: "reading the environment", Err: errors.New(tokenFileVariable + " is not set"), Absent: true}
	case role == "":
		return credentials{}, variables.WithHint(&Unusable{Step: "reading the environment", Err: errors.New(tokenFileVariable + " is set and AWS_ROLE_ARN is not")}, "set both, or neither")
	}
	if err := c.checkChained(nil, true); err != nil {
		return credentials{}, &Unusable{Step: "reading the environment", Err: err}
	}
	return c.assumeWithFile(ctx, cfg, tokenFileVariable, path, c.roleOfEnvironment(), log)
}

// roleOfEnvironment is the role that EKS names.
func (c *Connector) roleOfEnvironment() hop {
	h := c.session
	h.role, h.mfaCode = c.machine.get("AWS_ROLE_ARN"), variables.Secret{}
	if name := c.machine.get("AWS_ROLE_SESSION_NAME"); name != "" {
		h.sessionName = name
	}
	h.plainSecret = h.plainSecret && len(c.steps) == 0
	return h
}

// fromToken is the source web-identity.
func (c *Connector) fromToken(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	h, err := c.askToken(ctx, cfg, log)
	if err != nil {
		return credentials{}, err
	}
	return c.enter(ctx, cfg, h, log)
}

// askToken gets the token, and says which role it is for.
func (c *Connector) askToken(ctx context.Context, cfg aws.Config, log *slog.Logger) (tokenHop, error) {
	h := c.token.hop
	if h.role == "" {
		h = c.roleOfEnvironment()
		if err := checkRoleARN(h.role); err != nil {
			return tokenHop{}, &Unusable{Step: fmt.Sprintf("reading AWS_ROLE_ARN %q", h.role), Err: err}
		}
		if err := c.checkChained(nil, true); err != nil {
			return tokenHop{}, &Unusable{Step: "planning the chain", Err: err}
		}
	}
	if cfg.Region == "" {
		return tokenHop{}, variables.WithHint(&Unusable{Step: "choosing the region", Err: errors.New("none is given")}, "give --region, or set AWS_REGION")
	}
	token, whose, err := c.fetchToken(ctx, log)
	return tokenHop{h, token, whose}, err
}

// enter assumes the role of the token.
func (c *Connector) enter(ctx context.Context, cfg aws.Config, h tokenHop, log *slog.Logger) (credentials, error) {
	found, err := c.assumeWithToken(ctx, cfg, h, log)
	if err != nil {
		return credentials{}, err
	}
	found.who = "web identity of " + h.whose
	if said, readable := claimsOf(h.token); readable {
		found.who += ", " + said.Subject
	}
	if c.token.hop.role == "" {
		found.who += ", role " + h.role
	}
	found.role = h.role
	found.facts = []variables.Fact{{Kind: "hop", Name: h.role, Until: found.expires}}
	return found, nil
}

// assumeWithFile assumes a role with the token in a file, which whose names.
func (c *Connector) assumeWithFile(ctx context.Context, cfg aws.Config, whose, path string, h hop, log *slog.Logger) (credentials, error) {
	c.renewable.noteToken(providerFile)
	token, err := readSecretFile(path)
	if err == nil {
		err = checkJWT(token)
	}
	if err != nil {
		return credentials{}, &Unusable{Step: "assuming a role with the web identity of " + whose, Err: err}
	}
	return c.assumeWithToken(ctx, cfg, tokenHop{h, token, whose}, log)
}

func (c *Connector) assumeWithToken(ctx context.Context, cfg aws.Config, h tokenHop, log *slog.Logger) (credentials, error) {
	at := call{c, ctx, cfg, credentials{}, log}
	found, err := plainly(at, h)
	if err != nil {
		return credentials{}, h.failed(at, err)
	}
	found.source = sourceWebIdentity
	return found, nil
}

// tokenHop is a role that is assumed by a token in place of keys.
type tokenHop struct {
	hop
	token variables.Secret
	whose string
}

func (h tokenHop) take(c call) (credentials, error) {
	input := &sts.AssumeRoleWithWebIdentityInput{
		RoleArn:          aws.String(h.role),
		RoleSessionName:  aws.String(h.sessionName),
		WebIdentityToken: aws.String(h.token.Open()),
		Policy:           h.policies.document(),
		PolicyArns:       h.policies.descriptors(),
	}
	setSeconds(&input.DurationSeconds, h.seconds)
	answer, err := c.client().AssumeRoleWithWebIdentity(c.ctx, input)
	if err != nil {
		return credentials{}, err
	}
	return sessionOf(answer.Credentials, answer.AssumedRoleUser, "web identity, role "+h.role)
}

func (h tokenHop) failed(_ call, err error) error {
	failed := fmt.Errorf("assuming a role with the web identity of %s, role %s: %w", h.whose, h.role, refusal.Brief(err))
	remedy := remedyToken(h.token, h.role, err)
	if remedy == "" {
		remedy = refusal.Remedy(err)
	}
	if remedy == "" {
		return failed
	}
	return variables.WithHint(failed, remedy)
}
