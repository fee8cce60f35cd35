//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/images"
	"github.com/awsvars/awsvars/variables"
)

// registryPassword has the hash that the registry's file of logins holds
// (bcrypt, at its lowest cost).
const (
	registryPassword = "p4ssw0rd/of+a=registry"
	registryLogins   = "AWS:$2a$04$H63Y.SS1ljMvqnmvyNdzku9WlxldmqchyNqOikVmEawnDpoIBg21."
)

// startRegistry runs Debian's docker-registry with a login, and returns its
// host. Docker takes 127.0.0.0/8 without https.
func startRegistry(t *testing.T) string {
	t.Helper()
	program, dir := need(t, "docker-registry"), t.TempDir()
	writeFile(t, filepath.Join(dir, "logins"), registryLogins+"\n", 0o600)
	writeFile(t, filepath.Join(dir, "config.yml"), fmt.Sprintf(`version: 0.1
storage: {filesystem: {rootdirectory: %[1]s/blobs}}
http: {addr: "127.0.0.1:0"}
auth: {htpasswd: {realm: registry, path: %[1]s/logins}}
`, dir), 0o600)
	return startServer(t, exec.Command(program, "serve", filepath.Join(dir, "config.yml")), `listening on (127\.0\.0\.1:\d+)`)
}

// startServer starts a server, and returns what its log says where pattern has its
// group. The server ends with the test, and is asked to before it is made to.
func startServer(t *testing.T, command *exec.Cmd, pattern string) string {
	t.Helper()
	log := &awaited{pattern: regexp.MustCompile(pattern), found: make(chan string, 1)}
	command.Stdout, command.Stderr, command.WaitDelay = log, log, 10*time.Second
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		select {
		case <-ended:
		case <-time.After(20 * time.Second):
			_ = command.Process.Kill()
			<-ended
		}
	})
	select {
	case host := <-log.found:
		return host
	case err := <-ended:
		ended <- err
		t.Fatalf("%s ended: %v\n%s", command.Path, err, log.text())
	}
	return ""
}

// awaited is a log that is waited for until it says where a server is.
type awaited struct {
	pattern *regexp.Regexp
	lock    sync.Mutex
	all     bytes.Buffer
	found   chan string
}

func (a *awaited) Write(p []byte) (int, error) {
	a.lock.Lock()
	defer a.lock.Unlock()
	a.all.Write(p)
	if at := a.pattern.FindSubmatch(a.all.Bytes()); at != nil {
		select {
		case a.found <- string(at[1]):
		default:
		}
	}
	return len(p), nil
}

func (a *awaited) text() string {
	a.lock.Lock()
	defer a.lock.Unlock()
	return a.all.String()
}

func targetAt(host, repository string, tags ...string) images.Target {
	return images.Target{Host: host, Repository: repository, Tags: tags, Username: "AWS", Password: variables.NewSecret(registryPassword)}
}

// importImage makes an image of the engine from a file of n bytes, and returns
// its name and its ID.
func importImage(t *testing.T, n int) (name, id string) {
	t.Helper()
	name = "awsvars-e2e-" + strings.ToLower(t.Name()) + ":built"
	id = importAs(t, n, name)
	t.Cleanup(func() { docker(t, "rmi", "--force", name) })
	return name, id
}

func importAs(t *testing.T, n int, names ...string) (id string) {
	t.Helper()
	need(t, "docker")
	if r := docker(t, "version"); r.status != 0 {
		missing(t, "a Docker engine: "+strings.TrimSpace(r.stderr))
	}
	content := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte([]byte(fmt.Sprintf("%-32.32s", t.Name())))).Read(content)
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := errors.Join(w.WriteHeader(&tar.Header{Name: "file", Mode: 0o644, Size: int64(n)}), write(w, content), w.Close()); err != nil {
		t.Fatal(err)
	}
	load := exec.Command("docker", append([]string{"import", "-"}, names...)...)
	load.Stdin = &archive
	out, err := load.CombinedOutput()
	if err != nil {
		t.Fatalf("importing an image: %v\n%s", err, out)
	}
	return strings.TrimSpace(string(out))
}

func write(w *tar.Writer, content []byte) error {
	_, err := w.Write(content)
	return err
}

