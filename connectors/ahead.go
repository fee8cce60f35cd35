package connectors

import (
	"context"
	"net"
	"net/url"
	"sync"
	"time"
)

// ahead holds connections that were opened before the request that needs
// them. A handshake costs two round trips, and while the source is asked for
// credentials there is nothing else to do.
type ahead struct {
	mutex   sync.Mutex
	waiting map[string][]chan opened
}

type opened struct {
	conn net.Conn
	at   time.Time
}

// freshFor is how long an unused connection is trusted to be still open.
const freshFor = 10 * time.Second

// Ahead starts to open one connection for each of the URLs, of which only
// scheme, host and port count. It returns at once. A connection that fails is
// not reported: the request that wanted it opens its own and says why it
// cannot. Nothing is opened where a proxy stands in between, since the
// transport makes that connection itself.
func (n *Network) Ahead(ctx context.Context, urls []string) {
	for _, text := range urls {
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			continue
		}
		if proxy, err := n.aws(u); err != nil || proxy != nil {
			continue
		}
		address := hostPort(u)
		dial := n.dialNow
		if u.Scheme == "https" {
			dial = n.dialTLSNow
		}
		n.ahead.start(u.Scheme+" "+address, func() (net.Conn, error) { return dial(ctx, "tcp", address) })
	}
}

func hostPort(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (a *ahead) start(key string, dial func() (net.Conn, error)) {
	result := make(chan opened, 1)
	a.mutex.Lock()
	if a.waiting == nil {
		a.waiting = map[string][]chan opened{}
	}
	a.waiting[key] = append(a.waiting[key], result)
	a.mutex.Unlock()
	go func() {
		conn, err := dial()
		if err != nil {
			conn = nil
		}
		result <- opened{conn, time.Now()}
	}()
}

// take returns a connection that was opened ahead, waiting for it if it is
// under way, or nil.
func (a *ahead) take(ctx context.Context, scheme, address string) net.Conn {
	for {
		result := a.next(scheme + " " + address)
		if result == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return nil
		case o := <-result:
			if o.conn == nil {
				return nil
			}
			if time.Since(o.at) < freshFor {
				return o.conn
			}
			_ = o.conn.Close()
		}
	}
}

func (a *ahead) next(key string) chan opened {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	queue := a.waiting[key]
	if len(queue) == 0 {
		return nil
	}
	a.waiting[key] = queue[1:]
	return queue[0]
}
