package connectors

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Reached is how an endpoint of AWS answered a request that says nothing.
type Reached struct {
	Host string
	// Proxy is the host of the proxy on the way, empty for none.
	Proxy string
	// Ahead is what the answer's clock is ahead of this machine's; Dated tells
	// whether there was one.
	Ahead time.Duration
	Dated bool
	// Certificate is the one that it showed, trusted or not, nil for none.
	Certificate *x509.Certificate
	Err         error
}

// Endpoint is the URL of STS for this connector, with the region that stands
// in for one that is not known yet.
func (c *Connector) Endpoint(ctx context.Context, cfg aws.Config) string {
	return endpointOfSTS(ctx, anywhere(cfg))
}

// ProxyTo is the proxy on the way to a URL of AWS, nil for none.
func (n *Network) ProxyTo(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return n.aws(u)
}

// Reach sends a request without a word in it, and no signature. Whatever the
// answer is, it tells the way, the certificate and the clock.
func (n *Network) Reach(ctx context.Context, address string) Reached {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Reached{Err: err}
	}
	r := Reached{Host: request.URL.Host}
	if proxy, err := n.aws(request.URL); err == nil && proxy != nil {
		r.Proxy = proxy.Host
	}
	sent := time.Now()
	answer, err := n.Client.Do(request)
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) && len(untrusted.UnverifiedCertificates) > 0 {
		r.Certificate = untrusted.UnverifiedCertificates[0]
	}
	if err != nil {
		r.Err = err
		return r
	}
	_ = answer.Body.Close()
	if answer.TLS != nil && len(answer.TLS.PeerCertificates) > 0 {
		r.Certificate = answer.TLS.PeerCertificates[0]
	}
	if date, err := http.ParseTime(answer.Header.Get("Date")); err == nil {
		// The header has whole seconds, and was written on the way.
		middle := sent.Add(time.Since(sent) / 2)
		r.Ahead, r.Dated = date.Add(time.Second/2).Sub(middle), true
	}
	return r
}
