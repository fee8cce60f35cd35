package simulator_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"golang.org/x/sync/errgroup"

	"github.com/awsvars/awsvars/simulator"
)

// begin starts an upload and returns its address.
func (w world) begin(login *authn.Basic) string {
	w.t.Helper()
	answer := w.layer(login, http.MethodPost, uploads(mine+"app"), nil)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusAccepted {
		w.t.Fatal(answer.Status)
	}
	location, err := answer.Location()
	if err != nil {
		w.t.Fatal(err)
	}
	return location.String()
}

func digestOf(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }

func TestLayersMayComeInParts(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	login := w.login(w.user("ci"), "eu-west-1")
	content := []byte("a layer in three parts")
	address := w.begin(login)
	for _, step := range []struct {
		method, address, body string
		status                int
		ranges                string
	}{
		{http.MethodPatch, address, string(content[:5]), 202, "0-4"},
		{http.MethodPatch, address, string(content[5:9]), 202, "0-8"},
		{http.MethodGet, address, "", 204, "0-8"},
		{http.MethodPut, address + "?digest=" + digestOf(content), string(content[9:]), 201, ""},
		{http.MethodPut, address + "?digest=" + digestOf(content), "", 404, ""},
		{http.MethodPatch, w.begin(login) + "x", "x", 404, ""},
		{http.MethodPut, w.begin(login) + "?digest=" + digestOf(content), "something else", 400, ""},
		{http.MethodPost, uploads(mine+"app") + "?digest=" + digestOf([]byte("at once")), "at once", 201, ""},
		{http.MethodPost, uploads(mine+"app") + "?mount=" + digestOf(content) + "&from=other", "", 202, "0-0"},
	} {
		answer := w.layer(login, step.method, step.address, strings.NewReader(step.body))
		_ = answer.Body.Close()
		if got := answer.Header.Get("Range"); answer.StatusCode != step.status || got != step.ranges {
			t.Errorf("%s %s: got %s %s, want %d %s", step.method, step.address, answer.Status, got, step.status, step.ranges)
		}
	}
	for digest, want := range map[string]string{digestOf(content): string(content), digestOf([]byte("at once")): "at once"} {
		answer := w.layer(login, http.MethodGet, strings.TrimSuffix(uploads(mine+"app"), "uploads/")+digest, nil)
		got, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || string(got) != want {
			t.Errorf("got %q %v, want %q", got, err, want)
		}
	}
}

func TestPartsMustFollowEachOther(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	login := w.login(w.user("ci"), "eu-west-1")
	request, err := http.NewRequest(http.MethodPatch, w.begin(login), strings.NewReader("late"))
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth(login.Username, login.Password)
	request.Header.Set("Content-Range", "5-8")
	answer, err := w.proxied().RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusRequestedRangeNotSatisfiable {
		t.Errorf("got %s", answer.Status)
	}
}

// counted tells how much was taken out of it.
type counted struct {
	io.Reader
	n atomic.Int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 4096)])
	c.n.Add(int64(n))
	return n, err
}

func TestUploadsFailInTheMiddle(t *testing.T) {
	t.Parallel()
	const size = 8 << 20
	for kind, want := range map[string]int{"500": 500, "503": 503, "throttle": 429, "full": 500, "reset": 0} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := configured(t, world2)
			login := w.login(w.user("ci"), "eu-west-1")
			fault, err := simulator.ParseFault("registry:upload=" + kind + "@1048576*1+1")
			if err != nil {
				t.Fatal(err)
			}
			w.Inject(fault)
			send := func() (int, string, int64) {
				body := &counted{Reader: bytes.NewReader(make([]byte, size))}
				answer, err := w.tryLayer(login, http.MethodPatch, w.begin(login), body)
				if err != nil {
					// The client says ErrClosed where its reader saw the reset
					// before its writer did.
					if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) && !errors.Is(err, io.EOF) && !errors.Is(err, net.ErrClosed) {
						t.Errorf("got %v, want a reset", err)
					}
					return 0, "", body.n.Load()
				}
				defer answer.Body.Close()
				text, _ := io.ReadAll(answer.Body)
				return answer.StatusCode, string(text), body.n.Load()
			}
			if status, _, _ := send(); status != http.StatusAccepted {
				t.Fatalf("the first upload is before the fault, and got %d", status)
			}
			status, text, sent := send()
			if status != want || sent < 1<<20 {
				t.Errorf("got %d %s after %d bytes, want %d", status, text, sent, want)
			}
			if kind == "full" && !strings.Contains(text, "no space left on device") {
				t.Errorf("got %s", text)
			}
			if status, _, _ := send(); status != http.StatusAccepted {
				t.Errorf("the fault should be over, and got %d", status)
			}
		})
	}
}

