package images_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/remote"

	"github.com/awsvars/awsvars/images"
)

// dockerd says what a Docker engine says, from the answers that one of version
// 20.10 gave. What needs a real one is in e2e.
type dockerd struct {
	lock sync.Mutex
	// version is the API's, ping the status of the first answer.
	version string
	// names are tags by their image.
	names map[string]string
	// streams answer one push each; the last one answers all others.
	streams []string
	pushes  []string
	logins  []string
	removed []string
	// content is what a push to a relay brings; without it, no relay is reached.
	content remote.Taggable
	// relay is where one asked for a login; before is called in a push to it
	// before anything is sent, during when all is.
	relay  string
	before func()
	during func(host, password string) error
}

const (
	imageID     = "sha256:9f5747cd2c5b0d2e2f9d2b3d1e0f2f33cb1aff9b6f1a2d25fcbb21fdea1a1b5a"
	otherID     = "sha256:0c5747cd2c5b0d2e2f9d2b3d1e0f2f33cb1aff9b6f1a2d25fcbb21fdea1a1b5a"
	imageDigest = "sha256:c5c5fda71656f28e49ac9c5416b3643eaa6a108a8093151d6d1afc9463be8e33"
)

const accepted = `{"status":"The push refers to repository [h/app]"}
{"status":"Preparing","progressDetail":{},"id":"5f70bf18a086"}
{"status":"Preparing","progressDetail":{},"id":"9c27e219663c"}
{"status":"Layer already exists","progressDetail":{},"id":"9c27e219663c"}
{"status":"Pushing","progressDetail":{"current":512,"total":20000},"progress":"[\u003e  ]  512B/20kB","id":"5f70bf18a086"}
{"status":"Pushing","progressDetail":{"current":20480},"progress":"20.48kB","id":"5f70bf18a086"}
{"status":"Pushed","progressDetail":{},"id":"5f70bf18a086"}
{"status":"latest: digest: ` + imageDigest + ` size: 735"}
{"progressDetail":{},"aux":{"Tag":"latest","Digest":"` + imageDigest + `","Size":735}}
`

const present = `{"status":"Layer already exists","progressDetail":{},"id":"5f70bf18a086"}
{"progressDetail":{},"aux":{"Tag":"latest","Digest":"` + imageDigest + `","Size":735}}
`

func refusedStream(message string) string {
	text, _ := json.Marshal(message)
	return `{"status":"The push refers to repository [h/app]"}
{"status":"Preparing","progressDetail":{},"id":"5f70bf18a086"}
{"errorDetail":{"message":` + string(text) + `},"error":` + string(text) + `}
`
}

