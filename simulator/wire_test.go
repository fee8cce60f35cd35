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

	"github.com/awsvars/awsvars/simulator"
)

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
			if kind == "huge" && name != "http" {
				continue // 64 MiB of TLS under the race detector take seconds
			}
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
	w := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "*", Kind: "slow", Duration: time.Hour}}})
	for len(w.Requests()) == 0 { // on a busy machine a client can leave before it was heard
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
		_, err := w.http.Do(w.signed("sts", "eu-west-1", askIdentity).WithContext(ctx))
		cancel()
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("got %v", err)
		}
	}
}

func TestSlowAnswersComeInTheirTime(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "*", Kind: "slow", Duration: 30 * time.Millisecond}}})
	before := time.Now()
	if status, _, _, err := w.read(); err != nil || status != http.StatusOK || time.Since(before) < 30*time.Millisecond {
		t.Errorf("got %d %v after %s", status, err, time.Since(before))
	}
}
