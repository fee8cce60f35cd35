//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/simulator"
)

// registryWorld has registries in two accounts and three regions, a user who
// may only pull, and the role of the instance, which may everything.
const registryWorld = `
region: eu-west-1
instance-id: i-0a1b2c3d4e5f67890
instance-role: arn:aws:iam::111111111111:role/agent
accounts:
  "111111111111":
    users:
      ci: {}
      puller: {allow: ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]}
    roles:
      agent:
        trust: [{service: ec2.amazonaws.com}]
    repositories:
      eu-west-1:
        app: {}
        frozen: {tag-mutability: IMMUTABLE}
      eu-central-1: {app: {}}
      us-east-1: {app: {}}
  "222222222222":
    repositories:
      eu-west-1:
        app: {shared-with: ["111111111111"]}
`

const (
	irelandHost   = "111111111111.dkr.ecr.eu-west-1.amazonaws.com"
	frankfurtHost = "111111111111.dkr.ecr.eu-central-1.amazonaws.com"
	otherHost     = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
)

// dockerWorld is a world whose registries docker, skopeo and awsvars reach by
// their real names.
type dockerWorld struct {
	*world
	// host is the Docker engine's, as in DOCKER_HOST; empty without one.
	host string
}

func newDockerWorld(t *testing.T, faults ...simulator.Fault) *dockerWorld {
	t.Helper()
	config, err := simulator.ParseConfig([]byte(registryWorld))
	if err != nil {
		t.Fatal(err)
	}
	w := &dockerWorld{world: newWorldWith(t, config)}
	for _, fault := range faults {
		w.Inject(fault)
	}
	return w
}

// withEngine gives the world a Docker engine of its own, which finds the
// registries as awsvars does. Nothing else on the machine is touched.
func (w *dockerWorld) withEngine(t *testing.T) *dockerWorld {
	t.Helper()
	need(t, "docker")
	program := need(t, "dockerd")
	if os.Getuid() != 0 {
		missing(t, "root, whom a Docker engine needs")
	}
	// The name of a socket is short.
	dir, err := os.MkdirTemp("", "engine")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		unmountBelow(t, dir)
		_ = os.RemoveAll(dir)
	})
	at := func(name string) string { return filepath.Join(dir, name) }
	command := exec.Command(program, "--host", "unix://"+at("docker.sock"), "--data-root", at("data"), "--exec-root", at("exec"),
		"--pidfile", at("pid"), "--config-file", at("none.json"), "--bridge=none", "--iptables=false")
	writeFile(t, at("none.json"), "{}", 0o600)
	command.Env = w.env(w.RegistryProxyEnv()...)
	w.host = "unix://" + startServer(t, command, `API listen on (/\S+docker\.sock)`)
	return w
}

// unmountBelow takes away what an engine leaves mounted, its network namespace
// for one.
func unmountBelow(t *testing.T, dir string) {
	t.Helper()
	var below []string
	for line := range strings.Lines(readFile(t, "/proc/self/mounts")) {
		if fields := strings.Fields(line); len(fields) > 1 && strings.HasPrefix(fields[1], dir+"/") {
			below = append(below, fields[1])
		}
	}
	slices.Sort(below)
	slices.Reverse(below)
	for _, mount := range below {
		if out, err := exec.Command("umount", mount).CombinedOutput(); err != nil {
			t.Errorf("umount %s: %v\n%s", mount, err, out)
		}
	}
}

// environment is what leads a command to the registries and to the engine.
func (w *dockerWorld) environment(more ...string) []string {
	env := append(w.RegistryProxyEnv(), "DOCKER_BUILDKIT=0", "REGISTRY_AUTH_FILE="+filepath.Join(w.home, ".docker", "config.json"))
	if w.host != "" {
		env = append(env, "DOCKER_HOST="+w.host)
	}
	return append(env, more...)
}

func (w *dockerWorld) do(t *testing.T, name string, args ...string) result {
	t.Helper()
	return w.run(t, w.environment(), name, args...)
}

// must runs a command that has to succeed, and returns what it prints. No
// secret is among it.
func (w *dockerWorld) must(t *testing.T, name string, args ...string) string {
	t.Helper()
	r := w.do(t, name, args...)
	w.noLeak(t, "what "+name+" prints", r.log())
	if r.status != 0 {
		t.Fatalf("%s %s: status %d\n%s", name, strings.Join(args, " "), r.status, r.log())
	}
	return r.stdout
}

// build makes an image FROM scratch with one layer for each content, and
// returns its ID.
func (w *dockerWorld) build(t *testing.T, name string, contents ...[]byte) string {
	t.Helper()
	dir, file := t.TempDir(), "FROM scratch\n"
	for i, content := range contents {
		layer := "layer" + string(rune('a'+i))
		writeFile(t, filepath.Join(dir, layer), string(content), 0o644)
		file += "COPY " + layer + " /\n"
	}
	writeFile(t, filepath.Join(dir, "Dockerfile"), file, 0o644)
	w.must(t, "docker", "build", "--tag", name, dir)
	return strings.TrimSpace(w.must(t, "docker", "image", "inspect", "--format", "{{.Id}}", name))
}

// delivered are the variables that awsvars wrote as JSON.
func (w *dockerWorld) delivered(t *testing.T, name string) map[string]string {
	t.Helper()
	var variables map[string]string
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(w.dir, name))), &variables); err != nil {
		t.Fatal(err)
	}
	return variables
}

// layoutOf writes images and indexes as an OCI layout.
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

func randomImage(t *testing.T, size, layers int64) v1.Image {
	t.Helper()
	image, err := random.Image(size, layers)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// randomBytes do not compress.
func randomBytes(seed uint64, n int) []byte {
	content := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte(fmt.Appendf(nil, "%032d", seed))).Read(content)
	return content
}

// tags are those that a registry has, asked for with a login of its own.
func (w *dockerWorld) tags(t *testing.T, host, repository string) []string {
	t.Helper()
	need(t, "skopeo")
	w.must(t, "awsvars", "login", "--source", "instance", "--registry", host)
	var list struct{ Tags []string }
	if err := json.Unmarshal([]byte(w.must(t, "skopeo", "list-tags", "docker://"+host+"/"+repository)), &list); err != nil {
		t.Fatal(err)
	}
	return list.Tags
}
