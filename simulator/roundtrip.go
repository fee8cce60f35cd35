package simulator

import (
	"net"
	"time"
)

// slowListener puts a round trip between a client and the server.
//
// What a client sends becomes readable one round trip after it was sent, and
// at the earliest two after the connection was opened, because on a real
// network the TCP handshake takes the first of them. The server's answers are
// not held back: a round trip is counted once, on the way in. So a request
// over a new connection takes two round trips, over TLS 1.3 three, and each
// further one on the same connection one, as on a real network.
type slowListener struct {
	net.Listener
	rtt time.Duration
}

func (l slowListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return newSlowConn(conn, l.rtt), nil
}

// slowConn reads from a pipe, which knows deadlines, what a goroutine feeds
// into it at the right time, and writes straight to the network.
type slowConn struct {
	net.Conn
	arrived net.Conn
}

type chunk struct {
	data  []byte
	ready time.Time
}

func newSlowConn(conn net.Conn, rtt time.Duration) *slowConn {
	open := time.Now().Add(rtt)
	feed, arrived := net.Pipe()
	// The queue stands for what is under way on the wire.
	wire := make(chan chunk, 1024)
	closed := make(chan struct{})
	go receive(conn, wire, closed, open, rtt)
	go deliver(feed, wire, closed)
	return &slowConn{Conn: conn, arrived: arrived}
}

// receive stamps what arrives; two chunks may be under way at once.
func receive(conn net.Conn, wire chan<- chunk, closed <-chan struct{}, open time.Time, rtt time.Duration) {
	defer close(wire)
	for {
		buffer := make([]byte, 32<<10)
		n, err := conn.Read(buffer)
		sent := time.Now()
		if sent.Before(open) {
			sent = open
		}
		if n > 0 {
			select {
			case wire <- chunk{buffer[:n], sent.Add(rtt)}:
			case <-closed:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func deliver(feed net.Conn, wire <-chan chunk, closed chan<- struct{}) {
	defer close(closed)
	defer func() { _ = feed.Close() }()
	for c := range wire {
		if wait := time.Until(c.ready); wait > 0 {
			time.Sleep(wait)
		}
		if _, err := feed.Write(c.data); err != nil {
			return
		}
	}
}

func (c *slowConn) Read(p []byte) (int, error) { return c.arrived.Read(p) }

func (c *slowConn) Close() error {
	_ = c.arrived.Close()
	return c.Conn.Close()
}

func (c *slowConn) SetReadDeadline(t time.Time) error { return c.arrived.SetReadDeadline(t) }

func (c *slowConn) SetDeadline(t time.Time) error {
	if err := c.arrived.SetReadDeadline(t); err != nil {
		return err
	}
	return c.Conn.SetWriteDeadline(t)
}

// reset makes the connection's end a TCP reset instead of an orderly close.
func reset(conn net.Conn) {
	switch c := conn.(type) {
	case *slowConn:
		reset(c.Conn)
	case interface{ NetConn() net.Conn }: // *tls.Conn
		reset(c.NetConn())
	case *net.TCPConn:
		_ = c.SetLinger(0)
	}
	_ = conn.Close()
}
