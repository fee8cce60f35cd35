package images

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// Longest waits: between two attempts of ours, and because a registry asked
// for it.
const (
	longestBackoff    = 30 * time.Second
	longestRetryAfter = 2 * time.Minute
)

// trying repeats a step of a target while the network or the registry fails.
// Layer is only for reports.
func (p *push) trying(ctx context.Context, t Target, layer string, step func(ctx context.Context, seen *exchange) error) error {
	for attempt := 1; ; attempt++ {
		seen := &exchange{}
		err := step(context.WithValue(ctx, exchangeKey{}, seen), seen)
		if err == nil {
			return nil
		}
		err = brief(err)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !transient(err):
			return err
		case attempt >= p.attempts:
			return fmt.Errorf("%w (%d attempts)", err, attempt)
		}
		wait := p.backoff(attempt, seen.asked())
		p.report(Event{
			Repository: t.Name(), Layer: layer, State: Retrying,
			Note: fmt.Sprintf("%v; again in %s (attempt %d of %d)", err, wait.Round(100*time.Millisecond), attempt+1, p.attempts),
		})
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// backoff doubles with each attempt; a quarter of it is chance, so that the
// layers of a push do not all come back at once.
func (p *push) backoff(attempt int, asked time.Duration) time.Duration {
	wait := min(p.first<<min(attempt-1, 16), longestBackoff)
	wait -= time.Duration(rand.Int64N(int64(wait)/4 + 1))
	return max(wait, min(asked, longestRetryAfter))
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// exchange is what the wire sees of a step.
type exchange struct {
	// sent is called with the number of bytes of a layer that went out in this
	// attempt.
	sent func(bytes int64)
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
		e.retryAfter = retryAfter(answer.Header.Get("Retry-After"), time.Now())
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
	seen.note(request.Method, answer)
	return answer, nil
}

// loopback is where Docker, too, takes http for granted (127.0.0.0/8 is an
// insecure registry by itself).
func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// retryAfter reads seconds or a date (RFC 9110, section 10.2.3).
func retryAfter(text string, now time.Time) time.Duration {
	if seconds, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(seconds) * time.Second
	}
	if date, err := http.ParseTime(text); err == nil {
		return max(0, date.Sub(now))
	}
	return 0
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
