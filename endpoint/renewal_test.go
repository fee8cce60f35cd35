package endpoint_test

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/endpoint"
)

// never fails the test if it is called.
func never(t *testing.T) renewing {
	return func(context.Context, int) (endpoint.Credentials, error) {
		t.Error("the source was asked")
		return endpoint.Credentials{}, errors.New("not now")
	}
}

func TestTheFirstAnswerNeedsNoCall(t *testing.T) {
	t.Parallel()
	s := serve(t, time.Hour, never(t))
	found, err := s.sdk().Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := aws.Credentials{
		AccessKeyID: "ASIA0", SecretAccessKey: "hush/key+0", SessionToken: "hush/token+0", Source: "CredentialsEndpointProvider",
		CanExpire: true, Expires: time.Date(2026, 11, 1, 13, 0, 0, 0, time.UTC),
	}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Errorf("the SDK got something else:\n%s", diff)
	}
}

func TestCredentialsAreRenewedWhenTheyAreDue(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		life, age time.Duration
		want      string
	}{
		{time.Hour, 0, "ASIA0"},
		{time.Hour, 40 * time.Minute, "ASIA0"},
		{time.Hour, 40*time.Minute + time.Second, "ASIA1"},
		{time.Hour, 2 * time.Hour, "ASIA1"},
		{12 * time.Hour, 11*time.Hour + 40*time.Minute, "ASIA0"},
		{12 * time.Hour, 11*time.Hour + 41*time.Minute, "ASIA1"},
		{15 * time.Minute, 7*time.Minute + 30*time.Second, "ASIA0"},
		{15 * time.Minute, 7*time.Minute + 31*time.Second, "ASIA1"},
		{0, 1000 * time.Hour, "ASIA0"},
	} {
		var s *served
		s = serve(t, c.life, func(_ context.Context, n int) (endpoint.Credentials, error) { return s.good(n, time.Hour), nil })
		s.clock.advance(c.age)
		if got := s.id(t); got != c.want {
			t.Errorf("good for %s, after %s: %s, want %s", c.life, c.age, got, c.want)
		}
	}
}

func TestARenewalIsLogged(t *testing.T) {
	t.Parallel()
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) { return s.good(n, time.Hour), nil })
	s.clock.advance(50 * time.Minute)
	s.id(t)
	s.clock.advance(50 * time.Minute)
	s.id(t)
	lines := s.lines(t)
	for i, want := range []string{
		`"level":"INFO","msg":"renewed","expires":"2026-11-01T13:50:00Z","text":"credentials until 13:50:00Z"}`,
		`"level":"INFO","msg":"renewed","expires":"2026-11-01T14:40:00Z","text":"credentials until 14:40:00Z"}`,
	} {
		if len(lines) != 2 || !strings.HasSuffix(lines[i], want) {
			t.Errorf("the log is not of two lines as\n%s\nbut\n%s", want, strings.Join(lines, "\n"))
		}
	}
}

// TestEverybodyWaitsForOneRenewal holds the renewal up until all have asked.
func TestEverybodyWaitsForOneRenewal(t *testing.T) {
	t.Parallel()
	const clients = 100
	var asked sync.WaitGroup
	asked.Add(clients)
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) {
		asked.Wait()
		return s.good(n, time.Hour), nil
	})
	s.clock.advance(2 * time.Hour)
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			ctx := httptrace.WithClientTrace(t.Context(), &httptrace.ClientTrace{WroteRequest: func(httptrace.WroteRequestInfo) { asked.Done() }})
			if found, err := s.sdk().Retrieve(ctx); err != nil || found.AccessKeyID != "ASIA1" {
				t.Errorf("%s, %v", found.AccessKeyID, err)
			}
		})
	}
	all.Wait()
	if s.count() != 1 {
		t.Errorf("%d renewals for %d clients", s.count(), clients)
	}
}

func TestARenewalOutlivesTheClientThatStartedIt(t *testing.T) {
	t.Parallel()
	begun, gone := make(chan struct{}), make(chan struct{})
	var s *served
	s = serve(t, time.Hour, func(ctx context.Context, n int) (endpoint.Credentials, error) {
		if deadline, ok := ctx.Deadline(); !ok || time.Until(deadline) > time.Minute {
			t.Errorf("a renewal may last until %v", deadline)
		}
		close(begun)
		select {
		case <-gone:
		case <-ctx.Done():
		}
		return s.good(n, time.Hour), ctx.Err()
	})
	s.clock.advance(2 * time.Hour)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := s.sdk().Retrieve(ctx); err == nil {
		t.Error("the client did not go away")
	}
	close(gone)
	if id := s.id(t); id != "ASIA1" || s.count() != 1 {
		t.Errorf("%s after %d renewals", id, s.count())
	}
}

