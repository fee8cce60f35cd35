package connectors

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// fromWebIdentity serves pods with a service account that has a role (EKS
// user guide, "IAM roles for service accounts"). The SDKs put it before
// profile, container and instance, and so must auto: without it a pod would
// silently act as the node it runs on.
func (c *Connector) fromWebIdentity(ctx context.Context, cfg aws.Config) (credentials, error) {
	path, role := c.machine.get("AWS_WEB_IDENTITY_TOKEN_FILE"), c.machine.get("AWS_ROLE_ARN")
	switch {
	case path == "":
		return credentials{}, &Unusable{Step: "reading the environment", Err: errors.New("AWS_WEB_IDENTITY_TOKEN_FILE is not set"), Absent: true}
	case role == "":
		return credentials{}, variables.WithHint(&Unusable{Step: "reading the environment", Err: errors.New("AWS_WEB_IDENTITY_TOKEN_FILE is set and AWS_ROLE_ARN is not")}, "set both, or neither")
	}
	if err := c.checkChained(nil, true); err != nil {
		return credentials{}, &Unusable{Step: "reading the environment", Err: err}
	}
	h := hop{role: role, sessionName: c.machine.get("AWS_ROLE_SESSION_NAME")}
	if h.sessionName == "" {
		h.sessionName = ValidSessionName(c.machine.SessionName)
	}
	return assumeWithToken(ctx, cfg, "AWS_WEB_IDENTITY_TOKEN_FILE", path, h)
}

// assumeWithToken assumes a role with the token in a file, which origin names.
func assumeWithToken(ctx context.Context, cfg aws.Config, origin, path string, h hop) (credentials, error) {
	step := "assuming a role with the web identity of " + origin
	token, err := readSecretFile(path)
	if err != nil {
		return credentials{}, &Unusable{Step: step, Err: err}
	}
	input := &sts.AssumeRoleWithWebIdentityInput{
		RoleArn:          aws.String(h.role),
		RoleSessionName:  aws.String(h.sessionName),
		WebIdentityToken: aws.String(token.Open()),
	}
	if h.seconds != 0 {
		input.DurationSeconds = aws.Int32(int32(h.seconds))
	}
	answer, err := sts.NewFromConfig(cfg).AssumeRoleWithWebIdentity(ctx, input)
	if err != nil {
		return credentials{}, fmt.Errorf("%s, role %s: %w", step, h.role, refusal.Brief(err))
	}
	found, err := sessionOf(answer.Credentials, answer.AssumedRoleUser, "web identity, role "+h.role)
	if err != nil {
		return credentials{}, fmt.Errorf("%s, role %s: %w", step, h.role, err)
	}
	found.source = "web-identity"
	return found, nil
}
