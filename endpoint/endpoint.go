package endpoint

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// Source gets new credentials. It must return soon after its context ends,
// which is after a minute or when the endpoint is closed. The text of its
// errors is logged and told to the clients, so it must hold no secret.
type Source func(context.Context) (Credentials, error)

// Options say what an endpoint serves.
type Options struct {
	// Source is asked, by one renewal at a time, when credentials are due.
	Source Source
	// First are the credentials to begin with. They must be new: half of
	// what is left of their life is when they are renewed.
	First Credentials
	// Log gets a line for each renewal; nil means none.
	Log *slog.Logger
	// Now is the clock that credentials expire by; nil means time.Now.
	Now func() time.Time
}

// Endpoint is a running server on a port of 127.0.0.1 that the system chose.
// Its methods may be called from several goroutines at once.
type Endpoint struct {
	keeper  *keeper
	token   variables.Secret
	address string
	path    string
	server  *http.Server
	serving sync.WaitGroup
}

// Start listens and serves until Close is called.
func Start(o Options) (*Endpoint, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	keeper, err := newKeeper(o)
	if err != nil {
		return nil, fmt.Errorf("starting the credentials endpoint: %w", err)
	}
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("starting the credentials endpoint: %w", err)
	}
	e := &Endpoint{
		keeper:  keeper,
		token:   variables.NewSecret(random(32)),
		address: listener.Addr().String(),
		path:    "/" + random(16),
	}
	e.server = server(http.HandlerFunc(e.serve))
	e.serving.Go(func() { _ = e.server.Serve(listener) })
	return e, nil
}

// server has limits, so that no program on the machine can hold it up.
func server(handler http.Handler) *http.Server {
	return &http.Server{
		Handler: handler,
		// It would answer OPTIONS * to those without the token.
		DisableGeneralOptionsHandler: true,
		MaxHeaderBytes:               8 << 10,
		// There is no ReadTimeout: it would end the context of a request that
		// waits for a renewal. Bodies are not read.
		ReadHeaderTimeout: 5 * time.Second,
		WriteTimeout:      renewalLimit + 15*time.Second,
		IdleTimeout:       30 * time.Second,
		// What other programs on the machine send is no news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
}

// random is URL-safe text that n random bytes make. It cannot fail
// (crypto/rand.Read, since Go 1.24).
func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}

// URL is for AWS_CONTAINER_CREDENTIALS_FULL_URI.
func (e *Endpoint) URL() string { return "http://" + e.address + e.path }

// Token is for AWS_CONTAINER_AUTHORIZATION_TOKEN.
func (e *Endpoint) Token() variables.Secret { return e.token }

// Close ends the listener, all connections and a running renewal, and returns
// when nothing of them runs any more.
func (e *Endpoint) Close() error {
	err := e.server.Close()
	e.keeper.close()
	e.serving.Wait()
	if err != nil {
		return fmt.Errorf("closing the credentials endpoint: %w", err)
	}
	return nil
}
