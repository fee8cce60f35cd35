package simulator_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// A round trip that is long beside what two shared cores add by themselves.
const rtt = 100 * time.Millisecond

func TestRoundTripsAreCountedAsOnANetwork(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		tls   bool
		first time.Duration
	}{
		"http":  {false, 2 * rtt},
		"https": {true, 3 * rtt},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var late string
			for range 3 { // a busy machine may be late, but not each time
				if late = measure(t, c.tls, c.first); late == "" {
					return
				}
			}
			t.Error(late)
		})
	}
}

// measure makes three requests over one connection. Too early is an error,
// too late is told.
func measure(t *testing.T, overTLS bool, first time.Duration) (late string) {
	t.Helper()
	w := start(t, simulator.Options{TLS: overTLS, RTT: rtt})
	for turn, want := range []time.Duration{first, rtt, rtt} {
		request := w.signed("sts", "eu-west-1", askIdentity)
		before := time.Now()
		if status, body := w.send(request); status != http.StatusOK {
			t.Fatal(status, body)
		}
		took := time.Since(before)
		if took < want {
			t.Errorf("request %d took %s, want at least %s", turn+1, took, want)
		}
		if took > want+rtt*8/10 {
			late = fmt.Sprintf("request %d took %s, want %s", turn+1, took, want)
		}
	}
	return late
}

// A client that connects while it waits for something else has paid for the
// handshake when it needs the connection.
func TestConnectingAheadSavesTheHandshake(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{RTT: rtt})
	request := w.signed("sts", "eu-west-1", askIdentity)
	conn, err := net.Dial("tcp", request.URL.Host)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return conn, nil }}
	defer client.CloseIdleConnections()
	timer := time.NewTimer(rtt)
	<-timer.C
	before := time.Now()
	answer, err := client.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if took := time.Since(before); took < rtt || took > rtt*18/10 {
		t.Errorf("took %s, want %s", took, rtt)
	}
}

func TestMetadataHasNoRoundTrip(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{RTT: time.Hour})
	if _, err := w.instance().Retrieve(t.Context()); err != nil {
		t.Error(err)
	}
}
