//go:build e2e

package e2e

import (
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// registryFault is one of a registry's uploads or manifests.
func registryFault(t *testing.T, text string) simulator.Fault {
	t.Helper()
	fault, err := simulator.ParseFault("registry:" + text)
	if err != nil {
		t.Fatal(err)
	}
	return fault
}

// TestWhatAPushMeets from a layout and from an engine: what it says, its exit
// status, and what the registry holds afterwards.
func TestWhatAPushMeets(t *testing.T) {
	t.Parallel()
	need(t, "skopeo")
	for _, c := range []struct {
		name  string
		fault string
		env   func(w *dockerWorld) []string
		args  []string
		// layout and engine are what the log says, one line each.
		layout, engine []string
		status         int
		tags           []string
	}{
		{
			name: "denied", env: func(w *dockerWorld) []string { return w.UserEnv("puller") }, args: []string{"--repository", "app"},
			layout: []string{"denied: User: arn:aws:iam::111111111111:user/puller is not authorized to perform: ecr:InitiateLayerUpload on resource", "hint: the caller's policies must allow pushing to this repository"},
			status: 3,
		},
		{
			name: "no such repository", args: []string{"--repository", "none"},
			layout: []string{"The repository with name 'none' does not exist in the registry with id '111111111111'", "hint: create the repository first, or set create-repository"},
			status: 3,
		},
		{
			name: "an immutable tag of another image", args: []string{"--repository", "frozen", "--tags", "new,old"},
			layout: []string{"old is there already with another image, and immutable; nothing was pushed", "hint: the repository's tags do not move: push another tag"},
			status: 3, tags: []string{"old"},
		},
		{
			name: "a full disk", fault: "upload=full", args: []string{"--repository", "app"},
			layout: []string{"unknown error: write /var/lib/registry/upload: no space left on device (6 attempts)"},
			engine: []string{"received unexpected HTTP status: 500 Internal Server Error (5 attempts by the Docker engine)"},
			status: 4,
		},
		{
			name: "500 twice", fault: "upload=500*2", args: []string{"--repository", "app", "--tags", "1,2"},
			layout: []string{"Internal Server Error; again in", "pushed    " + irelandHost + "/app:1, :2 is sha256:"},
			engine: []string{"the Docker engine tries again", "pushed    " + irelandHost + "/app:1, :2 is sha256:"},
			status: 0, tags: []string{"1", "2"},
		},
		{
			name: "a connection cut in mid-layer", fault: "upload=reset@100000*1", args: []string{"--repository", "app", "--tags", "1,2"},
			layout: []string{"; again in", "pushed    " + irelandHost + "/app:1, :2 is sha256:"},
			engine: []string{"pushed    " + irelandHost + "/app:1, :2 is sha256:"},
			status: 0, tags: []string{"1", "2"},
		},
		{
			name: "a connection cut for ever", fault: "upload=reset@100000", args: []string{"--repository", "app"},
			layout: []string{"the layer sha256:", "(6 attempts)"}, engine: []string{"(5 attempts by the Docker engine)"},
			status: 4,
		},
	} {
		run := func(t *testing.T, w *dockerWorld, image string, want []string) {
			t.Helper()
			if slices.Contains(c.args, "frozen") {
				w.must(t, "awsvars", "push", "--source", "instance", "--image", layoutOf(t, randomImage(t, 100, 1)), "--repository", "frozen", "--tags", "old", "--registry", irelandHost)
			}
			if c.fault != "" {
				w.Inject(registryFault(t, c.fault))
			}
			env := w.environment()
			if c.env != nil {
				env = append(env, c.env(w)...)
			}
			r := w.run(t, env, "awsvars", append([]string{"push", "--image", image, "--registry", irelandHost}, c.args...)...)
			w.noLeak(t, "the log", r.log())
			for _, line := range want {
				if !strings.Contains(r.stderr, line) {
					t.Errorf("the log lacks %q", line)
				}
			}
			if r.status != c.status {
				t.Errorf("status %d, want %d", r.status, c.status)
			}
			repository := "app"
			if c.args[1] == "frozen" {
				repository = "frozen"
			}
			if tags := w.tags(t, irelandHost, repository); !slices.Equal(tags, c.tags) {
				t.Errorf("the registry has the tags %v, want %v", tags, c.tags)
			}
			if t.Failed() {
				t.Logf("the log\n%s", r.log())
			}
		}
		t.Run(c.name+", from a layout", func(t *testing.T) {
			t.Parallel()
			run(t, newDockerWorld(t), layoutOf(t, randomImage(t, 1_000_000, 2)), c.layout)
		})
		t.Run(c.name+", from an engine", func(t *testing.T) {
			t.Parallel()
			w := newDockerWorld(t).withEngine(t)
			w.build(t, "built:1", randomBytes(1, 1_000_000), randomBytes(2, 1_000_000))
			want := c.engine
			if want == nil {
				want = c.layout
			}
			run(t, w, "built:1", want)
			if names := w.must(t, "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"); names != "built:1\n" {
				t.Errorf("the engine names the image %q", names)
			}
		})
	}
}

// TestAnEngineThatCannotPush is one that is not there, or is too old: no
// token is asked for.
func TestAnEngineThatCannotPush(t *testing.T) {
	t.Parallel()
	old := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Api-Version", "1.23") })
	for _, c := range []struct {
		name   string
		engine http.Handler
		want   []string
	}{
		{"not running", nil, []string{"calling the Docker engine at unix://", ": nobody answers", "hint: is it running, and are DOCKER_HOST and its certificates right? without an engine an image can be pushed from an OCI layout or a docker save archive"}},
		{"too old", old, []string{" too old: ", " speaks version 1.23 of the API, and 1.24, of Docker 1.12, is needed"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newDockerWorld(t)
			dir, err := os.MkdirTemp("", "engine")
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = os.RemoveAll(dir) })
			socket := filepath.Join(dir, "docker.sock")
			w.host = "unix://" + socket
			if c.engine != nil {
				listener, err := net.Listen("unix", socket)
				if err != nil {
					t.Fatal(err)
				}
				server := &http.Server{Handler: c.engine}
				go func() { _ = server.Serve(listener) }()
				t.Cleanup(func() { _ = server.Close() })
			}
			r := w.do(t, "awsvars", "push", "--image", "built:1", "--repository", "app", "--registry", irelandHost)
			for _, line := range c.want {
				if !strings.Contains(r.stderr, line) {
					t.Errorf("the log lacks %q\n%s", line, r.stderr)
				}
			}
			if r.status != 6 || r.stdout != "" {
				t.Errorf("status %d, %q", r.status, r.stdout)
			}
			for _, request := range w.Requests() {
				if request.Service != "imds" {
					t.Errorf("asked for %s %s", request.Service, request.Action)
				}
			}
		})
	}
}
