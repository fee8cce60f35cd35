package connectors

import (
	"errors"
	"fmt"
	"net"
	"net/http"

	"github.com/awsvars/awsvars/refusal"
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

// witness remembers how the last exchange ended. The SDK's metadata client
// hides that behind errors that cannot be unwrapped.
type witness struct {
	next   http.RoundTripper
	method string
	status int
	err    error
}

func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := w.next.RoundTrip(r)
	w.method, w.status, w.err = r.Method, 0, err
	if err == nil {
		w.status = response.StatusCode
	}
	return response, err
}

// explain says in a user's words why the service gave no answer.
func (m *metadata) explain(step string, err error) error {
	if m.seen.status >= 300 {
		return explainStatus(step, m.seen.status)
	}
	if silent := m.silence(); silent != nil {
		return fmt.Errorf("%s: %w", step, silent)
	}
	if m.seen.err != nil && !m.pastToken() {
		return fmt.Errorf("%s: getting a token for it: %w", step, refusal.Brief(m.seen.err))
	}
	return fmt.Errorf("%s: %w", step, refusal.Brief(err))
}

func explainStatus(step string, status int) error {
	err := fmt.Errorf("%s: the service answered with status %d", step, status)
	remedy := map[int]string{
		401: "the service took no token: does something between the agent and the service change requests?",
		403: "the service is switched off for this instance: aws ec2 modify-instance-metadata-options --instance-id ID --http-endpoint enabled",
		404: "this looks like a service that knows version 1 only; --imds-v1 allows it",
		405: "this looks like a service that knows version 1 only; --imds-v1 allows it",
	}[status]
	if remedy == "" {
		return err
	}
	return variables.WithHint(&Refused{err}, remedy)
}

// silence tells whether the last exchange ended because nobody answered.
func (m *metadata) silence() *silentMetadata {
	silent := &silentMetadata{host: m.host, err: m.seen.err}
	var operation *net.OpError
	if errors.As(m.seen.err, &operation) && operation.Op == "dial" {
		return silent
	}
	var timeout net.Error
	if errors.As(m.seen.err, &timeout) && timeout.Timeout() {
		silent.connected = true
		return silent
	}
	return nil
}
