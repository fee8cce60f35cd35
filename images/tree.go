package images

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
)

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
		child, err := t.load(index, d)
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
	if err := t.checkConfig(image); err != nil {
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

// checkConfig compares the configuration with its digest, by which the image is
// known.
func (t *tree) checkConfig(image v1.Image) error {
	m, err := image.Manifest()
	if err != nil {
		return err
	}
	what := "the configuration " + m.Config.Digest.String()
	if err := bounded(blobPlace(t.dir, m.Config.Digest), what); err != nil {
		return err
	}
	text, err := image.RawConfigFile()
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("the blob %s is not in it", m.Config.Digest)
	}
	if err != nil {
		return err
	}
	return matches(what, text, m.Config.Digest)
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
