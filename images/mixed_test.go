package images_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/awsvars/awsvars/images"
)

// archiveOf has layers that are what they are, and a configuration that names
// contents.
func archiveOf(t *testing.T, layers, contents []string) []byte {
	t.Helper()
	var ids, names []string
	var entries []entry
	for _, content := range contents {
		ids = append(ids, `"sha256:`+digestOf(content)+`"`)
	}
	for i, layer := range layers {
		name := fmt.Sprintf("%d.tar", i)
		names = append(names, `"`+name+`"`)
		entries = append(entries, entry{name: name, content: layer})
	}
	config := fmt.Sprintf(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[%s]}}`, strings.Join(ids, ","))
	return tarOf(t, append(entries, entry{name: "config.json", content: config},
		entry{name: "manifest.json", content: fmt.Sprintf(`[{"Config":"config.json","RepoTags":["app:1"],"Layers":[%s]}]`, strings.Join(names, ","))})...)
}

// TestArchiveThatMixesLayersIsPushedAsGzip, whichever layer comes first: its
// layers come back from the registry as the configuration says.
func TestArchiveThatMixesLayersIsPushedAsGzip(t *testing.T) {
	t.Parallel()
	one, two := string(tarOf(t, entry{name: "one", content: "1"})), string(tarOf(t, entry{name: "two", content: "2"}))
	for name, layers := range map[string][]string{
		"plain first": {one, string(zipped(t, []byte(two)))},
		"gzip first":  {string(zipped(t, []byte(one))), two},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			image := open(t, file(t, "image.tar", archiveOf(t, layers, []string{one, two})), images.Options{Temporary: t.TempDir()})
			if _, _, err := push(t, w.options(), image, w.target("app", "1")); err != nil {
				t.Fatal(err)
			}
			var m v1.Manifest
			_, _, body := w.ask(t, http.MethodGet, "/v2/app/manifests/1")
			if err := json.Unmarshal(body, &m); err != nil || len(m.Layers) != 2 {
				t.Fatalf("%s, %v", body, err)
			}
			for i, want := range []string{one, two} {
				_, _, blob := w.ask(t, http.MethodGet, "/v2/app/blobs/"+m.Layers[i].Digest.String())
				reader, err := gzip.NewReader(bytes.NewReader(blob))
				if err != nil {
					t.Fatalf("layer %d: %v", i+1, err)
				}
				if content, err := io.ReadAll(reader); err != nil || string(content) != want {
					t.Errorf("layer %d is not what the configuration says: %d bytes, %v", i+1, len(content), err)
				}
			}
		})
	}
}

// TestArchiveWithAnotherLayerIsRefused, compressed or not.
func TestArchiveWithAnotherLayerIsRefused(t *testing.T) {
	t.Parallel()
	one, two, three := string(tarOf(t, entry{name: "one"})), string(tarOf(t, entry{name: "two"})), string(tarOf(t, entry{name: "three"}))
	zip := func(text string) string { return string(zipped(t, []byte(text))) }
	for name, c := range map[string]struct {
		layers []string
		want   string
	}{
		"all gzip":  {[]string{zip(one), zip(three)}, "the layer 2 is not what the image's configuration says"},
		"all plain": {[]string{three, two}, "the layer 1 is not what the image's configuration says"},
		"mixed":     {[]string{one, zip(three)}, "the layer 2 is not what the image's configuration says"},
		"twice":     {[]string{one, zip(zip(two))}, "the layer 2 is not what the image's configuration says"},
		"cut off":   {[]string{one, zip(two)[:30]}, "reading the layer 2"},
		"zstd":      {[]string{one, "\x28\xb5\x2f\xfdsomething"}, "zstd"},
		"too few":   {[]string{one}, "it holds 1 layers, and the image's configuration names 2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			_, err := images.Open(t.Context(), file(t, "image.tar", archiveOf(t, c.layers, []string{one, two})), images.Options{Temporary: temporary})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			nothingIn(t, temporary)
		})
	}
}
