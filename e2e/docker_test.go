//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
)

// TestAJobLogsInPushesAndLogsOut: three tags go to two registries, the image
// comes back by the digest that was delivered, and after the logout it does
// not come any more.
func TestAJobLogsInPushesAndLogsOut(t *testing.T) {
	t.Parallel()
	w := newDockerWorld(t).withEngine(t)
	const registries = frankfurtHost + "," + otherHost
	w.must(t, "awsvars", "login", "--registry", registries)
	id := w.build(t, "built:1", randomBytes(1, 300_000), []byte("small"))
	w.must(t, "awsvars", "push", "--image", "built:1", "--repository", "app", "--tags", "1.4.2,1.4,latest",
		"--registry", registries, "--output", "pushed.json", "--format", "json")
	if names := w.must(t, "docker", "image", "ls", "--format", "{{.Repository}}:{{.Tag}}"); names != "built:1\n" {
		t.Errorf("the engine names the image %q", names)
	}
	w.must(t, "docker", "image", "rm", "built:1")
	delivered := w.delivered(t, "pushed.json")
	for _, registry := range []struct{ host, key string }{{frankfurtHost, "111111111111.eu-central-1"}, {otherHost, "222222222222.eu-west-1"}} {
		byDigest := delivered["custom.aws.ecr."+registry.key+".imageUriWithDigest"]
		digest := delivered["custom.aws.ecr."+registry.key+".digest"]
		if !strings.HasPrefix(digest, "sha256:") || byDigest != registry.host+"/app@"+digest {
			t.Fatalf("delivered %q with digest %q", byDigest, digest)
		}
		w.must(t, "docker", "pull", byDigest)
		if got := strings.TrimSpace(w.must(t, "docker", "image", "inspect", "--format", "{{.Id}}", byDigest)); got != id {
			t.Errorf("pulled %s, want %s", got, id)
		}
		for _, tag := range []string{"1.4.2", "1.4", "latest"} {
			if out := w.must(t, "docker", "pull", registry.host+"/app:"+tag); !strings.Contains(out, "Digest: "+digest) {
				t.Errorf("the tag %s is\n%s", tag, out)
			}
		}
		w.must(t, "docker", "image", "rm", "--force", id)
	}
	w.must(t, "awsvars", "logout")
	for _, key := range []string{"111111111111.eu-central-1", "222222222222.eu-west-1"} {
		r := w.do(t, "docker", "pull", delivered["custom.aws.ecr."+key+".imageUriWithDigest"])
		if r.status == 0 || !strings.Contains(r.stderr, "no basic auth credentials") {
			t.Errorf("after the logout: status %d\n%s", r.status, r.log())
		}
	}
	w.noLeak(t, "Docker's configuration", readFile(t, filepath.Join(w.home, ".docker", "config.json")))
}

// TestAnIndexGoesFromALayoutWithoutAnEngine: what skopeo reads back is the
// layout's, byte for byte.
func TestAnIndexGoesFromALayoutWithoutAnEngine(t *testing.T) {
	t.Parallel()
	need(t, "skopeo")
	w := newDockerWorld(t)
	index, err := random.Index(50_000, 3, 4)
	if err != nil {
		t.Fatal(err)
	}
	layout := layoutOf(t, index)
	want, err := index.Digest()
	if err != nil {
		t.Fatal(err)
	}
	// Nobody is where an engine would be looked for.
	env := w.environment("DOCKER_HOST=unix://"+filepath.Join(w.dir, "none.sock"), "PATH="+binDir())
	r := w.run(t, env, "awsvars", "push", "--image", "oci:"+layout, "--repository", "app", "--tags", "1,multi", "--registry", irelandHost,
		"--output", "pushed.json", "--format", "json")
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.log())
	}
	if got := w.delivered(t, "pushed.json")["custom.aws.ecr.digest"]; got != want.String() {
		t.Errorf("delivered %s, want %s", got, want)
	}
	w.must(t, "awsvars", "login", "--registry", irelandHost)
	raw := func(reference string) string {
		return w.must(t, "skopeo", "inspect", "--raw", "docker://"+irelandHost+"/app"+reference)
	}
	manifest := func(digest v1.Hash) string {
		text, err := os.ReadFile(filepath.Join(layout, "blobs", digest.Algorithm, digest.Hex))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	for _, reference := range []string{":1", ":multi", "@" + want.String()} {
		if raw(reference) != manifest(want) {
			t.Errorf("%s is not the index of the layout", reference)
		}
	}
	below, err := index.IndexManifest()
	if err != nil || len(below.Manifests) != 4 {
		t.Fatalf("%d manifests, %v", len(below.Manifests), err)
	}
	for _, m := range below.Manifests {
		if raw("@"+m.Digest.String()) != manifest(m.Digest) {
			t.Errorf("%s is not the layout's", m.Digest)
		}
	}
	// skopeo works every layer's digest out as it reads.
	back := filepath.Join(t.TempDir(), "back")
	w.must(t, "skopeo", "copy", "--all", "--preserve-digests", "docker://"+irelandHost+"/app:1", "oci:"+back)
	blobs, err := os.ReadDir(filepath.Join(layout, "blobs", "sha256"))
	if err != nil {
		t.Fatal(err)
	}
	for _, blob := range blobs {
		path := filepath.Join("blobs", "sha256", blob.Name())
		if readFile(t, filepath.Join(back, path)) != readFile(t, filepath.Join(layout, path)) {
			t.Errorf("%s came back as something else", blob.Name())
		}
	}
}
