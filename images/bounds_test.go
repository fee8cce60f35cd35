package images_test

import (
	"encoding/json"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/awsvars/awsvars/images"
)

// TestDocumentsThatAreTooLargeAreNotRead: a small archive can unpack to an
// index.json of gigabytes.
func TestDocumentsThatAreTooLargeAreNotRead(t *testing.T) {
	t.Parallel()
	const most = 16 << 20
	source := randomImage(t, 1000, 1)
	manifest, err := source.Digest()
	if err != nil {
		t.Fatal(err)
	}
	config, err := source.ConfigName()
	if err != nil {
		t.Fatal(err)
	}
	blank := strings.Repeat(" ", most)
	saved, err := json.Marshal([]map[string]any{{"Config": "config.json", "Layers": []string{}}})
	if err != nil {
		t.Fatal(err)
	}
	sources := map[string]string{
		"manifest.json": file(t, "1.tar.gz", zipped(t, tarOf(t, entry{name: "manifest.json", content: string(saved) + blank}))),
		"config.json":   file(t, "2.tar.gz", zipped(t, tarOf(t, entry{name: "manifest.json", content: string(saved)}, entry{name: "config.json", content: "{}" + blank}))),
		"index.json":    file(t, "3.tar.gz", zipped(t, tarOf(t, entry{name: "oci-layout", content: "{}"}, entry{name: "index.json", content: "{}" + blank}))),
	}
	for what, digest := range map[string]v1.Hash{"the manifest": manifest, "the configuration": config} {
		dir := layoutOf(t, source)
		overwrite(t, blobOf(dir, digest), func(text []byte) []byte { return append(text, blank...) })
		sources[what+" "+digest.String()] = "oci:" + dir
	}
	for what, source := range sources {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			_, err := images.Open(t.Context(), source, images.Options{Temporary: t.TempDir()})
			if err == nil || !strings.Contains(err.Error(), what+" has ") || !strings.Contains(err.Error(), "at most are read") {
				t.Errorf("%v", err)
			}
		})
	}
}
