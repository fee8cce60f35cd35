package images

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// openArchive unpacks an archive into a layout of its own in a private
// directory. docker.Clean knows it by its name where a killed push left it.
func openArchive(ctx context.Context, file, reference, temporary string) (*Image, error) {
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp(temporary, "awsvars-image-")
	if err != nil {
		return nil, err
	}
	image, err := unpack(ctx, file, reference, dir)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	image.close = func() error { return os.RemoveAll(dir) }
	return image, nil
}

func unpack(ctx context.Context, file, reference, dir string) (*Image, error) {
	file, err := plain(ctx, file, dir)
	if err != nil {
		return nil, err
	}
	has, err := contents(file)
	if err != nil {
		return nil, err
	}
	target := filepath.Join(dir, "layout")
	switch {
	case has.layout && !(has.docker && has.uncompressed):
		// What the archive's own manifests say is pushed bit for bit.
		if err := extract(ctx, file, target); err != nil {
			return nil, err
		}
		return openLayout(target, reference)
	case has.docker:
		if err := convert(ctx, file, reference, target); err != nil {
			return nil, err
		}
		return openLayout(target, "")
	}
	return nil, variables.WithHint(errors.New("it has neither manifest.json nor oci-layout"),
		"docker save makes such an archive; docker export makes one of a container's files, which is no image")
}

// plain returns the name of the archive itself, which is the same file if it
// is not compressed: of a compressed file no part can be read by itself. A pipe
// can be read but once, so it is put into a file.
func plain(ctx context.Context, file, dir string) (string, error) {
	packed, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer func() { _ = packed.Close() }()
	// Who waits for a pipe can be interrupted.
	defer context.AfterFunc(ctx, func() { _ = packed.Close() })()
	info, err := packed.Stat()
	if err != nil {
		return "", err
	}
	buffered := bufio.NewReaderSize(packed, 1<<20)
	unpacked, content, doing := filepath.Join(dir, "archive.tar"), io.Reader(buffered), "reading"
	if magic, err := buffered.Peek(2); err == nil && bytes.Equal(magic, gzipped()) {
		doing = "unpacking"
		if content, err = gzip.NewReader(buffered); err != nil {
			return "", fmt.Errorf("unpacking it: %w", err)
		}
	} else if info.Mode().IsRegular() {
		return file, nil
	}
	if err := write(ctx, unpacked, content); err != nil {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return "", fmt.Errorf("%s it: %w", doing, err)
	}
	return unpacked, nil
}

// gzipped is how gzip begins (RFC 1952, section 2.3.1).
func gzipped() []byte { return []byte{0x1f, 0x8b} }

// inside is what an archive holds.
type inside struct {
	// docker and layout tell of manifest.json and of oci-layout: since Docker 25
	// docker save writes both.
	docker, layout bool
	// uncompressed tells that a manifest names layers as plain tar, which is
	// what an engine without the containerd image store writes.
	uncompressed bool
}

// largestManifest is what registries take (OCI distribution specification,
// "Pushing Manifests": at least 4 MiB).
const largestManifest = 4 << 20

func contents(file string) (inside, error) {
	var has inside
	err := each(file, func(name string, header *tar.Header, content io.Reader) error {
		switch {
		case name == "manifest.json":
			has.docker = true
		case name == "oci-layout":
			has.layout = true
		case isBlob(name) && header.Size <= largestManifest:
			text, err := io.ReadAll(content)
			if err != nil {
				return err
			}
			has.uncompressed = has.uncompressed || namesPlainLayers(text)
		}
		return nil
	})
	return has, err
}

// namesPlainLayers reads a blob that may be a manifest.
func namesPlainLayers(text []byte) bool {
	if !bytes.HasPrefix(text, []byte("{")) {
		return false
	}
	var m struct {
		Layers []struct {
			MediaType string `json:"mediaType"`
		} `json:"layers"`
	}
	if json.Unmarshal(text, &m) != nil {
		return false
	}
	for _, layer := range m.Layers {
		if strings.HasSuffix(layer.MediaType, ".tar") {
			return true
		}
	}
	return false
}

// isBlob knows the place of a blob in a layout (OCI image specification,
// "Image Layout"). Nothing else of an archive is unpacked, so that no name in
// it reaches another directory.
func isBlob(name string) bool {
	digest, found := strings.CutPrefix(name, "blobs/sha256/")
	return found && len(digest) == 64 && strings.Trim(digest, "0123456789abcdef") == ""
}

func extract(ctx context.Context, file, dir string) error {
	return each(file, func(name string, _ *tar.Header, content io.Reader) error {
		if name != "oci-layout" && name != "index.json" && !isBlob(name) {
			return nil
		}
		return write(ctx, filepath.Join(dir, filepath.FromSlash(name)), content)
	})
}
