package images_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/registry"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/variables"
)

const password = "p4ssw0rd/of+a=registry"

// world is a registry over TLS that wants a login.
type world struct {
	*httptest.Server
	lock sync.Mutex
	// fault answers a request itself where it returns true.
	fault func(w http.ResponseWriter, r *http.Request) bool
	// asked has a line for each request.
	asked []string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	inner := registry.New(registry.Logger(log.New(io.Discard, "", 0)))
	made := &world{}
	made.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, given, _ := r.BasicAuth(); user != "AWS" || given != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="registry"`)
			refuse(w, http.StatusUnauthorized, "UNAUTHORIZED", "authentication required")
			return
		}
		made.lock.Lock()
		made.asked = append(made.asked, r.Method+" "+r.URL.Path)
		fault := made.fault
		made.lock.Unlock()
		if fault != nil && fault(w, r) {
			return
		}
		inner.ServeHTTP(w, r)
	}))
	made.Config.ErrorLog = log.New(io.Discard, "", 0)
	made.StartTLS()
	t.Cleanup(made.Close)
	return made
}

func refuse(w http.ResponseWriter, status int, code, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = fmt.Fprintf(w, `{"errors":[{"code":%q,"message":%q}]}`, code, message)
}

func (w *world) host() string { return strings.TrimPrefix(w.URL, "https://") }

func (w *world) target(repository string, tags ...string) images.Target {
	return images.Target{Host: w.host(), Repository: repository, Tags: tags, Username: "AWS", Password: variables.NewSecret(password)}
}

// count returns how many requests begin like this.
func (w *world) count(prefix string) int {
	w.lock.Lock()
	defer w.lock.Unlock()
	n := 0
	for _, line := range w.asked {
		if strings.HasPrefix(line, prefix) {
			n++
		}
	}
	return n
}

func (w *world) spoil(fault func(w http.ResponseWriter, r *http.Request) bool) {
	w.lock.Lock()
	defer w.lock.Unlock()
	w.fault = fault
}

// options push to this registry, fast where something fails.
func (w *world) options() images.Options {
	return images.Options{Transport: w.Client().Transport, Backoff: time.Millisecond}
}

// ask makes a request with the login.
func (w *world) ask(t *testing.T, method, path string) (int, http.Header, []byte) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, w.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("AWS", password)
	answer, err := w.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, answer.Header, body
}

// digest is what the registry has under a tag, empty for nothing.
func (w *world) digest(t *testing.T, repository, tag string) string {
	t.Helper()
	status, header, _ := w.ask(t, http.MethodHead, "/v2/"+repository+"/manifests/"+tag)
	if status != http.StatusOK {
		return ""
	}
	return header.Get("Docker-Content-Digest")
}

func randomImage(t *testing.T, size int64, layers int) v1.Image {
	t.Helper()
	image, err := random.Image(size, int64(layers))
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// layoutOf writes images as a layout.
func layoutOf(t *testing.T, all ...any) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "layout")
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range all {
		switch one := one.(type) {
		case v1.Image:
			err = path.AppendImage(one)
		case v1.ImageIndex:
			err = path.AppendIndex(one)
		default:
			t.Fatalf("%T", one)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func open(t *testing.T, source string, o images.Options) *images.Image {
	t.Helper()
	image, err := images.Open(t.Context(), source, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := image.Close(); err != nil {
			t.Error(err)
		}
	})
	return image
}

// spoken is all that a push says while it runs: events, lines and bars.
type spoken struct {
	bytes.Buffer
	events []images.Event
	lines  *images.Lines
	bars   *images.Bars
}

func listen() *spoken {
	s := &spoken{}
	s.lines = images.NewLines(func(line string) { _, _ = fmt.Fprintln(s, line) })
	s.bars = images.NewBars(s, func() int { return 80 })
	return s
}

func (s *spoken) hear(e images.Event) {
	s.events = append(s.events, e)
	_, _ = fmt.Fprintf(s, "%v %+v %#v\n", e, e, e)
	s.lines.Show(e)
	s.bars.Show(e)
}

func (s *spoken) states(state images.State) int {
	n := 0
	for _, e := range s.events {
		if e.State == state {
			n++
		}
	}
	return n
}

// push pushes, and returns what was said; the password is in none of it.
func push(t *testing.T, o images.Options, image *images.Image, targets ...images.Target) ([]images.Pushed, *spoken, error) {
	t.Helper()
	said := listen()
	o.Progress = said.hear
	pushed, err := images.Push(t.Context(), image, targets, o)
	said.bars.Close()
	all := fmt.Sprintf("%s %v %+v %#v %v %#v", said.String(), pushed, pushed, pushed, err, err)
	for _, secret := range []string{password, "QVdTOnA0c3N3MHJk", "cDRzc3cwcmQ"} {
		if strings.Contains(all, secret) {
			t.Errorf("a push says the password: %s", all)
		}
	}
	return pushed, said, err
}

// judgeAll wants every tag pushed.
func judgeAll(_ context.Context, target images.Target, _ []images.Standing) ([]string, error) {
	return target.Tags, nil
}
