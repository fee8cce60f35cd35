package images_test

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/images"
)

func TestPushFromALayoutKeepsTheDigest(t *testing.T) {
	t.Parallel()
	one := randomImage(t, 1000, 3)
	several, err := random.Index(500, 2, 4)
	if err != nil {
		t.Fatal(err)
	}
	digestOf := func(d interface{ Digest() (v1.Hash, error) }) string {
		h, err := d.Digest()
		if err != nil {
			t.Fatal(err)
		}
		return h.String()
	}
	many := layoutOf(t, one, several)
	for _, c := range []struct{ name, source, want string }{
		{"image", layoutOf(t, one), digestOf(one)},
		{"index", "oci:" + layoutOf(t, several), digestOf(several)},
		{"one of two by its digest", "oci:" + many + "@" + digestOf(several), digestOf(several)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			image := open(t, c.source, images.Options{})
			pushed, said, err := push(t, w.options(), image, w.target("team/app", "1.2.3", "latest"))
			if err != nil {
				t.Fatal(err)
			}
			p := pushed[0]
			if p.Digest != c.want || image.Digest != c.want || p.Size != image.Size || p.Sent <= 0 || p.Sent >= p.Size {
				t.Errorf("%+v, want %s", p, c.want)
			}
			for _, tag := range []string{"1.2.3", "latest", c.want} {
				if got := w.digest(t, "team/app", tag); got != c.want {
					t.Errorf("%s is %q", tag, got)
				}
			}
			if said.states(images.Sent) != w.count("PATCH ") {
				t.Errorf("%d layers said to be sent, and %d were", said.states(images.Sent), w.count("PATCH "))
			}
		})
	}
}

func TestLayoutOfPlatformsIsOneImage(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "layout")
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	for _, architecture := range []string{"amd64", "arm64"} {
		if err := path.AppendImage(randomImage(t, 300, 1), layout.WithPlatform(v1.Platform{OS: "linux", Architecture: architecture})); err != nil {
			t.Fatal(err)
		}
	}
	w := newWorld(t)
	pushed, _, err := push(t, w.options(), open(t, dir, images.Options{}), w.target("app", "latest"))
	if err != nil {
		t.Fatal(err)
	}
	_, _, body := w.ask(t, http.MethodGet, "/v2/app/manifests/latest")
	want, err := os.ReadFile(filepath.Join(dir, "index.json"))
	if err != nil || string(body) != string(want) || w.digest(t, "app", "latest") != pushed[0].Digest {
		t.Errorf("the registry has %s, the layout %s, %v", body, want, err)
	}
}

func TestLayoutWithSeveralImagesWantsAName(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "layout")
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	first := randomImage(t, 100, 1)
	for name, image := range map[string]v1.Image{"blue": first, "green": randomImage(t, 100, 1)} {
		if err := path.AppendImage(image, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": name})); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := images.Open(t.Context(), dir, images.Options{}); err == nil || !strings.Contains(err.Error(), "blue") || !strings.Contains(err.Error(), "green") {
		t.Errorf("%v does not name what there is", err)
	}
	if _, err := images.Open(t.Context(), "oci:"+dir+":red", images.Options{}); err == nil {
		t.Error("a name that is not there was taken")
	}
	want, _ := first.Digest()
	if got := open(t, "oci:"+dir+":blue", images.Options{}); got.Digest != want.String() {
		t.Errorf("blue is %s, want %s", got.Digest, want)
	}
}

func TestLayerThatIsMissingIsFoundBeforeThePush(t *testing.T) {
	t.Parallel()
	image := randomImage(t, 1000, 2)
	layers, err := image.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[1].Digest()
	if err != nil {
		t.Fatal(err)
	}
	dir := layoutOf(t, image)
	blob := filepath.Join(dir, "blobs", "sha256", digest.Hex)
	if err := os.Truncate(blob, 10); err != nil {
		t.Fatal(err)
	}
	if _, err := images.Open(t.Context(), dir, images.Options{}); err == nil || !strings.Contains(err.Error(), "has 10 bytes") {
		t.Errorf("a cut layer: %v", err)
	}
	if err := os.Remove(blob); err != nil {
		t.Fatal(err)
	}
	if _, err := images.Open(t.Context(), dir, images.Options{}); err == nil || !strings.Contains(err.Error(), digest.Hex) {
		t.Errorf("a missing layer: %v", err)
	}
}

func TestLayersThatAreThereAreNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 4)), images.Options{})
	if _, _, err := push(t, w.options(), image, w.target("app", "1")); err != nil {
		t.Fatal(err)
	}
	sent := w.count("PATCH ")
	pushed, said, err := push(t, w.options(), image, w.target("app", "2"))
	if err != nil || sent != 5 || w.count("PATCH ") != sent || said.states(images.Present) != 5 || pushed[0].Sent != 0 {
		t.Errorf("%d and then %d layers sent, %d present, %+v, %v", sent, w.count("PATCH ")-sent, said.states(images.Present), pushed, err)
	}
}

