package connectors

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"sync"
)

// trustBehind looks up the proxy of a request to AWS. Behind a proxy the transport
// itself makes the TLS connection, with the configuration behind, which gets
// the authorities when it is first needed: without a proxy nobody waits for
// them here.
func (n *Network) trustBehind(behind *tls.Config) func(*http.Request) (*url.URL, error) {
	load := sync.OnceValue(func() (err error) {
		behind.RootCAs, err = n.roots()
		return err
	})
	return func(r *http.Request) (*url.URL, error) {
		proxy, err := n.aws(r.URL)
		if err != nil || proxy == nil || r.URL.Scheme != "https" {
			return proxy, err
		}
		return proxy, load()
	}
}

// withSystem loads the system's authorities and those in bundle.
func withSystem(bundle string) (*x509.CertPool, error) {
	pool, err := trusted("")
	if err != nil || bundle == "" {
		return pool, err
	}
	if text, err := os.ReadFile(bundle); err == nil {
		pool.AppendCertsFromPEM(text)
	}
	return pool, nil
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
		return nil, &Unusable{Step: "loading AWS_CA_BUNDLE", Err: err}
	}
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(text) {
		return nil, &Unusable{Step: "loading AWS_CA_BUNDLE", Err: fmt.Errorf("%q holds no certificate in PEM form", bundle)}
	}
	return pool, nil
}
