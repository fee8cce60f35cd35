package connectors

import (
	"errors"
	"fmt"
	"net"
	"net/url"

	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsvars/awsvars/variables"
)

// silentMetadata is the error of an instance metadata service that is not
// there, or does not answer.
type silentMetadata struct {
	host string
	// connected tells that the service took the connection and then said
	// nothing, as it looks from inside a container at a hop limit of 1.
	connected bool
	err       error
}

func (s *silentMetadata) Error() string {
	if s.connected {
		return fmt.Sprintf("no answer from %s in %s", s.host, localTimeout)
	}
	return fmt.Sprintf("%s cannot be reached", s.host)
}

func (s *silentMetadata) Unwrap() error { return s.err }

// Hint names the hop limit (EC2 user guide, "Use IMDSv2", "hop limit").
func (s *silentMetadata) Hint() string {
	return "in a container on EC2 the hop limit must be 2: aws ec2 modify-instance-metadata-options --instance-id ID --http-put-response-hop-limit 2; on a machine that is no EC2 instance, name another source"
}

// explainMetadata says in a user's words why the service gave no answer.
func (c *Connector) explainMetadata(step string, err error) error {
	var status *smithyhttp.ResponseError
	if errors.As(err, &status) {
		return explainStatus(step, status)
	}
	if silent := c.silence(err); silent != nil {
		return fmt.Errorf("%s: %w", step, silent)
	}
	return fmt.Errorf("%s: %w", step, err)
}

func explainStatus(step string, status *smithyhttp.ResponseError) error {
	err := fmt.Errorf("%s: the service answered with status %d", step, status.HTTPStatusCode())
	remedy := map[int]string{
		401: "the service took no token: does something between the agent and the service change requests?",
		403: "the service is switched off for this instance: aws ec2 modify-instance-metadata-options --instance-id ID --http-endpoint enabled",
		404: "this looks like a service that knows version 1 only; --imds-v1 allows it",
		405: "this looks like a service that knows version 1 only; --imds-v1 allows it",
	}[status.HTTPStatusCode()]
	if remedy == "" {
		return err
	}
	return variables.WithHint(&Refused{err}, remedy)
}

// silence tells whether err means that nobody answered.
func (c *Connector) silence(err error) *silentMetadata {
	silent := &silentMetadata{host: c.metadataHost(), err: err}
	var operation *net.OpError
	if errors.As(err, &operation) && operation.Op == "dial" {
		return silent
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		silent.connected = true
		return silent
	}
	return nil
}

func (c *Connector) metadataHost() string {
	if u, err := url.Parse(c.machine.get("AWS_EC2_METADATA_SERVICE_ENDPOINT")); err == nil && u.Host != "" {
		return u.Host
	}
	return "169.254.169.254"
}
