package connectors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
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

	proxy func(*url.URL) (*url.URL, error)
	roots func() (*x509.CertPool, error)
	ahead ahead
}

const (
	dialTimeout  = 5 * time.Second
	replyTimeout = 10 * time.Second
	localTimeout = time.Second
	// mostAnswer bounds what is read of any answer, in bytes. The largest
	// honest one, a region's authorization token, has a few thousand.
	mostAnswer = 1 << 20
)

// NewNetwork reads HTTPS_PROXY, HTTP_PROXY, NO_PROXY and AWS_CA_BUNDLE by
// lookup. A bundle that cannot be read is reported by the first connection.
func NewNetwork(lookup func(string) (string, bool)) *Network {
	machine := Machine{Lookup: lookup}
	n := &Network{roots: sync.OnceValues(func() (*x509.CertPool, error) {
		return trusted(machine.get("AWS_CA_BUNDLE"))
	})}
	n.proxy = proxies(machine).ProxyFunc()
	n.Client = client(&http.Transport{
		Proxy:                 func(r *http.Request) (*url.URL, error) { return n.proxy(r.URL) },
		DialContext:           n.dial,
		DialTLSContext:        n.dialTLS,
		TLSClientConfig:       &tls.Config{MinVersion: tls.VersionTLS12},
		ResponseHeaderTimeout: replyTimeout,
		MaxIdleConnsPerHost:   16,
		IdleConnTimeout:       20 * time.Second,
		TLSHandshakeTimeout:   dialTimeout,
	})
	n.local = client(&http.Transport{
		DialContext:           (&net.Dialer{Timeout: localTimeout}).DialContext,
		ResponseHeaderTimeout: localTimeout,
	})
	n.local.Timeout = 5 * localTimeout
	return n
}

// client never follows a redirect: the next host would see what was signed
// for the first one.
func client(transport *http.Transport) *http.Client {
	return &http.Client{
		Transport:     bounded{transport},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func proxies(m Machine) *httpproxy.Config {
	first := func(names ...string) string { text, _ := m.first(names...); return text }
	return &httpproxy.Config{
		HTTPProxy:  first("HTTP_PROXY", "http_proxy"),
		HTTPSProxy: first("HTTPS_PROXY", "https_proxy"),
		NoProxy:    first("NO_PROXY", "no_proxy"),
		CGI:        m.get("REQUEST_METHOD") != "",
	}
}

// trusted loads the authorities: those in bundle, or the system's.
func trusted(bundle string) (*x509.CertPool, error) {
	if bundle == "" {
		pool, err := x509.SystemCertPool()
		if err != nil {
			return nil, fmt.Errorf("loading the system's trusted certificates: %w", err)
		}
		return pool, nil
	}
	text, err := os.ReadFile(bundle)
	if err != nil {
		return nil, fmt.Errorf("loading AWS_CA_BUNDLE: %w", err)
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("loading AWS_CA_BUNDLE: %q holds no certificate in PEM form", bundle)
	}
	return pool, nil
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
	raw, err := n.dialNow(ctx, network, address)
	if err != nil {
		return nil, err
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("reading the address %q: %w", address, err)
	}
	roots, err := n.roots()
	if err != nil {
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

// bounded cuts answers that are larger than any honest one.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = &boundedBody{response.Body, mostAnswer}
	}
	return response, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("reading the answer: it has more than %d bytes", mostAnswer)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
