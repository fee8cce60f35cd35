package connectors_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/variables"
)

// TestTheEndpointIsTheOneThatTheSDKTakes asks nobody: it looks at the URL.
func TestTheEndpointIsTheOneThatTheSDKTakes(t *testing.T) {
	t.Parallel()
	home := files(t, "[default]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = https://sts.of.the.profile\n", "")
	for _, c := range []struct {
		region string
		env    env
		home   string
		want   string
	}{
		{"eu-west-1", nil, "", "https://sts.eu-west-1.amazonaws.com"},
		{"us-east-1", nil, "", "https://sts.us-east-1.amazonaws.com"},
		{"cn-north-1", nil, "", "https://sts.cn-north-1.amazonaws.com.cn"},
		{"us-gov-west-1", nil, "", "https://sts.us-gov-west-1.amazonaws.com"},
		{"us-east-1", env{"AWS_USE_FIPS_ENDPOINT": "true"}, "", "https://sts-fips.us-east-1.amazonaws.com"},
		{"eu-west-1", env{"AWS_USE_DUALSTACK_ENDPOINT": "true"}, "", "https://sts.eu-west-1.api.aws"},
		{"eu-west-1", env{"AWS_ENDPOINT_URL": "https://all.example.com"}, "", "https://all.example.com"},
		{"eu-west-1", env{"AWS_ENDPOINT_URL": "https://all.example.com", "AWS_ENDPOINT_URL_STS": "https://sts.example.com"}, "", "https://sts.example.com"},
		{"eu-west-1", env{"AWS_ENDPOINT_URL_STS": "https://sts.example.com", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, "", "https://sts.eu-west-1.amazonaws.com"},
		{"eu-west-1", nil, home, "https://sts.of.the.profile"},
	} {
		lookup := func(name string) (string, bool) { text, ok := c.env[name]; return text, ok }
		given := settings{"source": "environment", "role-arn": reader, "region": c.region}
		values, _ := variables.Fill(connectors.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
			text, ok := given[name]
			return variables.Input{Text: variables.NewSecret(text), Origin: name}, ok
		})
		connector, faults := connectors.New(values, connectors.Machine{Lookup: lookup, Home: c.home}, connectors.NewNetwork(lookup, 0, quiet()))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		cfg, err := connector.Config(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if got := connector.STSEndpoint(t.Context(), cfg); got != c.want {
			t.Errorf("%s %v: %q, want %q", c.region, c.env, got, c.want)
		}
	}
}

// counted is a listener in front of another address that counts connections.
func counted(t *testing.T, address string) (string, *atomic.Int32) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var connections atomic.Int32
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go join(c, address)
		}
	}()
	return listener.Addr().String(), &connections
}

func join(c net.Conn, address string) {
	defer func() { _ = c.Close() }()
	upstream, err := net.Dial("tcp", address)
	if err != nil {
		return
	}
	var both sync.WaitGroup
	both.Go(func() { _, _ = c.(*net.TCPConn).ReadFrom(upstream); _ = c.(*net.TCPConn).CloseWrite() })
	both.Go(func() { _, _ = upstream.(*net.TCPConn).ReadFrom(c); _ = upstream.(*net.TCPConn).CloseWrite() })
	both.Wait()
}

// TestConnectionsOpenedAheadAreUsed: a connection that is opened ahead and
// not used would cost AWS and us for nothing.
func TestConnectionsOpenedAheadAreUsed(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		s := start(t, simulator.Options{TLS: tls})
		scheme := map[bool]string{false: "http://", true: "https://"}[tls]
		url, _ := s.Lookup("AWS_ENDPOINT_URL_STS")
		address, connections := counted(t, url[len(scheme):])
		// A second hop may find the connection not yet free, and open its own.
		session, _ := job{aws: s, settings: settings{"source": "instance", "role-arn": deployer, "external-id": "secret-handshake"}, env: env{"AWS_ENDPOINT_URL_STS": scheme + address}}.mustOpen(t)
		if session.KnownAccount() != "222222222222" || connections.Load() != 1 {
			t.Errorf("tls %v: %d connections for one call, want 1", tls, connections.Load())
		}
	}
}

// TestAConnectionAheadThatFailsIsForgotten: the request opens its own, and its
// error is the one that is told.
func TestAConnectionAheadThatFailsIsForgotten(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	network := connectors.NewNetwork(s.Lookup, 0, quiet())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	url, _ := s.Lookup("AWS_ENDPOINT_URL_STS")
	network.Ahead(ctx, []string{url, "", "::", "https://"})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := network.Client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
}