// TestSecondRepositoryTakesTheLayersOfTheFirst speaks as the OCI distribution
// specification has it, since the test registry keeps one store of blobs.
func TestSecondRepositoryTakesTheLayersOfTheFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var mounted atomic.Int64
	w.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		switch {
		case r.Method == http.MethodHead && strings.HasPrefix(r.URL.Path, "/v2/second/blobs/"):
			refuse(rw, http.StatusNotFound, "BLOB_UNKNOWN", "")
		case r.Method == http.MethodPost && strings.HasPrefix(r.URL.Path, "/v2/second/") && r.URL.Query().Get("from") == "first":
			mounted.Add(1)
			rw.WriteHeader(http.StatusCreated)
		default:
			return false
		}
		return true
	})
	image := open(t, layoutOf(t, randomImage(t, 1000, 3)), images.Options{})
	pushed, said, err := push(t, w.options(), image, w.target("first", "1"), w.target("second", "1"))
	if err != nil || mounted.Load() != 4 || said.states(images.Mounted) != 4 || pushed[0].Sent == 0 || pushed[1].Sent != 0 {
		t.Errorf("%d mounted, %d said to be, %+v, %v", mounted.Load(), said.states(images.Mounted), pushed, err)
	}
}

func TestRegistriesAreServedSideBySide(t *testing.T) {
	t.Parallel()
	first, second := newWorld(t), newWorld(t)
	// Each waits for the other to be asked.
	reached := [2]chan struct{}{make(chan struct{}), make(chan struct{})}
	for i, w := range []*world{first, second} {
		var once atomic.Bool
		w.spoil(func(_ http.ResponseWriter, r *http.Request) bool {
			if once.CompareAndSwap(false, true) {
				close(reached[i])
			}
			select {
			case <-reached[1-i]:
			case <-r.Context().Done():
			}
			return false
		})
	}
	o := first.options()
	// Both servers have the same certificate.
	image := open(t, layoutOf(t, randomImage(t, 1000, 2)), images.Options{})
	pushed, _, err := push(t, o, image, first.target("app", "1"), second.target("app", "1", "2"))
	if err != nil || len(pushed) != 2 || second.digest(t, "app", "2") != image.Digest {
		t.Errorf("%+v, %v", pushed, err)
	}
}

func TestTargetThatFailsLeavesTheOthers(t *testing.T) {
	t.Parallel()
	good, bad := newWorld(t), newWorld(t)
	bad.spoil(func(rw http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodPost {
			refuse(rw, http.StatusNotFound, "NAME_UNKNOWN", "The repository with name 'app' does not exist in the registry with id '111111111111'")
			return true
		}
		return false
	})
	image := open(t, layoutOf(t, randomImage(t, 1000, 2)), images.Options{})
	pushed, _, err := push(t, good.options(), image, bad.target("app", "1"), good.target("app", "1"))
	var refused *images.Refusal
	if !errors.As(err, &refused) || !refused.Missing() || !strings.Contains(err.Error(), "pushing to "+bad.host()+"/app: ") {
		t.Errorf("%v", err)
	}
	if len(pushed) != 1 || pushed[0].Host != good.host() {
		t.Errorf("%+v", pushed)
	}
}

func TestJudgeSeesAllTagsOfAllTargetsBeforeAnythingIsPushed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	old := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	image := open(t, layoutOf(t, randomImage(t, 1000, 2)), images.Options{})
	for source, tag := range map[*images.Image]string{old: "old", image: "same"} {
		if _, _, err := push(t, w.options(), source, w.target("app", tag)); err != nil {
			t.Fatal(err)
		}
	}
	before := w.count("P")
	var seen [][]images.Standing
	refusal := errors.New("old may not move")
	o := w.options()
	o.Judge = func(_ context.Context, _ images.Target, tags []images.Standing) ([]string, error) {
		seen = append(seen, tags)
		if len(seen) == 2 {
			return nil, refusal
		}
		return []string{"new", "same"}, nil
	}
	targets := []images.Target{w.target("app", "new", "old", "same"), w.target("other", "same")}
	if _, _, err := push(t, o, image, targets...); !errors.Is(err, refusal) || w.count("P") != before {
		t.Errorf("%v, and %d requests that push", err, w.count("P")-before)
	}
	want := [][]images.Standing{
		{{Tag: "new"}, {Tag: "old", Digest: old.Digest}, {Tag: "same", Digest: image.Digest, Same: true}},
		{{Tag: "same"}},
	}
	if !slices.EqualFunc(seen, want, slices.Equal) {
		t.Errorf("seen %+v, want %+v", seen, want)
	}
	seen = nil
	pushed, _, err := push(t, o, image, targets[0])
	if err != nil || !slices.Equal(pushed[0].Existing, []string{"same"}) || pushed[0].Digest != image.Digest {
		t.Errorf("%+v, %v", pushed, err)
	}
	if !slices.Equal(pushed[0].Tags, []string{"new", "same"}) {
		t.Errorf("old is said to be the image: %v", pushed[0].Tags)
	}
	if w.digest(t, "app", "new") != image.Digest || w.digest(t, "app", "old") != old.Digest {
		t.Error("the tags are not what the judge said")
	}
}

