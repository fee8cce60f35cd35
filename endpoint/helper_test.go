package endpoint_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"

	"github.com/awsvars/awsvars/endpoint"
	"github.com/awsvars/awsvars/variables"
)

// clock is moved by the test.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// served is an endpoint and what its test looks at. The log may be read when
// the endpoint is closed.
type served struct {
	*endpoint.Endpoint
	clock *clock
	log   bytes.Buffer

	mu    sync.Mutex
	calls int
}

// renewing says what the call n, from 1 up, of the source comes to.
type renewing func(ctx context.Context, n int) (endpoint.Credentials, error)

// serve starts an endpoint whose first credentials are good for life.
func serve(t *testing.T, life time.Duration, source renewing) *served {
	t.Helper()
	s := &served{clock: &clock{now: time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)}}
	var err error
	s.Endpoint, err = endpoint.Start(endpoint.Options{
		Source: func(ctx context.Context) (endpoint.Credentials, error) {
			return source(ctx, s.called())
		},
		First: s.good(0, life),
		Log:   slog.New(slog.NewJSONHandler(&s.log, nil)),
		Now:   s.clock.time,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func (s *served) called() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls++
	return s.calls
}

func (s *served) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// good are credentials number n, good for life from now, or for ever for 0.
func (s *served) good(n int, life time.Duration) endpoint.Credentials {
	c := endpoint.Credentials{
		AccessKeyID:     fmt.Sprint("ASIA", n),
		SecretAccessKey: variables.NewSecret(fmt.Sprint("hush/key+", n)),
		SessionToken:    variables.NewSecret(fmt.Sprint("hush/token+", n)),
	}
	if life != 0 {
		c.Expires = s.clock.time().Add(life)
	}
	return c
}

// sdk is the provider of the AWS SDK, without repetitions.
func (s *served) sdk() *endpointcreds.Provider {
	return endpointcreds.New(s.URL(), func(o *endpointcreds.Options) {
		o.AuthorizationToken = s.Token().Open()
		o.Retryer = aws.NopRetryer{}
	})
}

// id asks as the SDK does, for the key ID.
func (s *served) id(t *testing.T) string {
	t.Helper()
	found, err := s.sdk().Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found.AccessKeyID
}

// lines closes the endpoint and returns its log, which must hold no secret.
func (s *served) lines(t *testing.T) []string {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	text := s.log.String()
	if strings.Contains(text, "hush") || strings.Contains(text, s.Token().Open()) {
		t.Errorf("the log holds a secret:\n%s", text)
	}
	return strings.Split(strings.TrimSuffix(text, "\n"), "\n")
}

// get asks with the token of authorization, which may be empty.
func (s *served) get(t *testing.T, method, url, authorization string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}