// engineOptions find the engine as the docker command of this test does.
func engineOptions(t *testing.T) images.Options {
	home, err := os.UserHomeDir()
	if err != nil {
		t.Fatal(err)
	}
	return images.Options{Lookup: os.LookupEnv, Home: home}
}

func openImage(t *testing.T, source string, o images.Options) *images.Image {
	t.Helper()
	image, err := images.Open(t.Context(), source, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = image.Close() })
	return image
}

// inspected is a field of an image of the engine, empty where there is no such
// image.
func inspected(t *testing.T, format, name string) string {
	t.Helper()
	return strings.TrimSpace(docker(t, "image", "inspect", "--format", format, name).stdout)
}

// TestEnginePushesToTwoRegistries: the image comes back by its digest, and the
// engine has no name more than before.
func TestEnginePushesToTwoRegistries(t *testing.T) {
	name, id := importImage(t, 2_000_000)
	first, second := startRegistry(t), startRegistry(t)
	o := engineOptions(t)
	var said strings.Builder
	bars := images.NewBars(&said, func() int { return 80 })
	o.Progress = bars.Show
	image := openImage(t, name, o)
	pushed, err := images.Push(t.Context(), image, []images.Target{targetAt(first, "team/app", "1", "2", "3"), targetAt(second, "app", "1", "2", "3")}, o)
	if err != nil || len(pushed) != 2 || pushed[0].Digest != pushed[1].Digest || pushed[0].Sent < 2_000_000 {
		t.Fatalf("%+v, %v", pushed, err)
	}
	if !strings.Contains(said.String(), "Pushed") || strings.Contains(said.String(), registryPassword) {
		t.Errorf("said %q", said.String())
	}
	if tags := inspected(t, "{{.RepoTags}}", name); tags != "["+name+"]" {
		t.Errorf("the engine names the image %s", tags)
	}
	config := t.TempDir()
	login := exec.Command("docker", "--config", config, "login", "--username", "AWS", "--password-stdin", second)
	login.Stdin = strings.NewReader(registryPassword)
	if out, err := login.CombinedOutput(); err != nil {
		t.Fatalf("docker login: %v\n%s", err, out)
	}
	docker(t, "rmi", "--force", name)
	byDigest := second + "/app@" + pushed[1].Digest
	t.Cleanup(func() { docker(t, "rmi", "--force", byDigest) })
	if r := docker(t, "--config", config, "pull", byDigest); r.status != 0 || inspected(t, "{{.Id}}", byDigest) != id {
		t.Errorf("pulling: %s, and the image is %s, want %s", r.log(), inspected(t, "{{.Id}}", byDigest), id)
	}
}

func TestEngineFindsWhatTheRegistryHas(t *testing.T) {
	name, id := importImage(t, 1000)
	host := startRegistry(t)
	o := engineOptions(t)
	o.Judge = func(_ context.Context, target images.Target, _ []images.Standing) ([]string, error) {
		return target.Tags, nil
	}
	for _, source := range []string{name, id, strings.TrimPrefix(id, "sha256:")[:12]} {
		image := openImage(t, source, o)
		pushed, err := images.Push(t.Context(), image, []images.Target{targetAt(host, "app", "1")}, o)
		if err != nil {
			t.Fatal(err)
		}
		if there := slices.Equal(pushed[0].Existing, []string{"1"}); there != (source != name) {
			t.Errorf("%s: %+v", source, pushed[0])
		}
	}
}

func TestEngineTellsThatThePushIsDenied(t *testing.T) {
	name, _ := importImage(t, 1000)
	host := startRegistry(t)
	o := engineOptions(t)
	target := targetAt(host, "app", "1")
	target.Password = variables.NewSecret("wr0ng")
	image := openImage(t, name, o)
	_, err := images.Push(t.Context(), image, []images.Target{target}, o)
	var refused *images.Refusal
	if !errors.As(err, &refused) || !refused.Denied() || strings.Contains(err.Error(), "wr0ng") {
		t.Errorf("%v", err)
	}
	if tags := inspected(t, "{{.RepoTags}}", name); tags != "["+name+"]" {
		t.Errorf("the engine names the image %s", tags)
	}
}

