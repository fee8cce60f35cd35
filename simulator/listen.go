package simulator

import (
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
)

// endpoints are the addresses of the listeners, host:port.
type endpoints struct {
	api       string
	metadata  string
	container string
	oidc      string
	registry  string
	proxy     string
}

// listen opens the listeners. The AWS APIs and the registry are far away and
// may be HTTPS, GitHub is near its runners and may be HTTPS, metadata and
// container credentials are on the machine itself and never are. Registries
// under their real names are HTTPS always; they are reached by the proxy,
// which is as near as a proxy of the machine.
func (s *Simulator) listen(o Options) error {
	var err error
	for _, l := range []struct {
		address *string
		handler http.Handler
		tls     bool
		far     bool
	}{
		{&s.endpoints.api, http.HandlerFunc(s.serveAPI), o.TLS, true},
		{&s.endpoints.metadata, http.HandlerFunc(s.serveMetadata), false, false},
		{&s.endpoints.container, http.HandlerFunc(s.serveContainer), false, false},
		{&s.endpoints.oidc, http.HandlerFunc(s.serveOIDC), o.TLS, false},
		{&s.endpoints.registry, http.HandlerFunc(s.serveOpenRegistry), o.TLS, true},
		{&s.endpoints.proxy, http.HandlerFunc(s.serveProxy), false, false},
	} {
		var inner net.Listener
		if inner, err = net.Listen("tcp4", "127.0.0.1:0"); err != nil {
			return fmt.Errorf("listening on loopback: %w", err)
		}
		*l.address = inner.Addr().String()
		if l.far && o.RTT > 0 {
			inner = slowListener{inner, o.RTT}
		}
		if l.tls {
			inner = tls.NewListener(inner, s.authority.local())
		}
		s.serve(inner, l.handler)
	}
	s.serve(tls.NewListener(s.tunnels, s.authority.registries()), http.HandlerFunc(s.serveNamedRegistry))
	return nil
}

func (s *Simulator) serve(listener net.Listener, handler http.Handler) {
	server := &http.Server{
		Handler: handler,
		// Clients that give up are ordinary here and no news.
		ErrorLog: log.New(io.Discard, "", 0),
	}
	s.servers = append(s.servers, server)
	s.serving.Go(func() { _ = server.Serve(listener) })
}

func (s *Simulator) scheme() string {
	if s.tls {
		return "https"
	}
	return "http"
}

// CA is the PEM of the authority of the registries, and with Options.TLS of
// all HTTPS listeners.
func (s *Simulator) CA() []byte { return s.authority.pem }

// RegistryHost is the registry's host:port, as it stands in an image's name.
func (s *Simulator) RegistryHost() string { return s.endpoints.registry }
