package images

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/sync/errgroup"

	"github.com/awsvars/awsvars/refusal"
)

// convert writes one image of a docker save archive as a layout. Its layers
// are compressed once, however many targets there are, or copied where they
// are compressed already; the configuration, and so the image ID, stays what
// it was.
func convert(ctx context.Context, file, reference, dir string, compressed bool) error {
	image, err := pick(file, reference)
	if err != nil {
		return err
	}
	config, err := image.RawConfigFile()
	if err != nil {
		return err
	}
	layers, err := image.Layers()
	if err != nil {
		return err
	}
	m := v1.Manifest{SchemaVersion: 2, MediaType: types.DockerManifestSchema2, Layers: make([]v1.Descriptor, len(layers))}
	if m.Config, err = blob(dir, types.DockerConfigJSON, config); err != nil {
		return err
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(4)
	for i, layer := range layers {
		group.Go(func() (err error) {
			part := filepath.Join(dir, fmt.Sprintf("layer-%d", i))
			if compressed {
				m.Layers[i], err = keep(ctx, dir, part, layer)
			} else {
				m.Layers[i], err = compress(ctx, dir, part, layer)
			}
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

// pick finds the image by one of its names.
func pick(file, reference string) (v1.Image, error) {
	open := func() (io.ReadCloser, error) { return os.Open(file) }
	all, err := tarball.LoadManifest(open)
	if err != nil {
		return nil, fmt.Errorf("reading manifest.json: %w", err)
	}
	var names []string
	for _, d := range all {
		names = append(names, d.RepoTags...)
	}
	var tag *name.Tag
	switch {
	case reference != "":
		given, err := name.NewTag(reference)
		if err != nil {
			return nil, err
		}
		tag = &given
	case len(all) > 1:
		return nil, choice(names, "docker-archive:FILE:NAME:TAG")
	}
	image, err := tarball.Image(open, tag)
	if err != nil && tag != nil {
		return nil, fmt.Errorf("%w, but %s", err, refusal.Line(strings.Join(names, ", ")))
	}
	return image, err
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

// compress writes a layer with gzip at its fastest, and checks that it is the
// one that the configuration names.
func compress(ctx context.Context, dir, part string, layer v1.Layer) (v1.Descriptor, error) {
	want, err := layer.DiffID()
	if err != nil {
		return v1.Descriptor{}, err
	}
	content, err := layer.Uncompressed()
	if err != nil {
		return v1.Descriptor{}, err
	}
	defer func() { _ = content.Close() }()
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return v1.Descriptor{}, err
	}
	before, after := sha256.New(), sha256.New()
	packed, _ := gzip.NewWriterLevel(io.MultiWriter(file, after), gzip.BestSpeed)
	_, err = io.Copy(io.MultiWriter(packed, before), stoppable{ctx, content})
	if err := errors.Join(err, packed.Close(), file.Close()); err != nil {
		return v1.Descriptor{}, fmt.Errorf("compressing the layer %s: %w", want, err)
	}
	if got := hex.EncodeToString(before.Sum(nil)); got != want.Hex {
		return v1.Descriptor{}, fmt.Errorf("the layer %s is not what its digest says: its content has sha256:%s", want, got)
	}
	return named(dir, part, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(after.Sum(nil))})
}

// keep copies a layer as it is.
func keep(ctx context.Context, dir, part string, layer v1.Layer) (v1.Descriptor, error) {
	digest, err := layer.Digest()
	if err != nil {
		return v1.Descriptor{}, err
	}
	content, err := layer.Compressed()
	if err != nil {
		return v1.Descriptor{}, err
	}
	defer func() { _ = content.Close() }()
	if err := write(ctx, part, content); err != nil {
		return v1.Descriptor{}, err
	}
	return named(dir, part, digest)
}

// named puts a layer in its place.
func named(dir, part string, digest v1.Hash) (v1.Descriptor, error) {
	info, err := os.Stat(part)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return v1.Descriptor{MediaType: types.DockerLayer, Size: info.Size(), Digest: digest}, os.Rename(part, blobPlace(dir, digest))
}
