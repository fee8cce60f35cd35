package images_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"

	"github.com/awsvars/awsvars/images"
)

func blobOf(dir string, digest v1.Hash) string {
	return filepath.Join(dir, "blobs", digest.Algorithm, digest.Hex)
}

// overwrite puts other bytes where a blob was.
func overwrite(t *testing.T, name string, change func([]byte) []byte) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err == nil {
		err = os.WriteFile(name, change(text), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// TestLayoutWhoseManifestIsAnotherIsRefused: what is pushed is what the digest
// says, on every level.
func TestLayoutWhoseManifestIsAnotherIsRefused(t *testing.T) {
	t.Parallel()
	image := randomImage(t, 1000, 1)
	inner := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image})
	outer := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: inner})
	digests := map[string]v1.Hash{}
	for name, one := range map[string]interface{ Digest() (v1.Hash, error) }{"image": image, "inner index": inner, "outer index": outer} {
		digest, err := one.Digest()
		if err != nil {
			t.Fatal(err)
		}
		digests[name] = digest
	}
	config, err := image.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	digests["configuration"] = config
	for name, digest := range digests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := layoutOf(t, outer)
			overwrite(t, blobOf(dir, digest), func(text []byte) []byte { return append(text, ' ') })
			_, err := images.Open(t.Context(), "oci:"+dir+"@"+digests["outer index"].String(), images.Options{})
			if err == nil || !strings.Contains(err.Error(), digest.String()+" is not what its digest says") {
				t.Errorf("%v", err)
			}
		})
	}
}

// TestLayerThatIsSpoiledIsNotPushed, and tried once: another attempt would send
// the same bytes.
func TestLayerThatIsSpoiledIsNotPushed(t *testing.T) {
	t.Parallel()
	source := randomImage(t, 1000, 1)
	layers, err := source.Layers()
	if err != nil {
		t.Fatal(err)
	}
	digest, err := layers[0].Digest()
	if err != nil {
		t.Fatal(err)
	}
	dir := layoutOf(t, source)
	overwrite(t, blobOf(dir, digest), func(text []byte) []byte { text[len(text)-1] ^= 1; return text })
	w := newWorld(t)
	_, said, err := push(t, w.options(), open(t, dir, images.Options{}), w.target("app", "1"))
	if err == nil || !strings.Contains(err.Error(), "the layer "+digest.String()+": it is not what its digest says") {
		t.Errorf("%v", err)
	}
	if said.states(images.Retrying) != 0 || w.digest(t, "app", "1") != "" {
		t.Errorf("%d attempts told, and the registry has %q", said.states(images.Retrying), w.digest(t, "app", "1"))
	}
	if status, _, _ := w.ask(t, http.MethodHead, "/v2/app/blobs/"+digest.String()); status != http.StatusNotFound {
		t.Errorf("the registry has the layer: %d", status)
	}
}