func (d *dockerd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.lock.Lock()
	defer d.lock.Unlock()
	w.Header().Set("Api-Version", d.version)
	w.Header().Set("Content-Type", "application/json")
	path := r.URL.Path
	if path == "/_ping" {
		return
	}
	if strings.HasSuffix(path, "/auth") {
		d.logIn(w, r)
		return
	}
	asked, path, _ := strings.Cut(strings.TrimPrefix(path, "/v"), "/images/")
	if asked != d.version {
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"message":"client version %s is too new. Maximum supported API version is %s"}`, asked, d.version)
		return
	}
	switch {
	case strings.HasSuffix(path, "/json"):
		d.inspect(w, strings.TrimSuffix(path, "/json"))
	case strings.HasSuffix(path, "/tag"):
		d.names[r.URL.Query().Get("repo")+":"+r.URL.Query().Get("tag")] = strings.TrimSuffix(path, "/tag")
		w.WriteHeader(http.StatusCreated)
	case strings.HasSuffix(path, "/push"):
		d.pushes = append(d.pushes, strings.TrimSuffix(path, "/push")+":"+r.URL.Query().Get("tag"))
		d.logins = append(d.logins, r.Header.Get("X-Registry-Auth"))
		if name := d.pushes[len(d.pushes)-1]; d.relay != "" && strings.HasPrefix(name, d.relay+"/") {
			_, _ = fmt.Fprint(w, d.deliver(r, name))
			return
		}
		_, _ = fmt.Fprint(w, d.streams[min(len(d.pushes), len(d.streams))-1])
	case r.Method == http.MethodDelete:
		d.removed = append(d.removed, path)
		delete(d.names, path)
		_, _ = fmt.Fprint(w, `[]`)
	}
}

func (d *dockerd) inspect(w http.ResponseWriter, name string) {
	id := d.names[name]
	if name == imageID {
		id = imageID
	}
	if id == "" {
		w.WriteHeader(http.StatusNotFound)
		_, _ = fmt.Fprintf(w, `{"message":"No such image: %s"}`, name)
		return
	}
	var tags []string
	for name, of := range d.names {
		if of == id {
			tags = append(tags, name)
		}
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"Id": id, "RepoTags": tags})
}

// listenAt serves an engine at a socket, and returns options that find it.
func listenAt(t *testing.T, d *dockerd) images.Options {
	t.Helper()
	// The name of a socket is short.
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	socket := filepath.Join(dir, "docker.sock")
	listener, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: d}}
	server.Start()
	t.Cleanup(server.Close)
	return environment(map[string]string{"DOCKER_HOST": "unix://" + socket})
}

func environment(variables map[string]string) images.Options {
	return images.Options{Backoff: time.Millisecond, Lookup: func(name string) (string, bool) {
		text, ok := variables[name]
		return text, ok
	}}
}

func engineOf(streams ...string) *dockerd {
	return &dockerd{version: "1.41", names: map[string]string{"app:1": imageID}, streams: streams}
}

func TestEnginePushesEachTagAndTakesItsNamesAway(t *testing.T) {
	t.Parallel()
	d := engineOf(accepted, present)
	d.names["127.0.0.1:5000/app:moved"] = otherID
	d.names["127.0.0.1:5000/app:kept"] = imageID
	o := listenAt(t, d)
	w := newWorld(t)
	target := w.target("app", "new", "moved", "kept")
	target.Host = "127.0.0.1:5000"
	pushed, said, err := push(t, o, open(t, "app:1", o), target)
	if err != nil {
		t.Fatal(err)
	}
	if p := pushed[0]; p.Digest != imageDigest || p.Sent != 20000 {
		t.Errorf("%+v", p)
	}
	if want := []string{"127.0.0.1:5000/app:new", "127.0.0.1:5000/app:moved", "127.0.0.1:5000/app:kept"}; !slices.Equal(d.pushes, want) {
		t.Errorf("pushed %v", d.pushes)
	}
	if !slices.Equal(d.removed, []string{"127.0.0.1:5000/app:new"}) || d.names["127.0.0.1:5000/app:moved"] != otherID || d.names["127.0.0.1:5000/app:kept"] != imageID {
		t.Errorf("removed %v, the names are %v", d.removed, d.names)
	}
	if said.states(images.Sent) != 1 || said.states(images.Present) != 1 || said.states(images.Sending) != 2 {
		t.Errorf("said %s", said)
	}
	var login struct{ Username, Password, ServerAddress string }
	text, err := base64.URLEncoding.DecodeString(d.logins[0])
	if err != nil || json.Unmarshal(text, &login) != nil || login.Username != "AWS" || login.Password != password || login.ServerAddress != target.Host {
		t.Errorf("the login is %s, %v", text, err)
	}
}

// TestOnlyNameOfAnImageStays: the engine deletes an image with its last name.
func TestOnlyNameOfAnImageStays(t *testing.T) {
	t.Parallel()
	d := engineOf(accepted)
	d.names = map[string]string{}
	o := listenAt(t, d)
	w := newWorld(t)
	pushed, _, err := push(t, o, open(t, imageID, o), w.target("app", "1", "2"))
	if err != nil {
		t.Fatal(err)
	}
	if len(d.removed) != 1 || len(d.names) != 1 || !slices.Equal(pushed[0].Left, []string{w.host() + "/app:1"}) {
		t.Errorf("removed %v, left %v, said %v", d.removed, d.names, pushed[0].Left)
	}
}

func TestRefusalInTheStreamIsAnError(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		message, want string
		is            func(*images.Refusal) bool
	}{
		{"denied: User: arn is not authorized", "denied: User: arn is not authorized", (*images.Refusal).Denied},
		{"unauthorized: authentication required", "unauthorized: authentication required", (*images.Refusal).Denied},
		{"no basic auth credentials", "unauthorized: no basic auth credentials", (*images.Refusal).Denied},
		{"unexpected status from HEAD request to https://h/v2/app/blobs/sha256:ab: 401 Unauthorized", ": 401 Unauthorized", (*images.Refusal).Denied},
		{"unexpected status from POST request to https://h/v2/app/blobs/uploads/: 403 Forbidden", ": 403 Forbidden", (*images.Refusal).Denied},
		{"name unknown: The repository with name 'app' does not exist", "name unknown: The repository", (*images.Refusal).Missing},
		{"tag invalid: The image tag 'x' already exists and cannot be overwritten because the repository is immutable.", "tag invalid: ", (*images.Refusal).Immutable},
		{"something\nelse\x1b[2J", `something\nelse\x1b[2J`, func(r *images.Refusal) bool { return !r.Denied() && !r.Busy() }},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			d := engineOf(refusedStream(c.message))
			o := listenAt(t, d)
			_, _, err := push(t, o, open(t, "app:1", o), newWorld(t).target("app", "x"))
			var r *images.Refusal
			if !errors.As(err, &r) || !c.is(r) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v", err)
			}
			if len(d.pushes) != 1 || len(d.removed) != 1 {
				t.Errorf("%d pushes, removed %v", len(d.pushes), d.removed)
			}
		})
	}
}

func TestEngineThatLostTheRegistryPushesAgain(t *testing.T) {
	t.Parallel()
	d := engineOf(refusedStream("write tcp 10.0.0.1:1->10.0.0.2:443: write: connection reset by peer"), refusedStream("received unexpected HTTP status: 500 Internal Server Error"),
		`{"status":"Preparing","progressDetail":{},"id":"5f70bf18a086"}`+"\n"+`{"sta`, accepted)
	o := listenAt(t, d)
	pushed, said, err := push(t, o, open(t, "app:1", o), newWorld(t).target("app", "x"))
	if err != nil || len(d.pushes) != 4 || said.states(images.Retrying) != 3 || pushed[0].Digest != imageDigest {
		t.Errorf("%d pushes, %+v, said %s, %v", len(d.pushes), pushed, said, err)
	}
}

// TestDigestOfAnEngineWithContainerdsStore: its stream has no aux, but says
// it in words (moby 28, daemon/containerd/image_push.go).
func TestDigestOfAnEngineWithContainerdsStore(t *testing.T) {
	t.Parallel()
	d := engineOf(`{"status":"The push refers to repository [h/app]"}
{"status":"Pushing","progressDetail":{"current":512,"total":735},"id":"5f70bf18a086"}
{"status":"Pushed","progressDetail":{},"id":"5f70bf18a086"}
{"status":"x: digest: ` + imageDigest + ` size: 735"}
`)
	o := listenAt(t, d)
	pushed, _, err := push(t, o, open(t, "app:1", o), newWorld(t).target("app", "x"))
	if err != nil || len(d.pushes) != 1 || pushed[0].Digest != imageDigest {
		t.Errorf("%d pushes, %+v, %v", len(d.pushes), pushed, err)
	}
}

// TestEngineThatHasRepeatedALayerIsNotAskedAgain: it has tried five times
// itself. One that got through in the end, and then lost the registry, is.
func TestEngineThatHasRepeatedALayerIsNotAskedAgain(t *testing.T) {
	t.Parallel()
	const again = `{"status":"Retrying in 2 seconds","progressDetail":{},"id":"5f70bf18a086"}
{"status":"Retrying in 1 second","progressDetail":{},"id":"5f70bf18a086"}
{"status":"Pushing","progressDetail":{"current":512,"total":20000},"id":"5f70bf18a086"}
`
	const lost = "received unexpected HTTP status: 500 Internal Server Error"
	for retries, want := range map[int]int{4: 1, 3: 2} {
		d := engineOf(strings.Repeat(again, retries)+refusedStream(lost), accepted)
		o := listenAt(t, d)
		_, _, err := push(t, o, open(t, "app:1", o), newWorld(t).target("app", "x"))
		var gone *images.Unreachable
		if given := errors.As(err, &gone) && strings.HasSuffix(err.Error(), lost+" (5 attempts by the Docker engine)"); given != (want == 1) || len(d.pushes) != want {
			t.Errorf("%d retries: %d pushes, %v", retries, len(d.pushes), err)
		}
	}
}

// TestTagOfTheSameImageIsFoundWithoutPushing: the engine does not know the
// digest, but the registry's manifest names the image's ID.
func TestTagOfTheSameImageIsFoundWithoutPushing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	layout := open(t, layoutOf(t, randomImage(t, 100, 1)), images.Options{})
	if _, _, err := push(t, w.options(), layout, w.target("app", "1")); err != nil {
		t.Fatal(err)
	}
	d := engineOf(accepted)
	d.names["built:1"] = layout.ID
	o := listenAt(t, d)
	o.Transport = w.Client().Transport
	o.Judge = judgeAll
	pushed, _, err := push(t, o, open(t, "built:1", o), w.target("app", "1"))
	if err != nil || len(d.pushes) != 0 || pushed[0].Digest != layout.Digest || !slices.Equal(pushed[0].Existing, []string{"1"}) {
		t.Errorf("%d pushes, %+v, %v", len(d.pushes), pushed, err)
	}
	pushed, _, err = push(t, o, open(t, "app:1", o), w.target("app", "1"))
	if err != nil || len(d.pushes) != 1 || len(pushed[0].Existing) != 0 {
		t.Errorf("another image: %d pushes, %+v, %v", len(d.pushes), pushed, err)
	}
}

func TestEngineThatCannotServe(t *testing.T) {
	t.Parallel()
	old := engineOf(accepted)
	old.version = "1.18"
	pinned := listenAt(t, engineOf(accepted))
	find := pinned.Lookup
	pinned.Lookup = func(name string) (string, bool) {
		if name == "DOCKER_API_VERSION" {
			return "1.99", true
		}
		return find(name)
	}
	for name, c := range map[string]struct {
		options images.Options
		image   string
		want    []string
	}{
		"not running":       {environment(map[string]string{"DOCKER_HOST": "unix:///nonexistent/docker.sock"}), "app:1", []string{"calling the Docker engine at unix:///nonexistent/docker.sock: nobody answers"}},
		"not a host":        {environment(map[string]string{"DOCKER_HOST": "docker.sock"}), "app:1", []string{"DOCKER_HOST"}},
		"too old":           {listenAt(t, old), "app:1", []string{"too old", "1.18", "1.24"}},
		"version not taken": {pinned, "app:1", []string{"1.99", "1.41"}},
		"no such image":     {listenAt(t, engineOf(accepted)), "other:1", []string{"has no such image", "other:1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := images.Open(t.Context(), c.image, c.options)
			if err == nil {
				t.Fatal("no error")
			}
			for _, want := range c.want {
				if !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
					t.Errorf("%v does not say %q on one line", err, want)
				}
			}
		})
	}
}
