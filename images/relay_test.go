package images_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/awsvars/awsvars/images"
)

// login is what an engine is told.
type login struct{ Username, Password, ServerAddress string }

// logIn asks the registry, as an engine does; one that is elsewhere reaches
// somebody else, who takes every login.
func (d *dockerd) logIn(w http.ResponseWriter, r *http.Request) {
	var l login
	_ = json.NewDecoder(r.Body).Decode(&l)
	d.relay = l.ServerAddress
	if d.content != nil {
		request, _ := http.NewRequestWithContext(r.Context(), http.MethodGet, "http://"+l.ServerAddress+"/v2/", nil)
		request.SetBasicAuth(l.Username, l.Password)
		answer, err := http.DefaultClient.Do(request)
		if err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusOK {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
	}
	_, _ = fmt.Fprint(w, `{"Status":"Login Succeeded"}`)
}

// deliver pushes to a relay in truth, and returns what the engine says of it.
func (d *dockerd) deliver(r *http.Request, to string) string {
	var l login
	text, _ := base64.URLEncoding.DecodeString(r.Header.Get("X-Registry-Auth"))
	_ = json.Unmarshal(text, &l)
	if d.before != nil {
		d.before()
	}
	tag, err := name.NewTag(to)
	if err == nil {
		err = put(r.Context(), tag, d.content, authn.FromConfig(authn.AuthConfig{Username: l.Username, Password: l.Password}))
	}
	if err == nil && d.during != nil {
		err = d.during(l.ServerAddress, l.Password)
	}
	if err != nil {
		return refusedStream(err.Error())
	}
	digest, _ := d.content.(interface{ Digest() (v1.Hash, error) }).Digest()
	return `{"status":"Preparing","id":"5f70bf18a086"}
{"status":"Pushing","progressDetail":{"current":512,"total":20000},"id":"5f70bf18a086"}
{"status":"Pushed","id":"5f70bf18a086"}
{"progressDetail":{},"aux":{"Tag":"image","Digest":"` + digest.String() + `","Size":735}}
`
}

func put(ctx context.Context, tag name.Tag, content remote.Taggable, auth authn.Authenticator) error {
	o := []remote.Option{remote.WithContext(ctx), remote.WithAuth(auth), remote.WithTransport(http.DefaultTransport)}
	if index, ok := content.(v1.ImageIndex); ok {
		return remote.WriteIndex(tag, index, o...)
	}
	return remote.Write(tag, content.(v1.Image), o...)
}

// relaying is an engine beside three registries, with a private place for
// temporary files.
func relaying(t *testing.T, content remote.Taggable, streams ...string) (*dockerd, images.Options, [3]*world) {
	t.Helper()
	d := engineOf(streams...)
	d.content = content
	o := listenAt(t, d)
	all := [3]*world{newWorld(t), newWorld(t), newWorld(t)}
	// All servers have the same certificate.
	o.Transport, o.Temporary = all[0].Client().Transport, t.TempDir()
	return d, o, all
}

// clean fails where a relay has left something.
func (d *dockerd) clean(t *testing.T, o images.Options) {
	t.Helper()
	if left, _ := filepath.Glob(filepath.Join(o.Temporary, "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	if len(d.names) != 1 || d.names["app:1"] != imageID {
		t.Errorf("the engine has %v", d.names)
	}
}

// TestEnginePushesOnceToSeveralRegistries: it compresses the layers once, and
// each registry has the engine's own manifest.
func TestEnginePushesOnceToSeveralRegistries(t *testing.T) {
	t.Parallel()
	index, err := random.Index(2000, 2, 2)
	if err != nil {
		t.Fatal(err)
	}
	for kind, content := range map[string]interface {
		remote.Taggable
		Digest() (v1.Hash, error)
	}{"image": randomImage(t, 5000, 4), "index": index} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d, o, w := relaying(t, content)
			d.during = func(host, given string) error {
				for _, wrong := range []string{"", password, given + "x"} {
					request, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/v2/", nil)
					request.SetBasicAuth("awsvars", wrong)
					if answer, err := http.DefaultClient.Do(request); err != nil || answer.Body.Close() != nil || answer.StatusCode != http.StatusUnauthorized {
						t.Errorf("the login %q: %v, %v", wrong, answer, err)
					}
				}
				if info, err := os.Stat(filepath.Join(o.Temporary, first(t, o.Temporary))); err != nil || info.Mode().Perm() != 0o700 || given == password {
					t.Errorf("%v, %v, the login is %s", info, err, given)
				}
				return nil
			}
			pushed, said, err := push(t, o, open(t, "app:1", o), w[0].target("app", "1", "2"), w[1].target("app", "1"), w[0].target("other", "1"), w[2].target("app", "1"))
			if err != nil || len(d.pushes) != 1 {
				t.Fatalf("pushed %v, %v", d.pushes, err)
			}
			want, _ := content.Digest()
			for i, at := range []string{w[0].digest(t, "app", "2"), w[1].digest(t, "app", "1"), w[0].digest(t, "other", "1"), w[2].digest(t, "app", "1")} {
				if at != want.String() || pushed[i].Digest != at {
					t.Errorf("%d has %s, pushed %+v, want %s", i, at, pushed[i], want)
				}
			}
			if pushed[0].Sent == 0 || pushed[0].Sent != pushed[1].Sent || pushed[2].Sent != 0 {
				t.Errorf("sent %d, %d, %d", pushed[0].Sent, pushed[1].Sent, pushed[2].Sent)
			}
			if !strings.Contains(said.String(), w[2].host()+"/app") || said.states(images.Abandoned) > 0 {
				t.Errorf("said %s", said)
			}
			d.clean(t, o)
		})
	}
}

