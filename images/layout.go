package images

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/partial"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// refName is the annotation that names a manifest of a layout (OCI image
// specification, "Pre-Defined Annotation Keys").
const refName = "org.opencontainers.image.ref.name"

func openLayout(dir, reference string) (*Image, error) {
	index, err := layout.ImageIndexFromPath(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, variables.WithHint(fmt.Errorf("it is not an OCI layout: %w", err),
			"a layout has the files oci-layout and index.json; skopeo copy … oci:DIR and docker buildx build --output type=oci,tar=false,dest=DIR make one")
	}
	if err != nil {
		return nil, err
	}
	all, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	root, err := choose(index, all.Manifests, reference)
	if err != nil {
		return nil, err
	}
	t := &tree{dir: dir}
	if err := t.add(root); err != nil {
		return nil, err
	}
	return t.image(root)
}

// choose returns the image that reference names: a name, or @ and a digest.
func choose(index v1.ImageIndex, all []v1.Descriptor, reference string) (manifest, error) {
	var names []string
	for _, d := range all {
		name := d.Annotations[refName]
		if "@"+d.Digest.String() == reference || name != "" && name == reference || reference == "" && len(all) == 1 {
			return load(index, d)
		}
		names = append(names, strings.TrimPrefix(name+"@"+d.Digest.String(), "@"))
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("it holds no image")
	case reference == "" && platforms(all):
		// The layout's own index is the image of several architectures.
		return index, nil
	case reference == "":
		return nil, choice(names, "oci:DIR:NAME, or oci:DIR@sha256:…")
	}
	return nil, fmt.Errorf("it holds no %s, but %s", refusal.Line(reference), refusal.Line(strings.Join(names, ", ")))
}

// platforms tells whether the manifests are those of one image: each for its
// platform, and none with a name.
func platforms(all []v1.Descriptor) bool {
	for _, d := range all {
		if d.Platform == nil || d.Annotations[refName] != "" {
			return false
		}
	}
	return true
}

// manifest is an image or an index.
type manifest interface {
	partial.Describable
	RawManifest() ([]byte, error)
}

func load(index v1.ImageIndex, d v1.Descriptor) (manifest, error) {
	switch {
	case d.MediaType.IsIndex():
		return index.ImageIndex(d.Digest)
	case d.MediaType.IsImage():
		return index.Image(d.Digest)
	}
	return nil, fmt.Errorf("%s is of type %s, and neither an image nor an index", d.Digest, refusal.Line(string(d.MediaType)))
}

// tree is an image with all that it is made of.
type tree struct {
	dir string
	// manifests come after those that they name, the root last.
	manifests []manifest
	// blobs are the layers and the configurations, each once.
	blobs []v1.Layer
	seen  map[v1.Hash]bool
	size  int64
}

func (t *tree) add(m manifest) error {
	digest, err := m.Digest()
	if err != nil {
		return err
	}
	if t.known(digest) {
		return nil
	}
	switch m := m.(type) {
	case v1.ImageIndex:
		err = t.addIndex(m)
	case v1.Image:
		err = t.addImage(m)
	}
	if err != nil {
		return err
	}
	size, err := m.Size()
	if err != nil {
		return err
	}
	t.size += size
	t.manifests = append(t.manifests, m)
	return nil
}

func (t *tree) addIndex(index v1.ImageIndex) error {
	all, err := index.IndexManifest()
	if err != nil {
		return err
	}
	for _, d := range all.Manifests {
		child, err := load(index, d)
		if err != nil {
			return err
		}
		if err := t.add(child); err != nil {
			return fmt.Errorf("%s: %w", d.Digest, err)
		}
	}
	return nil
}

func (t *tree) addImage(image v1.Image) error {
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	config, err := partial.ConfigLayer(image)
	if err != nil {
		return err
	}
	for _, blob := range append(layers, config) {
		if err := t.addBlob(blob); err != nil {
			return err
		}
	}
	return nil
}

// addBlob finds what is missing or cut off before anything is pushed.
func (t *tree) addBlob(blob v1.Layer) error {
	digest, err := blob.Digest()
	if err != nil || t.known(digest) {
		return err
	}
	size, err := blob.Size()
	if err != nil {
		return err
	}
	kind, err := blob.MediaType()
	if err != nil {
		return err
	}
	// Foreign layers stay where their URLs say, as with docker push.
	if !kind.IsDistributable() {
		return nil
	}
	info, err := os.Stat(filepath.Join(t.dir, "blobs", digest.Algorithm, digest.Hex))
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("the blob %s is not in it", digest)
	case err != nil:
		return err
	case info.Size() != size:
		return fmt.Errorf("the blob %s has %d bytes and should have %d", digest, info.Size(), size)
	}
	t.size += size
	t.blobs = append(t.blobs, blob)
	return nil
}

func (t *tree) known(digest v1.Hash) bool {
	if t.seen[digest] {
		return true
	}
	if t.seen == nil {
		t.seen = map[v1.Hash]bool{}
	}
	t.seen[digest] = true
	return false
}

// image makes the tree what Open returns.
func (t *tree) image(root manifest) (*Image, error) {
	digest, err := root.Digest()
	if err != nil {
		return nil, err
	}
	raw, err := root.RawManifest()
	if err != nil {
		return nil, err
	}
	id, err := configOf(raw)
	if err != nil {
		return nil, err
	}
	return &Image{Digest: digest.String(), ID: id, Size: t.size, tree: t}, nil
}

// configOf returns the digest of a manifest's configuration, which an index
// does not have.
func configOf(raw []byte) (string, error) {
	var m struct {
		Config struct {
			Digest string `json:"digest"`
		} `json:"config"`
	}
	if err := json.Unmarshal(raw, &m); err != nil {
		return "", fmt.Errorf("reading a manifest: %w", err)
	}
	return m.Config.Digest, nil
}
