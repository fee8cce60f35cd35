package images

import (
	"bytes"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/types"

	"github.com/awsvars/awsvars/refusal"
)

// kept is a blob that a relay has in a file, or none where all targets have it.
type kept struct {
	file   string
	digest v1.Hash
	size   int64
}

// layer is what the registry's client takes for one: it sends blobs of every
// type in the same way.
func (k kept) layer() v1.Layer {
	layer, _ := partial.CompressedToLayer(k)
	return layer
}

func (k kept) Digest() (v1.Hash, error) { return k.digest, nil }

func (k kept) Size() (int64, error) { return k.size, nil }

func (kept) MediaType() (types.MediaType, error) { return types.DockerLayer, nil }

func (k kept) Compressed() (io.ReadCloser, error) { return os.Open(k.file) }

// described is a manifest as an engine has written it.
type described struct {
	text   []byte
	kind   types.MediaType
	digest v1.Hash
}

func describe(kind types.MediaType, text []byte) (*described, error) {
	if !kind.IsImage() && !kind.IsIndex() {
		return nil, fmt.Errorf("it is of type %s, and neither an image nor an index", refusal.Line(string(kind)))
	}
	digest, _, err := v1.SHA256(bytes.NewReader(text))
	return &described{text, kind, digest}, err
}

func (d *described) RawManifest() ([]byte, error) { return d.text, nil }

func (d *described) Digest() (v1.Hash, error) { return d.digest, nil }

func (d *described) Size() (int64, error) { return int64(len(d.text)), nil }

func (d *described) MediaType() (types.MediaType, error) { return d.kind, nil }