func first(t *testing.T, dir string) string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil || len(all) != 1 {
		t.Fatalf("%v, %v", all, err)
	}
	return all[0].Name()
}

// TestLayersThatAllRegistriesHaveAreNotAskedFor: compressing them again would
// be for nothing.
func TestLayersThatAllRegistriesHaveAreNotAskedFor(t *testing.T) {
	t.Parallel()
	content := randomImage(t, 50_000, 3)
	d, o, w := relaying(t, content)
	layout := open(t, layoutOf(t, content), images.Options{})
	if _, _, err := push(t, o, layout, w[0].target("app", "old"), w[1].target("app", "old")); err != nil {
		t.Fatal(err)
	}
	var kept []string
	d.during = func(string, string) error {
		kept, _ = filepath.Glob(filepath.Join(o.Temporary, "*", "blobs", "sha256", "*"))
		return nil
	}
	pushed, _, err := push(t, o, open(t, "app:1", o), w[0].target("app", "1"), w[1].target("app", "1"))
	if err != nil || len(kept) > 0 || pushed[0].Sent+pushed[1].Sent != 0 || w[1].digest(t, "app", "1") != layout.Digest {
		t.Errorf("sent %d and %d, kept %v, %v", pushed[0].Sent, pushed[1].Sent, kept, err)
	}
	pushed, _, err = push(t, o, open(t, "app:1", o), w[0].target("app", "2"), w[2].target("app", "2"))
	if err != nil || len(kept) != 4 || pushed[0].Sent != 0 || pushed[1].Sent == 0 || w[2].digest(t, "app", "2") != layout.Digest {
		t.Errorf("one has none: %+v, kept %v, %v", pushed, kept, err)
	}
	d.clean(t, o)
}

// TestEngineThatCannotRelayPushesToEach: nothing is lost but time.
func TestEngineThatCannotRelayPushesToEach(t *testing.T) {
	t.Parallel()
	noPlace := func(_ *dockerd, o *images.Options) { o.Temporary = filepath.Join(o.Temporary, "none") }
	placeGone := func(d *dockerd, o *images.Options) {
		d.before = func() { _ = os.RemoveAll(filepath.Join(o.Temporary, first(t, o.Temporary))) }
	}
	failing := func(d *dockerd, _ *images.Options) {
		d.during = func(string, string) error { return errors.New("no\nmore") }
	}
	for kind, c := range map[string]struct {
		content remote.Taggable
		spoil   func(*dockerd, *images.Options)
		pushes  int
		says    string
	}{
		"elsewhere":            {nil, func(*dockerd, *images.Options) {}, 2, "on another machine"},
		"fails in the middle":  {randomImage(t, 1000, 2), failing, 3, `no\nmore`},
		"tells another digest": {lying{randomImage(t, 1000, 1)}, func(*dockerd, *images.Options) {}, 3, "sha256:00"},
		"no place":             {randomImage(t, 1000, 2), noPlace, 2, "no such file"},
		"place gone":           {randomImage(t, 1000, 2), placeGone, 3, "no such file"},
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			d, o, w := relaying(t, c.content, accepted)
			c.spoil(d, &o)
			pushed, said, err := push(t, o, open(t, "app:1", o), w[0].target("app", "1"), w[1].target("app", "1"))
			if err != nil || len(d.pushes) != c.pushes || len(pushed) != 2 || pushed[1].Digest != imageDigest {
				t.Errorf("pushed %v, %+v, %v", d.pushes, pushed, err)
			}
			for _, words := range []string{"Docker engine compresses for each registry anew: ", c.says} {
				if !strings.Contains(said.String(), words) {
					t.Errorf("does not say %q: %s", words, said)
				}
			}
			d.clean(t, o)
		})
	}
}

