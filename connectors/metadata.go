package connectors

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/awsvars/awsvars/variables"
)

// metadata is the instance metadata service.
type metadata struct {
	client *imds.Client
	host   string
	seen   *witness
	// place is the region, once it was asked for.
	mutex sync.Mutex
	place string
}

// newMetadata returns the service. Without imds-v1 a token is a must. Silent is
// how often no answer is no reason to give up: where nobody said that this is an
// instance, not once.
func (c *Connector) newMetadata(silent int) *metadata {
	fallback := aws.FalseTernary
	if c.imdsV1 {
		fallback = aws.TrueTernary
	}
	mode := imds.EndpointModeStateIPv4
	client := c.network.local(silent)
	m := &metadata{host: "169.254.169.254", seen: &witness{next: client.Transport}}
	if strings.EqualFold(c.machine.get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"), "ipv6") {
		mode = imds.EndpointModeStateIPv6
		m.host = "fd00:ec2::254"
	}
	endpoint := c.machine.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")
	if u, err := url.Parse(endpoint); err == nil && u.Host != "" {
		m.host = u.Host
	}
	client.Transport = m.seen
	m.client = imds.New(imds.Options{
		HTTPClient:        client,
		Endpoint:          endpoint,
		EndpointMode:      mode,
		ClientEnableState: imds.ClientEnabled,
		EnableFallback:    fallback,
		Retryer:           onceMore(),
	})
	return m
}

// onceMore repeats what was refused for its token, with a new one; all else the
// client below repeats.
func onceMore() aws.Retryer {
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = 2
		o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
		o.Retryables = []retry.IsErrorRetryable{retry.RetryableError{}}
	})
}

// role returns the name of the instance's role; there is one at most.
func (m *metadata) role(ctx context.Context) (string, error) {
	const step = "asking the instance metadata service for the role"
	answer, err := m.read(ctx, rolesPath)
	switch {
	case err != nil && m.seen.status == http.StatusNotFound && m.pastToken():
		return "", variables.WithHint(&Unusable{Step: step, Err: errors.New("the instance has no role")}, "attach an instance profile: aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile Name=NAME")
	case err != nil:
		return "", m.explain(step, err)
	}
	role, _, _ := strings.Cut(strings.TrimSpace(string(answer)), "\n")
	role = strings.TrimSpace(role)
	if !within(role, 1, 64, letters+digits+nameRest) {
		return "", fmt.Errorf("%s: the answer is not the name of a role", step)
	}
	return role, nil
}

// region asks for the region that the instance is in, once.
func (m *metadata) region(ctx context.Context) (string, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.place != "" {
		return m.place, nil
	}
	answer, err := m.read(ctx, "/placement/region")
	if err != nil {
		return "", m.explain("asking the instance metadata service for the region", err)
	}
	m.place = strings.TrimSpace(string(answer))
	return m.place, nil
}

func (m *metadata) read(ctx context.Context, path string) ([]byte, error) {
	output, err := m.client.GetMetadata(ctx, &imds.GetMetadataInput{Path: path})
	if err != nil {
		return nil, err
	}
	defer func() { _ = output.Content.Close() }()
	return io.ReadAll(output.Content)
}

// pastToken tells whether the last exchange was not the one for the token.
func (m *metadata) pastToken() bool { return m.seen.method != http.MethodPut }
