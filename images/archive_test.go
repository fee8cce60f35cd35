package images_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/awsvars/awsvars/images"
)

// entry is a file of an archive, or a symbolic link.
type entry struct{ name, content, link string }

func tarOf(t *testing.T, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		header := &tar.Header{Name: e.name, Mode: 0o644, Size: int64(len(e.content)), Typeflag: tar.TypeReg}
		if e.link != "" {
			header.Typeflag, header.Linkname = tar.TypeSymlink, e.link
		}
		if err := w.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, e.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func digestOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// saved has the form of docker save before Docker 25: layers as plain tar in
// directories, and a link for a layer that comes twice.
func saved(t *testing.T, spoil bool) (archive []byte, id string) {
	t.Helper()
	one := string(tarOf(t, entry{name: "one", content: strings.Repeat("1", 100_000)}))
	two := string(tarOf(t, entry{name: "two", content: "2"}))
	config := fmt.Sprintf(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s","sha256:%s","sha256:%s"]}}`,
		digestOf(one), digestOf(two), digestOf(one))
	if spoil {
		two = string(tarOf(t, entry{name: "two", content: "3"}))
	}
	manifest := fmt.Sprintf(`[{"Config":"%s.json","RepoTags":["app:1"],"Layers":["a/layer.tar","b/layer.tar","c/layer.tar"]}]`, digestOf(config))
	return tarOf(t,
		entry{name: "a/layer.tar", content: one},
		entry{name: "b/layer.tar", content: two},
		entry{name: "c/layer.tar", link: "../a/layer.tar"},
		entry{name: digestOf(config) + ".json", content: config},
		entry{name: "manifest.json", content: manifest},
	), "sha256:" + digestOf(config)
}

func zipped(t *testing.T, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func file(t *testing.T, name string, content []byte) string {
	t.Helper()
	name = filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// nothingIn fails if a directory holds anything.
func nothingIn(t *testing.T, dir string) {
	t.Helper()
	left, err := os.ReadDir(dir)
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestArchiveOfDockerSaveKeepsTheImageID(t *testing.T) {
	t.Parallel()
	archive, id := saved(t, false)
	for name, content := range map[string][]byte{"image.tar": archive, "image.tar.gz": zipped(t, archive), "no-suffix": archive} {
		for _, prefix := range []string{"", "docker-archive:"} {
			t.Run(prefix+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t)
				temporary := t.TempDir()
				image, err := images.Open(t.Context(), prefix+file(t, name, content), images.Options{Temporary: temporary})
				if err != nil {
					t.Fatal(err)
				}
				pushed, _, err := push(t, w.options(), image, w.target("app", "1"))
				if err != nil || image.ID != id || pushed[0].Digest != w.digest(t, "app", "1") {
					t.Errorf("ID %s, want %s, %+v, %v", image.ID, id, pushed, err)
				}
				var m v1.Manifest
				_, _, body := w.ask(t, http.MethodGet, "/v2/app/manifests/1")
				if err := json.Unmarshal(body, &m); err != nil || len(m.Layers) != 3 || m.Layers[0].Digest != m.Layers[2].Digest || m.Config.Digest.String() != id {
					t.Errorf("%s, %v", body, err)
				}
				if err := image.Close(); err != nil {
					t.Error(err)
				}
				nothingIn(t, temporary)
			})
		}
	}
}

// TestArchiveWithCompressedLayersKeepsThem, as other tools write them.
func TestArchiveWithCompressedLayersKeepsThem(t *testing.T) {
	t.Parallel()
	source := randomImage(t, 1000, 2)
	other := randomImage(t, 1000, 1)
	name1, name2 := name.MustParseReference("app:1"), name.MustParseReference("app:2")
	archive := filepath.Join(t.TempDir(), "image.tar")
	if err := tarball.MultiRefWriteToFile(archive, map[name.Reference]v1.Image{name1: source, name2: other}); err != nil {
		t.Fatal(err)
	}
	if _, err := images.Open(t.Context(), archive, images.Options{Temporary: t.TempDir()}); err == nil || !strings.Contains(err.Error(), "app:1") {
		t.Errorf("one of two images was taken: %v", err)
	}
	image := open(t, "docker-archive:"+archive+":app:1", images.Options{})
	want, err := source.Digest()
	if err != nil || image.Digest != want.String() {
		t.Errorf("%s, want %s, %v", image.Digest, want, err)
	}
}

// TestArchiveOfDocker25IsCompressed: its layout names the layers as plain tar,
// which would go to the registry as such.
func TestArchiveOfDocker25IsCompressed(t *testing.T) {
	t.Parallel()
	layer := string(tarOf(t, entry{name: "one", content: strings.Repeat("1", 100_000)}))
	config := fmt.Sprintf(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}`, digestOf(layer))
	manifest := fmt.Sprintf(`{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:%s","size":%d},`+
		`"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"sha256:%s","size":%d}]}`, digestOf(config), len(config), digestOf(layer), len(layer))
	archive := tarOf(t,
		entry{name: "blobs/sha256/" + digestOf(config), content: config},
		entry{name: "blobs/sha256/" + digestOf(layer), content: layer},
		entry{name: "blobs/sha256/" + digestOf(manifest), content: manifest},
		entry{name: "index.json", content: fmt.Sprintf(`{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%d}]}`, digestOf(manifest), len(manifest))},
		entry{name: "oci-layout", content: `{"imageLayoutVersion":"1.0.0"}`},
		entry{name: "manifest.json", content: fmt.Sprintf(`[{"Config":"blobs/sha256/%s","RepoTags":["app:1"],"Layers":["blobs/sha256/%s"],"LayerSources":{"sha256:%[2]s":{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":%[3]d,"digest":"sha256:%[2]s"}}}]`,
			digestOf(config), digestOf(layer), len(layer))},
	)
	image := open(t, file(t, "image.tar", archive), images.Options{})
	if image.ID != "sha256:"+digestOf(config) || image.Size > 10_000 {
		t.Errorf("ID %s, want %s; %d bytes", image.ID, digestOf(config), image.Size)
	}
}

// TestArchiveOfALayoutKeepsTheDigest, also where a manifest.json stands beside
// it.
func TestArchiveOfALayoutKeepsTheDigest(t *testing.T) {
	t.Parallel()
	source := randomImage(t, 1000, 2)
	dir := layoutOf(t, source)
	entries := []entry{{name: "manifest.json", content: "[]"}}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		relative, _ := filepath.Rel(dir, path)
		entries = append(entries, entry{name: filepath.ToSlash(relative), content: string(content)})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := source.Digest()
	if err != nil {
		t.Fatal(err)
	}
	// A name that leads elsewhere is no part of a layout.
	entries = append(entries, entry{name: "../../evil", content: "x"}, entry{name: "blobs/sha256/../../../evil", content: "x"})
	archive := file(t, "oci.tar", tarOf(t, entries...))
	temporary := t.TempDir()
	image := open(t, archive, images.Options{Temporary: filepath.Clean(temporary)})
	if image.Digest != want.String() {
		t.Errorf("%s, want %s", image.Digest, want)
	}
	left, err := os.ReadDir(temporary)
	if err != nil || len(left) != 1 {
		t.Errorf("%v, %v", left, err)
	}
}

func TestArchiveThatIsNone(t *testing.T) {
	t.Parallel()
	spoiled, _ := saved(t, true)
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a layer that is not its own": {spoiled, "the layer 2 is not what the image's configuration says"},
		"a container's files":         {tarOf(t, entry{name: "etc/passwd", content: "root"}), "neither manifest.json nor oci-layout"},
		"cut off":                     {spoiled[:50_000], "unexpected EOF"},
		"no tar":                      {bytes.Repeat([]byte("text "), 1000), "tar archive"},
		"cut off and compressed":      {zipped(t, spoiled)[:200], "unpacking it"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			temporary := t.TempDir()
			_, err := images.Open(t.Context(), file(t, "image.tar", c.content), images.Options{Temporary: temporary})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			nothingIn(t, temporary)
		})
	}
	if _, err := images.Open(t.Context(), "missing.tar", images.Options{}); err == nil || !strings.Contains(err.Error(), "missing.tar") {
		t.Errorf("a file that is not there: %v", err)
	}
}

// TestNameOfAnImageIsNotTakenForAFile that happens to be named like it.
func TestNameOfAnImageIsNotTakenForAFile(t *testing.T) {
	t.Chdir(t.TempDir())
	writeFile(t, filepath.Join("app", "Dockerfile"), "FROM scratch")
	writeFile(t, "program", "\x7fELF")
	archive, _ := saved(t, false)
	writeFile(t, "archive", string(archive))
	o := environment(map[string]string{"DOCKER_HOST": "unix:///nonexistent/docker.sock"})
	for source, want := range map[string]string{
		"app": "Docker engine", "program": "Docker engine", "missing": "Docker engine", "team/app:1": "Docker engine",
		"./app": "not an OCI layout", "oci:app": "not an OCI layout", "./program": "tar archive", "./missing": "no such file", "docker-archive:program": "tar archive",
		"docker-daemon:archive": "Docker engine",
	} {
		if _, err := images.Open(t.Context(), source, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", source, err, want)
		}
	}
	if image, err := images.Open(t.Context(), "archive", o); err != nil || image.Close() != nil {
		t.Errorf("an archive: %v", err)
	}
}
