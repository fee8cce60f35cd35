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
	budget *budget
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
	m := &metadata{host: "169.254.169.254", seen: &witness{next: client.Transport}, budget: c.network.budget}
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
	var role string
	err := m.readable(ctx, rolesPath, func(answer []byte) bool {
		role, _, _ = strings.Cut(strings.TrimSpace(string(answer)), "\n")
		role = strings.TrimSpace(role)
		return within(role, 1, 64, letters+digits+nameRest)
	})
	switch {
	case errors.Is(err, errUnreadable):
		return "", fmt.Errorf("%s: the answer is not the name of a role", step)
	case err != nil && m.seen.status == http.StatusNotFound && m.pastToken():
		return "", variables.WithHint(&Unusable{Step: step, Err: errNoRole}, "attach an instance profile: aws ec2 associate-iam-instance-profile --instance-id ID --iam-instance-profile Name=NAME")
	case err != nil:
		return "", m.explain(step, err)
	}
	return role, nil
}

// errUnreadable is the error of an answer that stays unreadable.
var errUnreadable = errors.New("the answer is not what was asked for")

// readable reads until the answer can be read, as far as the run's repetitions
// go: a name has no form by which the client below could judge it.
func (m *metadata) readable(ctx context.Context, path string, can func([]byte) bool) error {
	for try := 1; ; try++ {
		answer, err := m.read(ctx, path)
		if err != nil || can(answer) {
			return err
		}
		if try > m.budget.retries || m.budget.again(ctx, http.MethodGet+" "+m.host, 0, errUnreadable) != nil ||
			!pause(ctx, waitFor(left(ctx), try, firstLocal, longestLocal)) {
			return errUnreadable
		}
	}
}

// region asks for the region that the instance is in, once.
func (m *metadata) region(ctx context.Context) (string, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.place != "" {
		return m.place, nil
	}
	const step = "asking the instance metadata service for the region"
	var place string
	err := m.readable(ctx, "/placement/region", func(answer []byte) bool {
		place = strings.TrimSpace(string(answer))
		return checkRegion(place) == nil
	})
	switch {
	case errors.Is(err, errUnreadable):
		return "", fmt.Errorf("%s: the answer is not the name of a region", step)
	case err != nil:
		return "", m.explain(step, err)
	}
	m.place = place
	return place, nil
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
