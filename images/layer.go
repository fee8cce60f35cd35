package images

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// layer writes the i-th layer as a blob: as it is where it is compressed
// already, else compressed. Archives mix the two, so each layer's own first
// bytes decide. Its content must be what the configuration says in any case,
// since no registry compares the two.
func (s *saved) layer(ctx context.Context, dir, part string, i int) (v1.Descriptor, error) {
	content, _, err := find(s.file, s.layers[i])
	if err != nil {
		return v1.Descriptor{}, err
	}
	defer func() { _ = content.Close() }()
	file, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return v1.Descriptor{}, err
	}
	before, after := sha256.New(), sha256.New()
	reader, out := bufio.NewReaderSize(stoppable{ctx, content}, 1<<20), io.MultiWriter(file, after)
	// A layer of fewer bytes than these is no gzip.
	start, _ := reader.Peek(4)
	switch {
	case bytes.HasPrefix(start, gzipped()):
		err = keep(before, out, reader)
	case bytes.Equal(start, zstandard()):
		err = errors.New("it is compressed with zstd, which is not for a docker-archive: gzip is")
	default:
		err = compress(before, out, reader)
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return v1.Descriptor{}, fmt.Errorf("reading the layer %d, %s: %w", i+1, s.diffIDs[i], err)
	}
	if got := hex.EncodeToString(before.Sum(nil)); got != s.diffIDs[i].Hex {
		return v1.Descriptor{}, fmt.Errorf("the layer %d is not what the image's configuration says: its content has sha256:%s, and should have %s", i+1, got, s.diffIDs[i])
	}
	return named(dir, part, v1.Hash{Algorithm: "sha256", Hex: hex.EncodeToString(after.Sum(nil))})
}

// zstandard is how zstd begins (RFC 8878, section 3.1.1).
func zstandard() []byte { return []byte{0x28, 0xb5, 0x2f, 0xfd} }

// compress writes content with gzip at its fastest.
func compress(before, out io.Writer, content io.Reader) error {
	packed, err := gzip.NewWriterLevel(out, gzip.BestSpeed)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.MultiWriter(packed, before), content)
	return errors.Join(err, packed.Close())
}

// keep copies what is compressed, and reads what is in it on the way.
func keep(before, out io.Writer, packed io.Reader) error {
	// The buffer makes it a ByteReader: else gzip would make one of its own.
	content, err := gzip.NewReader(bufio.NewReaderSize(io.TeeReader(packed, out), 1<<20))
	if err != nil {
		return err
	}
	// gzip reads to the packed end: whatever stands behind it is an error.
	_, err = io.Copy(before, content)
	return err
}

// named puts a layer in its place.
func named(dir, part string, digest v1.Hash) (v1.Descriptor, error) {
	info, err := os.Stat(part)
	if err != nil {
		return v1.Descriptor{}, err
	}
	return v1.Descriptor{MediaType: types.DockerLayer, Size: info.Size(), Digest: digest}, os.Rename(part, blobPlace(dir, digest))
}
