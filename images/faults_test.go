package images_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/awsvars/awsvars/images"
)

// cut reads a part of the body, and closes the connection.
func cut(t *testing.T, w http.ResponseWriter, r *http.Request) {
	if _, err := io.CopyN(io.Discard, r.Body, 64<<10); err != nil {
		t.Errorf("the body ends before it is cut: %v", err)
	}
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		t.Errorf("cutting the connection: %v", err)
		return
	}
	_ = connection.Close()
}

func TestFaultThatPassesIsRetried(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		// method is that of the requests that fail, times how many do.
		method string
		times  int64
		fault  func(t *testing.T, w http.ResponseWriter, r *http.Request)
		says   string
	}{
		{"connection cut in mid-layer", http.MethodPatch, 2, cut, "again in"},
		{"500 twice to a layer", http.MethodPatch, 2, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusInternalServerError)
		}, "500"},
		{"500 twice to the start of an upload", http.MethodPost, 2, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusInternalServerError, "INTERNAL_ERROR", "try later")
		}, "internal error: try later"},
		{"503 to a manifest", http.MethodPut, 1, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusServiceUnavailable)
		}, "503"},
		{"429 with the words of ECR", http.MethodHead, 1, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			refuse(w, http.StatusTooManyRequests, "TOOMANYREQUESTS", "Rate exceeded")
		}, "429"},
		{"200 to the start of an upload", http.MethodPost, 2, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
		}, "the answer to POST is 200 OK; something between here and the registry may have sent it"},
		{"200 to a manifest", http.MethodPut, 1, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
		}, "the answer to PUT is 200 OK"},
		{"a redirect of a manifest", http.MethodPut, 1, func(_ *testing.T, w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/elsewhere", http.StatusFound)
		}, "the answer to PUT is 302 Found"},
		{"an empty answer in place of a layer's head", http.MethodHead, 1, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "0")
		}, "with another size, 0 bytes"},
		{"a web page in place of a layer's head", http.MethodHead, 1, func(_ *testing.T, w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
		}, "the answer is a web page"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			image := open(t, layoutOf(t, randomImage(t, 300_000, 3)), images.Options{})
			var failed atomic.Int64
			w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.Method != c.method || c.method == http.MethodPatch && r.ContentLength < 100_000 || failed.Add(1) > c.times {
					return false
				}
				c.fault(t, rw, r)
				return true
			})
			_, said, err := push(t, w.options(), image, w.target("app", "1"))
			if err != nil || w.digest(t, "app", "1") != image.Digest {
				t.Fatalf("%v", err)
			}
			if failed.Load() < c.times || said.states(images.Retrying) != int(c.times) || !strings.Contains(said.String(), c.says) {
				t.Errorf("%d faults, %d attempts told, said:\n%s", failed.Load(), said.states(images.Retrying), said)
			}
		})
	}
}

func TestWhatIsRefusedIsTriedOnce(t *testing.T) {
	t.Parallel()
	const immutable = "The image tag '1' already exists in the 'app' repository and cannot be overwritten because the repository is immutable."
	for _, c := range []struct {
		name, method, code, message string
		status                      int
		want                        string
		is                          func(*images.Refusal) bool
	}{
		{
			"denied", http.MethodPost, "DENIED", "User is not authorized to perform: ecr:InitiateLayerUpload\non resource app", http.StatusForbidden,
			`denied: User is not authorized to perform: ecr:InitiateLayerUpload\non resource app`, (*images.Refusal).Denied,
		},
		{
			"no such repository", http.MethodPost, "NAME_UNKNOWN", "The repository with name 'app' does not exist", http.StatusNotFound,
			"name unknown: The repository with name 'app' does not exist", (*images.Refusal).Missing,
		},
		{"immutable tag", http.MethodPut, "TAG_INVALID", immutable, http.StatusBadRequest, "tag invalid: " + immutable, (*images.Refusal).Immutable},
		// The client's library counts this code among the passing ones.
		{"denied without a code that tells", http.MethodPost, "UNKNOWN", "no", http.StatusForbidden, "unknown: no", (*images.Refusal).Denied},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
			var refused atomic.Int64
			w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
				if r.Method != c.method || c.method == http.MethodPut && !strings.HasSuffix(r.URL.Path, "/manifests/1") {
					return false
				}
				refused.Add(1)
				refuse(rw, c.status, c.code, c.message)
				return true
			})
			o := w.options()
			o.Jobs = 1
			_, said, err := push(t, o, image, w.target("app", "1"))
			var r *images.Refusal
			if !errors.As(err, &r) || !c.is(r) || !strings.HasSuffix(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if refused.Load() != 1 || said.states(images.Retrying) != 0 || w.digest(t, "app", "1") != "" {
				t.Errorf("%d requests, %d attempts told, and the registry has %q", refused.Load(), said.states(images.Retrying), w.digest(t, "app", "1"))
			}
		})
	}
}

// TestForbiddenHeadIsExplained: its own answer has no body.
func TestForbiddenHeadIsExplained(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		part, method string
		judge        func(context.Context, images.Target, []images.Standing) ([]string, error)
	}{{"/blobs/", http.MethodPost, nil}, {"/manifests/", http.MethodGet, judgeAll}} {
		w := newWorld(t)
		image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
		w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
			if r.Method != http.MethodHead && r.Method != c.method || !strings.Contains(r.URL.Path, c.part) {
				return false
			}
			refuse(rw, http.StatusForbidden, "DENIED", "nobody may "+r.Method)
			return true
		})
		o := w.options()
		o.Judge = c.judge
		_, _, err := push(t, o, image, w.target("app", "1"))
		var r *images.Refusal
		if !errors.As(err, &r) || !r.Denied() || !strings.HasSuffix(err.Error(), "denied: nobody may "+c.method) {
			t.Errorf("%s: %v", c.part, err)
		}
	}
}

