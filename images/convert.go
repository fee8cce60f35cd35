package images

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/errgroup"
)

// convert writes one image of a docker save archive as a layout. Its layers
// are compressed once, however many targets there are; the configuration, and
// so the image ID, stays what it was.
func convert(ctx context.Context, file, reference, dir string) error {
	image, err := openSaved(file, reference)
	if err != nil {
		return err
	}
	m := v1.Manifest{SchemaVersion: 2, MediaType: types.DockerManifestSchema2, Layers: make([]v1.Descriptor, len(image.layers))}
	if m.Config, err = blob(dir, types.DockerConfigJSON, image.config); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i := range image.layers {
		group.Go(func() (err error) {
			m.Layers[i], err = image.layer(ctx, dir, filepath.Join(dir, fmt.Sprintf("layer-%d", i)), i)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return finish(dir, m)
}

// finish writes what names the blobs: the manifest, and the layout's index.
func finish(dir string, m v1.Manifest) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	described, err := blob(dir, m.MediaType, text)
	if err != nil {
		return err
	}
	index, err := json.Marshal(v1.IndexManifest{SchemaVersion: 2, MediaType: types.OCIImageIndex, Manifests: []v1.Descriptor{described}})
	if err != nil {
		return err
	}
	return errors.Join(
		os.WriteFile(filepath.Join(dir, "oci-layout"), []byte(`{"imageLayoutVersion":"1.0.0"}`), 0o600),
		os.WriteFile(filepath.Join(dir, "index.json"), index, 0o600),
	)
}

// blob writes a small blob.
func blob(dir string, kind types.MediaType, text []byte) (v1.Descriptor, error) {
	digest, size, err := v1.SHA256(bytes.NewReader(text))
	if err != nil {
		return v1.Descriptor{}, err
	}
	place := blobPlace(dir, digest)
	if err := os.MkdirAll(filepath.Dir(place), 0o700); err != nil {
		return v1.Descriptor{}, err
	}
	return v1.Descriptor{MediaType: kind, Size: size, Digest: digest}, os.WriteFile(place, text, 0o600)
}

func blobPlace(dir string, digest v1.Hash) string {
	return filepath.Join(dir, "blobs", digest.Algorithm, digest.Hex)
}
