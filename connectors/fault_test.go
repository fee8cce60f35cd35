package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// TestFaultsOfAWS: what passes is outlasted, what stays is told, and what AWS
// refuses is asked once.
func TestFaultsOfAWS(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		fault     string
		recovered bool
		requests  int
		message   string
	}{
		{"sts:AssumeRole=throttle*2", true, 6, ""},
		{"sts:AssumeRole=500*2", true, 6, ""},
		{"sts:AssumeRole=503*1", true, 5, ""},
		{"sts:AssumeRole=reset*1", true, 5, ""},
		{"imds:token=500*1", true, 5, ""},
		{"imds:role=throttle*2", true, 6, ""},
		{"imds:credentials=reset*1", true, 5, ""},
		{"sts:AssumeRole=throttle", false, 6, "Throttling: Rate exceeded"},
		{"sts:AssumeRole=500", false, 6, "InternalFailure"},
		{"sts:AssumeRole=expired", false, 4, "ExpiredToken"},
	} {
		t.Run(c.fault, func(t *testing.T) {
			t.Parallel()
			fault, err := simulator.ParseFault(c.fault)
			if err != nil {
				t.Fatal(err)
			}
			s := start(t, simulator.Options{Faults: []simulator.Fault{fault}})
			_, _, err = job{aws: s, settings: settings{"source": "instance", "role-arn": reader}, retries: 2}.open(t)
			switch {
			case c.recovered && err != nil:
				t.Error(err)
			case !c.recovered && err == nil:
				t.Error("there is a session")
			case !c.recovered && !strings.Contains(err.Error(), "assuming role 1 of 1, "+reader) || err != nil && !strings.Contains(err.Error(), c.message):
				t.Errorf("the message is %v", err)
			}
			if got := len(s.Requests()); got != c.requests {
				t.Errorf("%d requests, want %d:\n%s", got, c.requests, asked(s))
			}
		})
	}
}

func TestAWebIdentitysAnswerThatLacksSomethingNamesTheStep(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRoleWithWebIdentity", Kind: "empty"}}})
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte("a.b.c"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _, err := job{aws: s, env: env{"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": reader}}.open(t)
	compare(t, "empty", "assuming a role with the web identity of AWS_WEB_IDENTITY_TOKEN_FILE, role "+reader+": calling http://HOST/: the answer has status 200 and is empty", message(s, err))
}

func TestAnAnswerThatLacksSomethingIsNoSuccess(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"empty", "malformed", "html", "huge", "cut", "redirect"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRole", Kind: kind}}})
			session, _, err := job{aws: s, settings: settings{"source": "instance", "role-arn": reader}}.open(t)
			if err == nil {
				t.Fatalf("there is a session: %+v", session)
			}
			if !strings.HasPrefix(err.Error(), "assuming role 1 of 1, "+reader+", as ") {
				t.Errorf("the message is %v", err)
			}
		})
	}
}
