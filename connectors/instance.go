package connectors

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

	"github.com/awsvars/awsvars/variables"
)

// patience is how often an instance metadata service may leave a request
// unanswered. Where nobody said that this is an instance, once is enough.
type patience int32

const (
	hasty   patience = 0
	patient patience = 1
)

// rolesPath lists the instance's role, and below it are its credentials (EC2
// user guide, "Retrieve security credentials from instance metadata").
const rolesPath = "/iam/security-credentials/"

func (c *Connector) fromInstance(ctx context.Context, p patience) (credentials, error) {
	if strings.EqualFold(c.machine.get("AWS_EC2_METADATA_DISABLED"), "true") {
		return credentials{}, &Unusable{Step: "asking the instance metadata service", Err: errors.New("AWS_EC2_METADATA_DISABLED is true")}
	}
	service := c.newMetadata(p)
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
		return credentials{}, fmt.Errorf("the service answered %q: %s", answer.Code, answer.Message)
	}
	if answer.AccessKeyID == "" || answer.SecretAccessKey.Empty() || answer.Token.Empty() || answer.Expiration.IsZero() {
		return credentials{}, errors.New("the answer lacks a key, a token or its expiration")
	}
	return credentials{id: answer.AccessKeyID, secret: answer.SecretAccessKey, token: answer.Token, expires: answer.Expiration.UTC()}, nil
}

// localRetryer repeats what a service on the machine answered badly, and, as
// often as p allows, what it did not answer. A service that cannot be
// connected to is not there.
func localRetryer(retries int, p patience) aws.Retryer {
	unanswered := new(atomic.Int32)
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = retries + 1
		o.MaxBackoff = time.Second
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			var operation *net.OpError
			if errors.As(err, &operation) && operation.Op == "dial" {
				return aws.FalseTernary
			}
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				return aws.BoolTernary(unanswered.Add(1) <= int32(p))
			}
			return aws.UnknownTernary
		}), retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}}}, o.Retryables...)
	})
}
