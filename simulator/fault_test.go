package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

func TestFaultsAreReadAndWritten(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]simulator.Fault{
		"sts:AssumeRole=throttle*2":         {Service: "sts", Call: "AssumeRole", Kind: "throttle", Times: 2},
		"imds:token=slow:3s":                {Service: "imds", Call: "token", Kind: "slow", Duration: 3 * time.Second},
		"ecr:GetAuthorizationToken=500*1":   {Service: "ecr", Call: "GetAuthorizationToken", Kind: "500", Times: 1},
		"sts:*=clock:-10m0s":                {Service: "sts", Call: "*", Kind: "clock", Duration: -10 * time.Minute},
		"*:*=rate:20":                       {Service: "*", Call: "*", Kind: "rate", Rate: 20},
		"oidc:token=throttle:2s":            {Service: "oidc", Call: "token", Kind: "throttle", Duration: 2 * time.Second},
		"*:*=reset":                         {Service: "*", Call: "*", Kind: "reset"},
		"registry:manifest=slow:20ms*3":     {Service: "registry", Call: "manifest", Kind: "slow", Duration: 20 * time.Millisecond, Times: 3},
		"registry:upload=reset@1048576*1+2": {Service: "registry", Call: "upload", Kind: "reset", Bytes: 1 << 20, Times: 1, After: 2},
		"registry:upload=slow:2s@10":        {Service: "registry", Call: "upload", Kind: "slow", Duration: 2 * time.Second, Bytes: 10},
		"registry:upload/PUT=500*1":         {Service: "registry", Call: "upload/PUT", Kind: "500", Times: 1},
		"registry:upload=full+1":            {Service: "registry", Call: "upload", Kind: "full", After: 1},
		"sts:AssumeRoleWithWebIdentity=code:IDPCommunicationError*1": {
			Service: "sts", Call: "AssumeRoleWithWebIdentity", Kind: "code", Code: "IDPCommunicationError", Times: 1,
		},
	} {
		got, err := simulator.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if got.String() != text {
			t.Errorf("got %s, want %s", got, text)
		}
	}
	for text, want := range map[string]string{
		"throttle":                "want SERVICE:CALL=KIND",
		"s3:Get=500":              "service must be one of",
		"sts:AssumeRole/POST=500": "only calls of registry have a method",
		"sts:AssumeRole=fire":     "kind must be one of",
		"sts:AssumeRole=500*0":    "must be a number from 1 up",
		"sts:AssumeRole=500:1s":   "only slow, clock, throttle and 503 take a duration",
		"sts:AssumeRole=rate":     "rate wants a number",
		"sts:AssumeRole=rate:0":   "rate wants a number",
		"sts:AssumeRole=rate:2*1": "rate decides by itself",
		"sts:AssumeRole=slow:x":   "invalid duration",
		"sts:AssumeRole=500+0":    "must be a number from 1 up",
		"sts:AssumeRole=500@1":    "@BYTES and full go with registry",
		"sts:AssumeRole=full":     "@BYTES and full go with registry",
		"registry:upload=cut@1":   "@BYTES and full go with registry",
		"registry:upload=reset@x": "@x must be a number from 1 up",
		"sts:AssumeRole=code":     "want sts, ecr or ecr-public and code:CODE",
		"sts:AssumeRole=code:a b": "want sts, ecr or ecr-public and code:CODE",
		"imds:token=code:Gone":    "want sts, ecr or ecr-public and code:CODE",
	} {
		if _, err := simulator.ParseFault(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", text, err, want)
		}
	}
}

func TestFaultsHaveAWSsCodes(t *testing.T) {
	t.Parallel()
	for kind, want := range map[string][2]string{
		"throttle": {"Throttling", "ThrottlingException"},
		"500":      {"InternalFailure", "ServerException"},
		"503":      {"ServiceUnavailable", "ServiceUnavailableException"},
		"expired":  {"ExpiredToken", "ExpiredTokenException"},
		"denied":   {"AccessDenied", "AccessDeniedException"},
		"clock":    {"SignatureDoesNotMatch", "InvalidSignatureException"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "*", Call: "*", Kind: kind, Times: 2}}})
			fromSTS, fromECR := w.both(w.user("ci"))
			wantCode(t, fromSTS, want[0], "")
			wantCode(t, fromECR, want[1], "")
			if fromSTS, fromECR = w.both(w.user("ci")); fromSTS != nil || fromECR != nil {
				t.Errorf("after two calls the fault should be over: %v, %v", fromSTS, fromECR)
			}
			first := w.Requests()[0]
			if first.Fault != kind || kind != "clock" && first.CallerName != "ci" {
				t.Errorf("got %+v", first)
			}
		})
	}
}

func TestFaultsMayBeAnyCode(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	for _, text := range []string{"sts:*=code:IDPCommunicationError*1", "ecr:*=code:LimitExceededException*1"} {
		fault, err := simulator.ParseFault(text)
		if err != nil {
			t.Fatal(err)
		}
		w.Inject(fault)
	}
	fromSTS, fromECR := w.both(w.user("ci"))
	wantCode(t, fromSTS, "IDPCommunicationError", "")
	wantCode(t, fromECR, "LimitExceededException", "")
	const want = "sts GetCallerIdentity (ci): fault code:IDPCommunicationError, " +
		"ecr GetAuthorizationToken (ci): fault code:LimitExceededException"
	if diff := cmp.Diff(want, w.Summary()); diff != "" {
		t.Error(diff)
	}
}

// TestRateLetsSoManyThroughASecond, and what waits for it gets its turn.
func TestRateLetsSoManyThroughASecond(t *testing.T) {
	t.Parallel()
	begin := time.Now()
	w := start(t, simulator.Options{
		Now:    func() time.Time { return begin },
		Faults: []simulator.Fault{{Service: "sts", Call: "*", Kind: "rate", Rate: 3}},
	})
	passed := func(tries int) (passed int) {
		for range tries {
			if fromSTS, fromECR := w.both(w.user("ci")); fromSTS == nil {
				passed++
			} else if fromECR != nil {
				t.Errorf("the rate is for STS only: %v", fromECR)
			} else {
				wantCode(t, fromSTS, "Throttling", "")
			}
		}
		return passed
	}
	if got := passed(5); got != 3 {
		t.Errorf("%d calls at once, want 3", got)
	}
	w.Advance(700 * time.Millisecond)
	if got := passed(5); got != 2 {
		t.Errorf("%d calls after 0.7 s, want 2", got)
	}
	w.Advance(time.Minute)
	if got := passed(5); got != 3 {
		t.Errorf("%d calls after a minute, want 3", got)
	}
}

func FuzzFaultsAreReadAsTheyAreWritten(f *testing.F) {
	for _, text := range []string{"sts:AssumeRole=throttle*2", "imds:token=slow:3s", "*:*=rate:20", "ecr:*=code:LimitExceededException*1", "registry:upload=reset@1048576*1+2"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fault, err := simulator.ParseFault(text)
		if err != nil {
			return
		}
		again, err := simulator.ParseFault(fault.String())
		if err != nil || again != fault {
			t.Errorf("%q became %q: %+v, %v", text, fault, again, err)
		}
	})
}
