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
		"sts:AssumeRole=throttle*2":       {Service: "sts", Call: "AssumeRole", Kind: "throttle", Times: 2},
		"imds:token=slow:3s":              {Service: "imds", Call: "token", Kind: "slow", Duration: 3 * time.Second},
		"ecr:GetAuthorizationToken=500*1": {Service: "ecr", Call: "GetAuthorizationToken", Kind: "500", Times: 1},
		"sts:*=clock:-10m0s":              {Service: "sts", Call: "*", Kind: "clock", Duration: -10 * time.Minute},
		"*:*=reset":                       {Service: "*", Call: "*", Kind: "reset"},
		"registry:manifest=slow:20ms*3":   {Service: "registry", Call: "manifest", Kind: "slow", Duration: 20 * time.Millisecond, Times: 3},
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
		"throttle":              "want SERVICE:CALL=KIND",
		"s3:Get=500":            "service must be one of",
		"sts:AssumeRole=fire":   "kind must be one of",
		"sts:AssumeRole=500*0":  "must be a number from 1 up",
		"sts:AssumeRole=500:1s": "only slow and clock take a duration",
		"sts:AssumeRole=slow:x": "invalid duration",
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
