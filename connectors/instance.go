package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// rolesPath lists the instance's role, and below it are its credentials (EC2
// user guide, "Retrieve security credentials from instance metadata").
const rolesPath = "/iam/security-credentials/"

func (c *Connector) fromInstance(ctx context.Context, silent int) (credentials, error) {
	if strings.EqualFold(c.machine.get("AWS_EC2_METADATA_DISABLED"), "true") {
		return credentials{}, &Unusable{Step: "asking the instance metadata service", Err: errors.New("AWS_EC2_METADATA_DISABLED is true")}
	}
	service := c.newMetadata(silent)
	role, err := service.role(ctx)
	if err != nil {
		return credentials{}, err
	}
	answer, err := service.read(ctx, rolesPath+role)
	if err != nil {
		return credentials{}, service.explain(fmt.Sprintf("getting the credentials of instance role %q", role), err)
	}
	found, err := instanceCredentials(answer)
	if err != nil {
		return credentials{}, fmt.Errorf("getting the credentials of instance role %q: %w", role, err)
	}
	found.source, found.metadata = sourceInstance, service
	found.who = "instance role " + role + " (IMDSv2)"
	if c.imdsV1 {
		found.who = "instance role " + role + " (IMDSv1 allowed)"
	}
	return found, nil
}

// instanceCredentials reads the answer without letting the decoder quote it.
func instanceCredentials(document []byte) (credentials, error) {
	var answer struct {
		Code, Message, AccessKeyID string
		SecretAccessKey, Token     variables.Secret
		Expiration                 time.Time
	}
	if err := json.Unmarshal(document, &answer); err != nil {
		return credentials{}, errors.New("the answer is not the expected JSON")
	}
	if answer.Code != "" && !strings.EqualFold(answer.Code, "Success") {
		return credentials{}, &Refused{fmt.Errorf("the service answered %q: %s", answer.Code, answer.Message)}
	}
	if answer.AccessKeyID == "" || answer.SecretAccessKey.Empty() || answer.Token.Empty() || answer.Expiration.IsZero() {
		return credentials{}, errors.New("the answer lacks a key, a token or its expiration")
	}
	return credentials{id: answer.AccessKeyID, secret: answer.SecretAccessKey, token: answer.Token, expires: answer.Expiration.UTC()}, nil
}
