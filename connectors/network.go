package connectors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"golang.org/x/net/http/httpproxy"
)

// Network is how a run reaches AWS: through the proxy and with the trusted
// authorities that the environment names, over connections that may have been
// opened ahead of the requests.
type Network struct {
	// Client is for the AWS APIs.
	Client *http.Client
	// Registry is for small questions to registries, which it repeats by itself.
	Registry *http.Client

	// outside is for what is not AWS: the authority in AWS_CA_BUNDLE counts
	// there besides the system's, not in their place.
	outside func() *http.Transport

	// proxy is the environment's, and aws the one on the way to AWS.
	proxy, aws  func(*url.URL) (*url.URL, error)
	environment httpproxy.Config

	roots  func() (*x509.CertPool, error)
	ahead  ahead
	budget *budget
	clock  clock
}

const (
	dialTimeout = 5 * time.Second
	// replyTimeout is for a try, from the connection to the last byte.
	replyTimeout = 5 * time.Second
	localTimeout = time.Second
	// patient is how often a service on the machine may leave a request
	// unanswered where it is known to be there.
	patient = 1
)

// NewNetwork reads HTTPS_PROXY, HTTP_PROXY, NO_PROXY and AWS_CA_BUNDLE by
// lookup. A bundle that cannot be read is reported by the first connection.
// Retries is how often a failed call is repeated, which log tells.
func NewNetwork(lookup func(string) (string, bool), retries int, log *slog.Logger) *Network {
	machine := Machine{Lookup: lookup}
	n := &Network{budget: &budget{retries: retries, log: log}, roots: sync.OnceValues(func() (*x509.CertPool, error) {
		return trusted(machine.get("AWS_CA_BUNDLE"))
	})}
	n.environment = proxies(machine)
	n.proxy = n.environment.ProxyFunc()
	n.aws = n.proxy
	behind := &tls.Config{MinVersion: tls.VersionTLS12}
	aws := prompt{&http.Transport{
		Proxy:                  n.trustBehind(behind),
		OnProxyConnectResponse: refusedByProxy,
		DialContext:            n.dial,
		DialTLSContext:         n.dialTLS,
		TLSClientConfig:        behind,
		MaxIdleConnsPerHost:    16,
		IdleConnTimeout:        20 * time.Second,
		TLSHandshakeTimeout:    dialTimeout,
	}, replyTimeout}
	n.Client = client(aws)
	n.Registry = client(repeating{next: aws, budget: n.budget, first: firstWait, most: longestWait})
	n.outside = sync.OnceValue(func() *http.Transport {
		open := &tls.Config{MinVersion: tls.VersionTLS12}
		// Without authorities of its own the connection fails and says why.
		open.RootCAs, _ = withSystem(machine.get("AWS_CA_BUNDLE"))
		return &http.Transport{
			Proxy:                  func(r *http.Request) (*url.URL, error) { return n.proxy(r.URL) },
			OnProxyConnectResponse: refusedByProxy,
			DialContext:            n.dialNow,
			TLSClientConfig:        open,
			TLSHandshakeTimeout:    dialTimeout,
		}
	})
	return n
}

// local returns a client for a service on the machine itself: no proxy, and no
// answer within a second is none. Silent is how often that is no reason to
// give up.
func (n *Network) local(silent int) *http.Client {
	return client(repeating{
		next:   prompt{&http.Transport{DialContext: (&net.Dialer{Timeout: localTimeout}).DialContext}, localTimeout},
		budget: n.budget, first: firstLocal, most: longestLocal, local: true, silent: silent,
	})
}

// beyond returns a client for what is not AWS.
func (n *Network) beyond() *http.Client {
	return client(repeating{next: prompt{n.outside(), replyTimeout}, budget: n.budget, first: firstWait, most: longestWait})
}

// Retries is how often a failed call is repeated.
func (n *Network) Retries() int { return n.budget.retries }

// Again is asked before something is repeated that the network's own clients do
// not repeat; an error says why it must not be. Wait is what the service asked
// for.
func (n *Network) Again(ctx context.Context, wait time.Duration) error {
	return n.budget.spend(ctx, wait)
}

// client never follows a redirect: the next host would see what was signed
// for the first one.
func client(transport http.RoundTripper) *http.Client {
	return &http.Client{
		Transport:     transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// refusedByProxy says what the transport would call by a word of HTTP alone.
func refusedByProxy(_ context.Context, proxy *url.URL, connect *http.Request, answer *http.Response) error {
	if answer.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyRefusal{Proxy: proxy.Host, Host: connect.Host, Status: answer.StatusCode}
}

func (n *Network) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if c := n.ahead.take(ctx, "http", address); c != nil {
		return c, nil
	}
	return n.dialNow(ctx, network, address)
}

func (n *Network) dialTLS(ctx context.Context, network, address string) (net.Conn, error) {
	if c := n.ahead.take(ctx, "https", address); c != nil {
		return c, nil
	}
	return n.dialTLSNow(ctx, network, address)
}

func (n *Network) dialNow(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, network, address)
}

// dialTLSNow loads the authorities while the connection is being made.
func (n *Network) dialTLSNow(ctx context.Context, network, address string) (net.Conn, error) {
	go func() { _, _ = n.roots() }()
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address %q: %w", address, err)
	}
	raw, err := n.dialNow(ctx, network, address)
	if err != nil {
		return nil, err
	}
	roots, err := n.roots()
	if err != nil {
		_ = raw.Close()
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, dialTimeout)
	defer cancel()
	c := tls.Client(raw, &tls.Config{MinVersion: tls.VersionTLS12, ServerName: host, RootCAs: roots})
	if err := c.HandshakeContext(ctx); err != nil {
		_ = raw.Close()
		return nil, err
	}
	return c, nil
}
