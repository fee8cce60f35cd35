package simulator_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
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

// read sends a good request and reads its answer to the end.
func (w world) read() (status int, header http.Header, body []byte, err error) {
	answer, err := w.http.Do(w.signed("sts", "eu-west-1", askIdentity))
	if err != nil {
		return 0, nil, nil, err
	}
	defer answer.Body.Close()
	body, err = io.ReadAll(answer.Body)
	return answer.StatusCode, answer.Header, body, err
}

func TestFaultsOfTheWire(t *testing.T) {
	t.Parallel()
	for kind, check := range map[string]func(t *testing.T, status int, header http.Header, body []byte, err error){
		"reset": func(t *testing.T, _ int, _ http.Header, _ []byte, err error) {
			if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, io.EOF) {
				t.Errorf("got %v, want a reset", err)
			}
		},
		"cut": func(t *testing.T, status int, _ http.Header, body []byte, err error) {
			if status != http.StatusOK || len(body) == 0 || !errors.Is(err, io.ErrUnexpectedEOF) {
				t.Errorf("got %d, %d bytes, %v, want half of an answer", status, len(body), err)
			}
		},
		"malformed": func(t *testing.T, status int, _ http.Header, body []byte, err error) {
			if err != nil || status != http.StatusOK || !strings.HasSuffix(string(body), "<{") {
				t.Errorf("got %d %s %v", status, body, err)
			}
		},
		"empty": func(t *testing.T, status int, _ http.Header, body []byte, err error) {
			if err != nil || status != http.StatusOK || len(body) != 0 {
				t.Errorf("got %d %s %v", status, body, err)
			}
		},
		"huge": func(t *testing.T, status int, _ http.Header, body []byte, err error) {
			if err != nil || status != http.StatusOK || len(body) != 64<<20 {
				t.Errorf("got %d, %d bytes, %v", status, len(body), err)
			}
		},
		"redirect": func(t *testing.T, status int, header http.Header, _ []byte, err error) {
			if err != nil || status != http.StatusFound || header.Get("Location") == "" {
				t.Errorf("got %d %v %v", status, header, err)
			}
		},
		"html": func(t *testing.T, status int, header http.Header, body []byte, err error) {
			if err != nil || status != http.StatusOK || !strings.Contains(header.Get("Content-Type"), "text/html") {
				t.Errorf("got %d %s %v", status, body, err)
			}
		},
		"clock": func(t *testing.T, status int, header http.Header, _ []byte, err error) {
			date, _ := http.ParseTime(header.Get("Date"))
			if err != nil || status != http.StatusForbidden || time.Until(date) < 50*time.Minute {
				t.Errorf("got %d %v %v", status, header, err)
			}
		},
	} {
		for name, o := range map[string]simulator.Options{
			"http": {}, "https": {TLS: true}, "round trip": {TLS: true, RTT: time.Millisecond},
		} {
			t.Run(kind+" over "+name, func(t *testing.T) {
				t.Parallel()
				o.Faults = []simulator.Fault{{Service: "sts", Call: "GetCallerIdentity", Kind: kind}}
				w := start(t, o)
				status, header, body, err := w.read()
				check(t, status, header, body, err)
			})
		}
	}
}

func TestSlowAnswersEndWithTheClient(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	w.Inject(simulator.Fault{Service: "sts", Call: "*", Kind: "slow", Duration: time.Hour, Times: 1})
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := w.http.Do(w.signed("sts", "eu-west-1", askIdentity).WithContext(ctx))
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	w.Inject(simulator.Fault{Service: "sts", Call: "*", Kind: "slow", Duration: 30 * time.Millisecond, Times: 1})
	before := time.Now()
	if status, _, _, err := w.read(); err != nil || status != http.StatusOK || time.Since(before) < 30*time.Millisecond {
		t.Errorf("got %d %v after %s", status, err, time.Since(before))
	}
}
