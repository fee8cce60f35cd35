package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"time"
)

// service is one of AWS's services in one region, over connections of its
// own.
type service struct {
	name, region, endpoint string
	client                 *http.Client
}

// trust loads the authorities of AWS_CA_BUNDLE.
type trust func() *x509.CertPool

// newTrust loads them at once in the background if ahead, else when the first
// connection needs them.
func newTrust(ahead bool) trust {
	load := sync.OnceValue(func() *x509.CertPool {
		pool := x509.NewCertPool()
		text, err := os.ReadFile(os.Getenv("AWS_CA_BUNDLE"))
		if err == nil {
			pool.AppendCertsFromPEM(text)
		}
		return pool
	})
	if ahead && os.Getenv("AWS_CA_BUNDLE") != "" {
		go load()
	}
	return load
}

type opened struct {
	conn net.Conn
	err  error
}

func newService(name, region, endpoint string, t trust, ahead bool) *service {
	u, err := url.Parse(endpoint)
	if err != nil {
		panic(err)
	}
	dial := func() (net.Conn, error) { return connect(u, t) }
	if ahead {
		// One connection is all that a service needs here.
		waiting := make(chan opened, 1)
		go func() {
			conn, err := connect(u, t)
			waiting <- opened{conn, err}
		}()
		dial = func() (net.Conn, error) {
			o := <-waiting
			return o.conn, o.err
		}
	}
	take := func(context.Context, string, string) (net.Conn, error) { return dial() }
	return &service{
		name: name, region: region, endpoint: strings.TrimSuffix(endpoint, "/") + "/",
		client: &http.Client{Transport: &http.Transport{DialContext: take, DialTLSContext: take}},
	}
}

func connect(u *url.URL, t trust) (net.Conn, error) {
	raw, err := net.Dial("tcp", u.Host)
	if err != nil || u.Scheme != "https" {
		return raw, err
	}
	conn := tls.Client(raw, &tls.Config{ServerName: u.Hostname(), RootCAs: t()})
	return conn, conn.Handshake()
}

func (s *service) post(k keys, contentType, target, body string) ([]byte, error) {
	request, err := http.NewRequest(http.MethodPost, s.endpoint, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", contentType)
	if target != "" {
		request.Header.Set("X-Amz-Target", target)
	}
	sign(request, k, s.name, s.region, body, time.Now().UTC())
	return answered(s.client.Do(request))
}
