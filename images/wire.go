package images

import (
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

// exchange is what the wire sees of a step.
type exchange struct {
	// sent is called with the number of bytes of a layer that went out in this
	// attempt.
	sent func(bytes int64)
	// size is the blob's, 0 where it is not known.
	size int64
	// lock is held because the client asks by https and http side by side where
	// it may find either.
	lock sync.Mutex
	// present and mounted tell that nothing had to be sent.
	present, mounted bool
	retryAfter       time.Duration
}

func (e *exchange) note(method string, answer *http.Response) {
	e.lock.Lock()
	defer e.lock.Unlock()
	// 201 to the start of an upload means that the blob was mounted (OCI
	// distribution specification, "Mounting a blob from another repository").
	e.present = e.present || method == http.MethodHead && answer.StatusCode == http.StatusOK
	e.mounted = e.mounted || method == http.MethodPost && answer.StatusCode == http.StatusCreated
	if answer.StatusCode == http.StatusTooManyRequests || answer.StatusCode == http.StatusServiceUnavailable {
		e.retryAfter = refusal.RetryAfter(answer.Header, time.Now())
	}
}

// outcome is what became of a blob that the client says is there.
func (e *exchange) outcome() State {
	e.lock.Lock()
	defer e.lock.Unlock()
	switch {
	case e.present:
		return Present
	case e.mounted:
		return Mounted
	}
	return Sent
}

// asked is the registry's Retry-After, 0 for none.
func (e *exchange) asked() time.Duration {
	e.lock.Lock()
	defer e.lock.Unlock()
	return e.retryAfter
}

type exchangeKey struct{}

// errPlain is what keeps a password off the network: the client tries plain
// http with hosts that look private when https fails.
var errPlain = errors.New("the registry does not speak https, and a password goes nowhere without it but to this machine itself")

// wire notes in the step's exchange what the client does not tell.
type wire struct{ inner http.RoundTripper }

func (w wire) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.URL.Scheme != "https" && !loopback(request.URL.Hostname()) {
		return nil, errPlain
	}
	seen, ok := request.Context().Value(exchangeKey{}).(*exchange)
	if !ok {
		return w.inner.RoundTrip(request)
	}
	if request.Method == http.MethodPatch && seen.sent != nil {
		request = counted(request, seen.sent)
	}
	answer, err := w.inner.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	if odd := oddity(request, answer, seen.size); odd != "" {
		_ = answer.Body.Close()
		return nil, &misplaced{odd}
	}
	seen.note(request.Method, answer)
	return answer, nil
}

// loopback is where Docker, too, takes http for granted (127.0.0.0/8 is an
// insecure registry by itself).
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// counted returns a request whose body tells how much of it was read.
func counted(request *http.Request, sent func(int64)) *http.Request {
	request = request.Clone(request.Context())
	request.Body = &counter{ReadCloser: request.Body, sent: sent}
	if again := request.GetBody; again != nil {
		request.GetBody = func() (io.ReadCloser, error) {
			body, err := again()
			if err != nil {
				return nil, err
			}
			return &counter{ReadCloser: body, sent: sent}, nil
		}
	}
	return request
}

// counter reports in steps that a reader can follow.
type counter struct {
	io.ReadCloser
	sent           func(int64)
	done, reported int64
}

const reportEvery = 256 << 10

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	c.done += int64(n)
	if c.done-c.reported >= reportEvery || err != nil {
		c.reported = c.done
		c.sent(c.done)
	}
	return n, err
}
