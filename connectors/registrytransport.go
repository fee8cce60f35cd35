package connectors

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// How long a registry may be silent: while bytes move, nobody counts the time
// that a layer takes. Putting a layer or an image together takes a registry
// longer than an API of AWS takes for anything.
const (
	stalledAfter    = time.Minute
	registryTimeout = 5 * time.Minute
)

// mostRegistryAnswer bounds what a registry answers to a push; manifests, the
// largest that one asks for, have 4 MiB at most (OCI distribution specification,
// "Pushing Manifests").
const mostRegistryAnswer = 16 << 20

// Registries carries requests to container registries.
func (n *Network) Registries() http.RoundTripper {
	transport := n.outside().Clone()
	transport.Proxy = func(r *http.Request) (*url.URL, error) { return n.aws(r.URL) }
	transport.MaxIdleConnsPerHost = 16
	return moving{transport, n.budget}
}

// moving ends a request that has not moved a byte for too long.
type moving struct {
	next   http.RoundTripper
	budget *budget
}

func (m moving) RoundTrip(r *http.Request) (*http.Response, error) {
	m.budget.try()
	most := stalledAfter
	if r.Method == http.MethodPut {
		most = registryTimeout
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	w := &watch{silence: max(min(most, left(ctx)/2), leastTry), cancel: cancel}
	w.timer = time.AfterFunc(w.silence, w.end)
	request := r.WithContext(ctx)
	if r.Body != nil && r.Body != http.NoBody {
		request.Body = &watched{ReadCloser: r.Body, watch: w}
	}
	answer, err := m.next.RoundTrip(request)
	if err != nil {
		// Stopping the watch cancels, too.
		cause := context.Cause(ctx)
		w.stop()
		if cause != nil && r.Context().Err() == nil {
			err = cause
		}
		return nil, err
	}
	answer.Body = &watched{ReadCloser: answer.Body, watch: w, last: true, left: mostRegistryAnswer}
	return answer, nil
}

// watch is the time in which a byte must move.
type watch struct {
	silence time.Duration
	timer   *time.Timer
	cancel  context.CancelCauseFunc
	once    sync.Once
}

func (w *watch) end() { w.cancel(&Unanswered{w.silence.Round(100 * time.Millisecond)}) }

func (w *watch) stop() {
	w.once.Do(func() {
		w.timer.Stop()
		w.cancel(nil)
	})
}

// watched is a body whose bytes are seen. The last one ends the watch.
type watched struct {
	io.ReadCloser
	*watch
	// last is the answer's, of which left bytes may come.
	last bool
	left int
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.ReadCloser.Read(p)
	if w.left -= n; w.last && w.left < 0 {
		return 0, spoiled("the registry's answer has more than %d bytes", mostRegistryAnswer)
	}
	if n > 0 {
		w.timer.Reset(w.silence)
	}
	if err != nil && w.last {
		w.stop()
	}
	return n, err
}

// Close ends the watch where nothing comes after it.
func (w *watched) Close() error {
	if w.last {
		w.stop()
	}
	return w.ReadCloser.Close()
}