// TestLayersThatNobodyMayLookForAreSent, as by Docker's engine.
func TestLayersThatNobodyMayLookForAreSent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodHead || !strings.Contains(r.URL.Path, "/blobs/") {
			return false
		}
		rw.WriteHeader(http.StatusForbidden)
		return true
	})
	pushed, _, err := push(t, w.options(), open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{}), w.target("app", "1"))
	if err != nil || pushed[0].Sent < 1000 || w.digest(t, "app", "1") != pushed[0].Digest {
		t.Errorf("%+v, %v", pushed, err)
	}
}

// TestTagsThatExistGoFirst: where they must not move, no new tag is made.
func TestTagsThatExistGoFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, _, err := push(t, w.options(), open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{}), w.target("app", "old", "older")); err != nil {
		t.Fatal(err)
	}
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/manifests/old") {
			return false
		}
		refuse(rw, http.StatusBadRequest, "TAG_INVALID", "the tag is immutable")
		return true
	})
	o := w.options()
	o.Judge = judgeAll
	_, _, err := push(t, o, open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{}), w.target("app", "new", "old", "newer", "older"))
	var r *images.Refusal
	if !errors.As(err, &r) || !r.Immutable() || w.digest(t, "app", "new")+w.digest(t, "app", "newer") != "" {
		t.Errorf("%v, and the registry has %q and %q", err, w.digest(t, "app", "new"), w.digest(t, "app", "newer"))
	}
}

// TestRefusalOfATagNamesThoseThatWerePushed: they have moved, and stay.
func TestRefusalOfATagNamesThoseThatWerePushed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/manifests/1") {
			return false
		}
		refuse(rw, http.StatusBadRequest, "TAG_INVALID", "immutable")
		return true
	})
	_, _, err := push(t, w.options(), image, w.target("app", "3", "2", "1", "0"))
	if err == nil || !strings.Contains(err.Error(), "the tag 1, with 3, 2 pushed before it: ") {
		t.Errorf("%v", err)
	}
	if w.digest(t, "app", "2") != image.Digest || w.digest(t, "app", "0") != "" {
		t.Error("other tags have moved than the error says")
	}
}

func TestAttemptsEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		refuse(rw, http.StatusInternalServerError, "UNKNOWN", "no space left on device")
		return true
	})
	o := w.options()
	o.Attempts, o.Jobs = 3, 1
	_, _, err := push(t, o, image, w.target("app", "1"))
	if err == nil || !strings.HasSuffix(err.Error(), "no space left on device (3 attempts)") || w.count("POST ") != 3 {
		t.Errorf("%d requests, %v", w.count("POST "), err)
	}
}

// TestRetryAfterIsWaitedFor: the registry's wait is longer than ours.
func TestRetryAfterIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
	var first atomic.Int64
	var waited time.Duration
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPut || !strings.HasSuffix(r.URL.Path, "/manifests/1") {
			return false
		}
		if begin := first.Load(); begin != 0 {
			waited = time.Since(time.Unix(0, begin))
			return false
		}
		first.Store(time.Now().UnixNano())
		rw.Header().Set("Retry-After", "1")
		rw.WriteHeader(http.StatusTooManyRequests)
		return true
	})
	if _, _, err := push(t, w.options(), image, w.target("app", "1")); err != nil || waited < time.Second {
		t.Errorf("waited %s, %v", waited, err)
	}
}

func TestRegistryThatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	target := w.target("app", "1")
	w.Close()
	_, _, err := push(t, w.options(), image, target)
	var gone *images.Unreachable
	if !errors.As(err, &gone) || !strings.Contains(err.Error(), target.Host) {
		t.Errorf("%v", err)
	}
}

func TestCertificateOfAnUnknownAuthorityIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	o := w.options()
	o.Transport = &http.Transport{DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, w.host())
	}}
	target := w.target("app", "1")
	target.Host = "registry.example"
	_, said, err := push(t, o, image, target)
	var authority *tls.CertificateVerificationError
	if !errors.As(err, &authority) || said.states(images.Retrying) != 0 {
		t.Errorf("said %s, %v", said, err)
	}
}

// TestInterruptionEndsThePushAtOnce while the registry holds every request.
func TestInterruptionEndsThePushAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 2)), images.Options{})
	ctx, stop := context.WithCancelCause(t.Context())
	interrupted := errors.New("interrupted")
	w.spoil(func(_ http.ResponseWriter, r *http.Request) bool {
		stop(interrupted)
		<-r.Context().Done()
		return true
	})
	if _, err := images.Push(ctx, image, []images.Target{w.target("app", "1")}, w.options()); !errors.Is(err, interrupted) {
		t.Errorf("%v", err)
	}
}

// TestUploadURLStaysOutOfErrors: its query lets whoever has it write.
func TestUploadURLStaysOutOfErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 1)), images.Options{})
	gone := httptest.NewTLSServer(http.NotFoundHandler())
	gone.Close()
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method != http.MethodPost {
			return false
		}
		rw.Header().Set("Location", gone.URL+"/upload?signature=s3cr3t")
		rw.WriteHeader(http.StatusAccepted)
		return true
	})
	_, said, err := push(t, w.options(), image, w.target("app", "1"))
	if err == nil || strings.Contains(err.Error()+said.String(), "s3cr3t") {
		t.Errorf("%v\n%s", err, said)
	}
}