func TestJudgeMayLeaveOutEverything(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	o := w.options()
	o.Judge = func(context.Context, images.Target, []images.Standing) ([]string, error) {
		return []string{"not asked for"}, nil
	}
	pushed, _, err := push(t, o, image, w.target("app", "1"))
	if err != nil || w.count("P") != 0 || pushed[0].Digest != "" || len(pushed[0].Tags) != 0 || !strings.HasSuffix(pushed[0].String(), "/app: nothing was pushed") {
		t.Errorf("%+v, %v", pushed, err)
	}
}

func TestNothingIsPushedWhereEverythingIsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 1000, 2)), images.Options{})
	if _, _, err := push(t, w.options(), image, w.target("app", "1", "2")); err != nil {
		t.Fatal(err)
	}
	before := w.count("P")
	o := w.options()
	o.Judge = judgeAll
	pushed, _, err := push(t, o, image, w.target("app", "1", "2"))
	if err != nil || w.count("P") != before || !slices.Equal(pushed[0].Existing, []string{"1", "2"}) || pushed[0].Digest != image.Digest {
		t.Errorf("%d requests that push, %+v, %v", w.count("P")-before, pushed, err)
	}
}

// TestJudgeIsToldTheDigestOfEachTag, and that a repository that does not exist
// has no tags.
func TestJudgeIsToldTheDigestOfEachTag(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	if _, _, err := push(t, w.options(), image, w.target("app", "1", "2")); err != nil {
		t.Fatal(err)
	}
	var told []images.Standing
	o := w.options()
	o.Judge = func(_ context.Context, _ images.Target, standings []images.Standing) ([]string, error) {
		told = standings
		return nil, nil
	}
	for _, c := range []struct {
		repository string
		want       []images.Standing
	}{
		{"app", []images.Standing{{Tag: "1", Digest: image.Digest, Same: true}, {Tag: "2", Digest: image.Digest, Same: true}, {Tag: "3"}}},
		{"missing", []images.Standing{{Tag: "1"}, {Tag: "2"}, {Tag: "3"}}},
	} {
		if _, _, err := push(t, o, image, w.target(c.repository, "1", "2", "3")); err != nil || !slices.Equal(told, c.want) {
			t.Errorf("%s: %+v, %v", c.repository, told, err)
		}
	}
	stranger := w.target("app", "1")
	stranger.Username = "somebody"
	var refused *images.Refusal
	if _, _, err := push(t, o, image, stranger); !errors.As(err, &refused) || !refused.Denied() {
		t.Errorf("a login that is not taken: %v", err)
	}
}

func TestNamesThatNoRegistryTakesAreRefusedBeforeAnybodyIsAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	for _, c := range []images.Target{
		{Host: w.host(), Repository: "App", Tags: []string{"1"}},
		{Host: w.host(), Repository: "app", Tags: []string{"a tag"}},
		{Host: "registry", Repository: "app", Tags: []string{"1"}},
		{Host: w.host() + "/evil", Repository: "app", Tags: []string{"1"}},
		{Host: "", Repository: "app", Tags: []string{"1"}},
	} {
		if _, _, err := push(t, w.options(), image, c); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	if w.count("") != 0 {
		t.Errorf("the registry was asked: %v", w.asked)
	}
}

// TestPasswordStaysOffPlainHTTP: the client would try http where a host looks
// private and https fails.
func TestPasswordStaysOffPlainHTTP(t *testing.T) {
	t.Parallel()
	var plain atomic.Int64
	o := images.Options{Attempts: 1, Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		if r.URL.Scheme == "http" {
			plain.Add(1)
		}
		return nil, &url.Error{Op: r.Method, URL: r.URL.String(), Err: errors.New("connection refused")}
	})}
	image := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	w := newWorld(t)
	target := w.target("app", "1")
	target.Host = "10.1.2.3:5000"
	if _, _, err := push(t, o, image, target); err == nil || plain.Load() != 0 {
		t.Errorf("%d requests by http, %v", plain.Load(), err)
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