func TestUploadsPauseInTheMiddle(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	login := w.login(w.user("ci"), "eu-west-1")
	address := w.begin(login)
	w.Inject(simulator.Fault{Service: "registry", Call: "upload", Kind: "slow", Bytes: 3, Duration: 50 * time.Millisecond})
	before := time.Now()
	answer := w.layer(login, http.MethodPut, address+"?digest="+digestOf([]byte("slowly")), strings.NewReader("slowly"))
	_ = answer.Body.Close()
	if took := time.Since(before); answer.StatusCode != http.StatusCreated || took < 50*time.Millisecond {
		t.Errorf("got %s after %s", answer.Status, took)
	}
}

func TestAFailedUploadLeavesNothing(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	w.Inject(simulator.Fault{Service: "registry", Call: "upload", Kind: "full", After: 1})
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	err := remote.Write(tag(t, mine+"app:1"), randomImage(t, 1000, 3), options...)
	var refused *transport.Error
	if !errors.As(err, &refused) || refused.StatusCode != http.StatusInternalServerError {
		t.Fatalf("got %v, want a full disk", err)
	}
	_, err = remote.Get(tag(t, mine+"app:1"), options...)
	wantRegistry(t, err, 404, "MANIFEST_UNKNOWN", "Requested image not found")
}

// BenchmarkUpload uploads 200 MB in 10 layers, 5 at a time as docker push does.
// B/op holds the client's share too, and shows whether layers are kept in
// memory.
func BenchmarkUpload(b *testing.B) {
	config, err := simulator.ParseConfig([]byte(world2))
	if err != nil {
		b.Fatal(err)
	}
	w := start(b, simulator.Options{Config: config})
	login := w.login(w.user("ci"), "eu-west-1")
	layers := make([][]byte, 10)
	digests := make([]string, len(layers))
	for i := range layers {
		layers[i] = make([]byte, 20_000_000)
		_, _ = rand.NewChaCha8([32]byte{byte(i)}).Read(layers[i])
		digests[i] = digestOf(layers[i])
	}
	for name, transport := range map[string]*http.Transport{"http": w.http.Transport.(*http.Transport), "proxied": w.proxied()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(200_000_000)
			b.ReportAllocs()
			for b.Loop() {
				address := "http://" + w.RegistryHost() + "/v2/app/blobs/uploads/"
				if name == "proxied" {
					address = uploads(mine + "app")
				}
				var group errgroup.Group
				group.SetLimit(5)
				for i, layer := range layers {
					group.Go(func() error { return uploadLayer(b, transport, login, address, layer, digests[i]) })
				}
				if err := group.Wait(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// uploadLayer makes docker's three requests.
func uploadLayer(b *testing.B, transport *http.Transport, login *authn.Basic, address string, layer []byte, digest string) error {
	for _, step := range []struct {
		method, query string
		body          io.Reader
		status        int
	}{
		{http.MethodPost, "", nil, http.StatusAccepted},
		{http.MethodPatch, "", struct{ io.Reader }{bytes.NewReader(layer)}, http.StatusAccepted},
		{http.MethodPut, "?digest=" + digest, nil, http.StatusCreated},
	} {
		request, err := http.NewRequestWithContext(b.Context(), step.method, address+step.query, step.body)
		if err != nil {
			return err
		}
		request.SetBasicAuth(login.Username, login.Password)
		answer, err := transport.RoundTrip(request)
		if err != nil {
			return err
		}
		_ = answer.Body.Close()
		if answer.StatusCode != step.status {
			return fmt.Errorf("%s: got %s", step.method, answer.Status)
		}
		location, err := answer.Location()
		if err != nil {
			return err
		}
		address = location.String()
	}
	return nil
}