func TestGoodCredentialsAreServedWhileRenewalsFail(t *testing.T) {
	t.Parallel()
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) {
		if n == 3 {
			return s.good(n, time.Hour), nil
		}
		return endpoint.Credentials{}, fmt.Errorf("assuming role 1 of 1: failure %d", n)
	})
	s.clock.advance(50 * time.Minute)
	for _, step := range []struct {
		later time.Duration
		id    string
		calls int
	}{{0, "ASIA0", 1}, {0, "ASIA0", 1}, {4 * time.Second, "ASIA0", 1}, {time.Second, "ASIA0", 2}, {5 * time.Second, "ASIA3", 3}} {
		s.clock.advance(step.later)
		if id := s.id(t); id != step.id || s.count() != step.calls {
			t.Errorf("%s after %d renewals, want %s after %d", id, s.count(), step.id, step.calls)
		}
	}
	lines := s.lines(t)
	const want = `"level":"WARN","msg":"renewal","expires":"2026-11-01T13:00:00Z","error":"assuming role 1 of 1: failure %d","text":"failed, the credentials at hand are good until 13:00:00Z: assuming role 1 of 1: failure %d"}`
	if len(lines) != 3 || !strings.HasSuffix(lines[0], fmt.Sprintf(want, 1, 1)) || !strings.HasSuffix(lines[1], fmt.Sprintf(want, 2, 2)) || !strings.Contains(lines[2], `"renewed"`) {
		t.Errorf("the log does not have one line for each failure as\n%s\nbut\n%s", want, strings.Join(lines, "\n"))
	}
}

func TestASlowRenewalKeepsNobodyWaitingForLong(t *testing.T) {
	t.Parallel()
	answer := make(chan struct{})
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) {
		<-answer
		return s.good(n, time.Hour), nil
	})
	s.clock.advance(50 * time.Minute)
	for range 2 {
		if id := s.id(t); id != "ASIA0" {
			t.Errorf("%s, before there was an answer", id)
		}
	}
	s.clock.advance(time.Hour)
	close(answer)
	if id := s.id(t); id != "ASIA1" || s.count() != 1 {
		t.Errorf("%s after %d renewals", id, s.count())
	}
}

// TestCredentialsOfAFewSecondsAreNoAnswer while there may be new ones.
func TestCredentialsOfAFewSecondsAreNoAnswer(t *testing.T) {
	t.Parallel()
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) {
		// Twice as slow as clients are kept waiting before.
		<-time.After(time.Second)
		return s.good(n, time.Hour), nil
	})
	s.clock.advance(time.Hour - 5*time.Second)
	if id := s.id(t); id != "ASIA1" {
		t.Error(id)
	}
}

func TestExpiredCredentialsThatCannotBeRenewedAreAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		source func(*served) (endpoint.Credentials, error)
		want   string
	}{
		{"an error", func(s *served) (endpoint.Credentials, error) {
			return s.good(1, time.Hour), errors.New("assuming role 1 of 1: access denied\n::stop-commands::x\x1b[2J\u2028.")
		}, `assuming role 1 of 1: access denied\n::stop-commands::x\x1b[2J\u2028.`},
		{"no keys", func(*served) (endpoint.Credentials, error) { return endpoint.Credentials{}, nil }, "the source gave no keys"},
		{"no secret key", func(*served) (endpoint.Credentials, error) { return endpoint.Credentials{AccessKeyID: "ASIA1"}, nil }, "the source gave no keys"},
		{"old keys", func(s *served) (endpoint.Credentials, error) { return s.good(1, -time.Second), nil }, "the source gave credentials that expired at 2026-11-01T12:59:59Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var s *served
			s = serve(t, time.Hour, func(context.Context, int) (endpoint.Credentials, error) { return c.source(s) })
			s.clock.advance(time.Hour)
			_, err := s.sdk().Retrieve(t.Context())
			var refused smithy.APIError
			if !errors.As(err, &refused) {
				t.Fatalf("the SDK takes it for something else: %v", err)
			}
			want := &smithy.GenericAPIError{Code: "RenewalFailed", Message: "renewing the credentials that expired at 13:00:00Z: " + c.want, Fault: smithy.FaultServer}
			got := &smithy.GenericAPIError{Code: refused.ErrorCode(), Message: refused.ErrorMessage(), Fault: refused.ErrorFault()}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
			lines := s.lines(t)
			if len(lines) != 1 || !strings.Contains(lines[0], `"level":"ERROR","msg":"renewal","expires":"2026-11-01T13:00:00Z","error":`) || !strings.Contains(lines[0], "failed, and the credentials at hand expired at 13:00:00Z: ") {
				t.Errorf("the log is\n%s", strings.Join(lines, "\n"))
			}
		})
	}
}

func TestExpiredCredentialsAreTriedOnceASecond(t *testing.T) {
	t.Parallel()
	var s *served
	s = serve(t, time.Hour, func(_ context.Context, n int) (endpoint.Credentials, error) {
		if n == 2 {
			return s.good(n, time.Hour), nil
		}
		return endpoint.Credentials{}, errors.New("not now")
	})
	s.clock.advance(2 * time.Hour)
	for range 10 {
		if _, err := s.sdk().Retrieve(t.Context()); err == nil || s.count() != 1 {
			t.Errorf("%v after %d renewals", err, s.count())
		}
	}
	s.clock.advance(time.Second)
	if id := s.id(t); id != "ASIA2" {
		t.Error(id)
	}
}

func TestAnEndpointBeginsWithGoodCredentials(t *testing.T) {
	t.Parallel()
	expired := endpoint.Credentials{AccessKeyID: "ASIA", SecretAccessKey: (&served{clock: &clock{}}).good(0, 0).SecretAccessKey, Expires: time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)}
	for want, first := range map[string]endpoint.Credentials{
		"starting the credentials endpoint: the source gave no keys":                                          {},
		"starting the credentials endpoint: the source gave credentials that expired at 2001-02-03T04:05:06Z": expired,
	} {
		if e, err := endpoint.Start(endpoint.Options{First: first}); err == nil || err.Error() != want {
			t.Errorf("%v, %v, want %s", e, err, want)
		}
	}
}
