package connectors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
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
	// local is for metadata and container credentials, which are on the
	// machine itself: no proxy, and no answer within a second is none.
	local *http.Client

	// outside is for what is not AWS: the authority in AWS_CA_BUNDLE counts
	// there besides the system's, not in their place.
	outside func() *http.Client

	// proxy is the environment's, and aws the one on the way to AWS.
	proxy, aws  func(*url.URL) (*url.URL, error)
	environment httpproxy.Config

	roots func() (*x509.CertPool, error)
	ahead ahead
}

const (
	dialTimeout  = 5 * time.Second
	replyTimeout = 10 * time.Second
	localTimeout = time.Second
	// registryTimeout is for a registry to put a layer together.
	registryTimeout = 5 * time.Minute
)

// NewNetwork reads HTTPS_PROXY, HTTP_PROXY, NO_PROXY and AWS_CA_BUNDLE by
// lookup. A bundle that cannot be read is reported by the first connection.
func NewNetwork(lookup func(string) (string, bool)) *Network {
	machine := Machine{Lookup: lookup}
	n := &Network{roots: sync.OnceValues(func() (*x509.CertPool, error) {
		return trusted(machine.get("AWS_CA_BUNDLE"))
	})}
	n.environment = proxies(machine)
	n.proxy = n.environment.ProxyFunc()
	n.aws = n.proxy
	behind := &tls.Config{MinVersion: tls.VersionTLS12}
	n.Client = client(&http.Transport{
		Proxy:                 n.trustBehind(behind),
		DialContext:           n.dial,
		DialTLSContext:        n.dialTLS,
		TLSClientConfig:       behind,
		ResponseHeaderTimeout: replyTimeout,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       20 * time.Second,
		TLSHandshakeTimeout:   dialTimeout,
	})
	n.outside = sync.OnceValue(func() *http.Client {
		open := &tls.Config{MinVersion: tls.VersionTLS12}
		// Without authorities of its own the connection fails and says why.
		open.RootCAs, _ = withSystem(machine.get("AWS_CA_BUNDLE"))
		return client(&http.Transport{
			Proxy:                 func(r *http.Request) (*url.URL, error) { return n.proxy(r.URL) },
			DialContext:           n.dialNow,
			TLSClientConfig:       open,
			ResponseHeaderTimeout: replyTimeout,
			TLSHandshakeTimeout:   dialTimeout,
		})
	})
	n.local = client(&http.Transport{
		DialContext:           (&net.Dialer{Timeout: localTimeout}).DialContext,
		ResponseHeaderTimeout: localTimeout,
	})
	n.local.Timeout = 5 * localTimeout
	return n
}

// Registries carries requests to container registries: a registry may think
// about a large layer for longer than an API of AWS about anything, and its
// answers are as large as images are.
func (n *Network) Registries() http.RoundTripper {
	transport := n.outside().Transport.(bounded).next.(*http.Transport).Clone()
	transport.Proxy = func(r *http.Request) (*url.URL, error) { return n.aws(r.URL) }
	transport.ResponseHeaderTimeout = registryTimeout
	transport.MaxIdleConnsPerHost = 16
	return transport
}

// client never follows a redirect: the next host would see what was signed
// for the first one.
func client(transport *http.Transport) *http.Client {
	return &http.Client{
		Transport:     bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
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