// TestOnlyNameKeepsTheImage: the engine would delete it with its last name.
func TestOnlyNameKeepsTheImage(t *testing.T) {
	id, host := importAs(t, 1000), startRegistry(t)
	o := engineOptions(t)
	image := openImage(t, id, o)
	t.Cleanup(func() { docker(t, "rmi", "--force", id) })
	if _, err := images.Push(t.Context(), image, []images.Target{targetAt(host, "app", "1", "2")}, o); err != nil {
		t.Fatal(err)
	}
	if tags := inspected(t, "{{.RepoTags}}", id); tags != "["+host+"/app:1]" {
		t.Errorf("the engine names the image %s", tags)
	}
}

func TestEngineSavesWhatIsPushedWithoutIt(t *testing.T) {
	name, id := importImage(t, 500_000)
	host := startRegistry(t)
	archive := filepath.Join(t.TempDir(), "image.tar")
	if r := docker(t, "save", "--output", archive, name); r.status != 0 {
		t.Fatal(r.log())
	}
	image := openImage(t, archive, images.Options{Temporary: t.TempDir()})
	pushed, err := images.Push(t.Context(), image, []images.Target{targetAt(host, "app", "1")}, images.Options{})
	// With containerd's store an engine has the manifest's digest for an ID.
	if err != nil || image.ID != id && image.Digest != id || pushed[0].Sent < 500_000 {
		t.Errorf("ID %s, want %s, %+v, %v", image.ID, id, pushed, err)
	}
}

// TestSkopeoReadsBackTheSameIndex, and a second repository takes the layers of
// the first.
func TestSkopeoReadsBackTheSameIndex(t *testing.T) {
	skopeo, host := need(t, "skopeo"), startRegistry(t)
	index, err := random.Index(100_000, 2, 3)
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "layout")
	path, err := layout.Write(dir, empty.Index)
	if err != nil {
		t.Fatal(err)
	}
	if err := path.AppendIndex(index); err != nil {
		t.Fatal(err)
	}
	want, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	mounted := 0
	o := images.Options{Progress: func(e images.Event) {
		if e.State == images.Mounted {
			mounted++
		}
	}}
	pushed, err := images.Push(t.Context(), openImage(t, dir, o), []images.Target{targetAt(host, "first", "1"), targetAt(host, "second", "1")}, o)
	if err != nil || pushed[1].Sent != 0 || mounted != 9 {
		t.Fatalf("%d mounted, %+v, %v", mounted, pushed, err)
	}
	logins := filepath.Join(t.TempDir(), "auth.json")
	login := exec.Command(skopeo, "login", "--tls-verify=false", "--authfile", logins, "--username", "AWS", "--password-stdin", host)
	login.Stdin = strings.NewReader(registryPassword)
	if out, err := login.CombinedOutput(); err != nil {
		t.Fatalf("skopeo login: %v\n%s", err, out)
	}
	back := filepath.Join(t.TempDir(), "back")
	out, err := exec.Command(skopeo, "copy", "--all", "--preserve-digests", "--src-tls-verify=false", "--src-authfile", logins,
		"docker://"+host+"/second:1", "oci:"+back).CombinedOutput()
	if err != nil {
		t.Fatalf("skopeo copy: %v\n%s", err, out)
	}
	if image := openImage(t, back, images.Options{}); image.Digest != want.String() {
		t.Errorf("skopeo has %s, want %s", image.Digest, want)
	}
}

// TestEngineBehindSSH: ssh is a script that runs here what it should run
// there.
func TestEngineBehindSSH(t *testing.T) {
	name, id := importImage(t, 1000)
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "ssh"), "#!/bin/sh\necho \"$*\" >>"+dir+"/calls\nexec docker system dial-stdio\n", 0o700)
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	environment := map[string]string{"DOCKER_HOST": "ssh://builder@engine.invalid"}
	image := openImage(t, name, images.Options{Lookup: func(name string) (string, bool) {
		text, ok := environment[name]
		return text, ok
	}})
	if calls := readFile(t, filepath.Join(dir, "calls")); image.ID != id || !strings.Contains(calls, "engine.invalid") {
		t.Errorf("ID %s, want %s; ssh was called with %s", image.ID, id, calls)
	}
}