// lying is an image whose engine tells another digest.
type lying struct{ v1.Image }

func (lying) Digest() (v1.Hash, error) {
	return v1.Hash{Algorithm: "sha256", Hex: strings.Repeat("0", 64)}, nil
}

func TestRegistryThatRefusesWhatARelayHasLeavesTheOthers(t *testing.T) {
	t.Parallel()
	content := randomImage(t, 1000, 5)
	d, o, w := relaying(t, content)
	w[1].spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost || r.Method == http.MethodHead {
			refuse(rw, http.StatusForbidden, "DENIED", "not authorized")
			return true
		}
		return false
	})
	pushed, _, err := push(t, o, open(t, "app:1", o), w[0].target("app", "1"), w[1].target("app", "1"), w[2].target("app", "1"))
	var refused *images.Refusal
	if !errors.As(err, &refused) || !refused.Denied() || strings.Contains(err.Error(), w[2].host()) || len(d.pushes) != 1 {
		t.Errorf("pushed %v, %v", d.pushes, err)
	}
	want, _ := content.Digest()
	if len(pushed) != 2 || w[0].digest(t, "app", "1") != want.String() || w[2].digest(t, "app", "1") != want.String() {
		t.Errorf("%+v", pushed)
	}
	d.clean(t, o)
}

// TestRegistryThatDoesNotSayWhatItHasIsAskedOnce: the engine waits for the
// answer.
func TestRegistryThatDoesNotSayWhatItHasIsAskedOnce(t *testing.T) {
	t.Parallel()
	content := randomImage(t, 100, 20)
	d, o, w := relaying(t, content)
	var healed atomic.Bool
	// Nothing is sent there before the layers are in the first repository.
	const second = "/v2/second/blobs/"
	w[1].spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if healed.Load() || !strings.HasPrefix(r.URL.Path, second) {
			return false
		}
		rw.WriteHeader(http.StatusInternalServerError)
		return true
	})
	asked := 0
	d.during = func(string, string) error {
		asked = w[1].count(http.MethodHead + " " + second)
		healed.Store(true)
		return nil
	}
	pushed, _, err := push(t, o, open(t, "app:1", o), w[0].target("app", "1"), w[1].target("app", "1"), w[1].target("second", "1"))
	// The engine asks for some layers side by side.
	if err != nil || len(pushed) != 3 || asked == 0 || asked > 10 {
		t.Errorf("asked %d times, %+v, %v", asked, pushed, err)
	}
	d.clean(t, o)
}

// TestOnlyNameIsOneOfATargetWithARelay, where it is nobody else's.
func TestOnlyNameIsOneOfATargetWithARelay(t *testing.T) {
	t.Parallel()
	d, o, w := relaying(t, randomImage(t, 1000, 1))
	target := w[0].target("app", "1")
	d.names = map[string]string{}
	pushed, _, err := push(t, o, open(t, imageID, o), target, w[1].target("app", "1"))
	if err != nil || !slices.Equal(pushed[0].Left, []string{target.Name() + ":1"}) || len(pushed[1].Left) > 0 || len(d.names) != 1 {
		t.Errorf("left %v, said %+v, %v", d.names, pushed, err)
	}
	d.names = map[string]string{target.Name() + ":1": otherID}
	pushed, _, err = push(t, o, open(t, imageID, o), target, w[1].target("app", "1"))
	if err != nil || d.names[target.Name()+":1"] != otherID || len(pushed[0].Left) != 1 || d.names[pushed[0].Left[0]] != imageID || len(d.names) != 2 {
		t.Errorf("left %v, said %+v, %v", d.names, pushed, err)
	}
}

func TestInterruptionEndsARelay(t *testing.T) {
	t.Parallel()
	d, o, w := relaying(t, randomImage(t, 1000, 2))
	ctx, stop := context.WithCancelCause(t.Context())
	d.during = func(string, string) error {
		stop(errors.New("interrupted"))
		return nil
	}
	pushed, err := images.Push(ctx, open(t, "app:1", o), []images.Target{w[0].target("app", "1"), w[1].target("app", "1")}, o)
	if err == nil || !strings.Contains(err.Error(), "interrupted") || len(pushed) > 0 || len(d.pushes) != 1 || w[0].digest(t, "app", "1") != "" {
		t.Errorf("pushed %v, %+v, %v", d.pushes, pushed, err)
	}
	d.clean(t, o)
}
