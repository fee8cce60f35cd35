package simulator

import (
	"bufio"
	"net"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// RegistryProxyEnv is what leads an HTTPS client to this AWS's registries by
// their real names, such as 222222222222.dkr.ecr.eu-west-1.amazonaws.com:
// KEY=VALUE, to be added to Env. The proxy knows registries only and refuses
// every other host, so that nothing leaves the machine by it. NO_PROXY must be
// as it is here, because one that held .amazonaws.com would lead out.
//
// AWS_CA_BUNDLE is for AWS's SDKs, SSL_CERT_FILE for what is written in Go or
// uses OpenSSL, as docker, skopeo and curl do. Both name one file, which holds
// the system's authorities too.
func (s *Simulator) RegistryProxyEnv() []string {
	proxy, bundle := "http://"+s.endpoints.proxy, filepath.Join(s.dir, "ca.pem")
	return []string{
		"HTTPS_PROXY=" + proxy,
		"https_proxy=" + proxy,
		"NO_PROXY=127.0.0.1,localhost",
		"no_proxy=127.0.0.1,localhost",
		"AWS_CA_BUNDLE=" + bundle,
		"SSL_CERT_FILE=" + bundle,
	}
}

// serveProxy is an HTTP proxy for the registries' hosts (RFC 9110, section
// 9.3.6). Behind it is no second connection: what comes through is handed to
// the server of the registries.
func (s *Simulator) serveProxy(w http.ResponseWriter, r *http.Request) {
	host, port, err := net.SplitHostPort(r.Host)
	if _, ok := placeOf(host); !ok || err != nil || port != "443" || r.Method != http.MethodConnect {
		http.Error(w, "this proxy leads to registries of Amazon ECR on port 443 only", http.StatusForbidden)
		return
	}
	conn, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if _, err := conn.Write([]byte("HTTP/1.1 200 Connection Established\r\n\r\n")); err != nil {
		_ = conn.Close()
		return
	}
	s.tunnels.hand(readAhead{conn, buffered.Reader})
}

// readAhead is a connection of which some was read already.
type readAhead struct {
	net.Conn
	from *bufio.Reader
}

func (c readAhead) Read(p []byte) (int, error) { return c.from.Read(p) }

// NetConn lets a reset reach the network.
func (c readAhead) NetConn() net.Conn { return c.Conn }

// tunnels is the listener whose connections come through the proxy. The
// connection's round trips begin where the client connected to the far end.
type tunnels struct {
	rtt    time.Duration
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newTunnels(rtt time.Duration) *tunnels {
	return &tunnels{rtt: rtt, conns: make(chan net.Conn), closed: make(chan struct{})}
}

func (t *tunnels) hand(conn net.Conn) {
	if t.rtt > 0 {
		conn = newSlowConn(conn, t.rtt)
	}
	select {
	case t.conns <- conn:
	case <-t.closed:
		_ = conn.Close()
	}
}

func (t *tunnels) Accept() (net.Conn, error) {
	select {
	case conn := <-t.conns:
		return conn, nil
	case <-t.closed:
		return nil, net.ErrClosed
	}
}

func (t *tunnels) Close() error {
	t.once.Do(func() { close(t.closed) })
	return nil
}

// Addr is nowhere: nobody can connect here but by the proxy.
func (t *tunnels) Addr() net.Addr { return &net.TCPAddr{} }
