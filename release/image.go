package main

import (
	"archive/tar"
	"bytes"
	"encoding/pem"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// writeImage makes what the Dockerfile makes, for both architectures and
// without a Docker engine: an OCI layout in a tar archive, which skopeo
// and awsvars itself read.
func writeImage(version, dir string, chosen []platform) (failed error) {
	staging, err := os.MkdirTemp(dir, ".image-")
	if err != nil {
		return err
	}
	defer func() { failed = errors.Join(failed, os.RemoveAll(staging)) }()
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, p := range chosen {
		if p.system != "linux" {
			continue
		}
		image, err := imageOf(version, p, filepath.Join(dir, p.file(version)))
		if err != nil {
			return err
		}
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &v1.Platform{OS: p.system, Architecture: p.architecture}}})
	}
	written, err := layout.Write(staging, empty.Index)
	if err == nil {
		err = written.AppendIndex(index, layout.WithAnnotations(map[string]string{"org.opencontainers.image.ref.name": version}))
	}
	if err != nil {
		return err
	}
	return archive(staging, filepath.Join(dir, "awsvars-"+version+"-image.tar"))
}

// imageOf is the image of one architecture. Nothing in it tells a time.
func imageOf(version string, p platform, binary string) (v1.Image, error) {
	program, err := os.ReadFile(binary)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, content := range [][]file{
		{{"etc/", nil, 0o755}, {"etc/ssl/", nil, 0o755}, {"etc/ssl/certs/", nil, 0o755}, {"etc/ssl/certs/ca-certificates.crt", authorities(), 0o644}, {"tmp/", nil, 0o1777}},
		{{"bin/", nil, 0o755}, {"bin/awsvars", program, 0o755}},
	} {
		packed, err := pack(content)
		if err != nil {
			return nil, err
		}
		layer, err := tarball.LayerFromOpener(func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(packed)), nil }, tarball.WithMediaType(types.OCILayer))
		if err != nil {
			return nil, err
		}
		if image, err = mutate.Append(image, mutate.Addendum{Layer: layer}); err != nil {
			return nil, err
		}
	}
	config, err := image.ConfigFile()
	if err != nil {
		return nil, err
	}
	config = config.DeepCopy()
	config.OS, config.Architecture = p.system, p.architecture
	config.Config.Entrypoint = []string{"/bin/awsvars"}
	config.Config.Labels = labels(version)
	return mutate.ConfigFile(image, config)
}

// labels are those of the Dockerfile.
func labels(version string) map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":       "awsvars",
		"org.opencontainers.image.description": "Hands AWS credentials to the steps of a CI job as masked variables",
		"org.opencontainers.image.version":     version,
		"org.opencontainers.image.licenses":    "Apache-2.0",
		"org.opencontainers.image.source":      "https://github.com/awsvars/awsvars",
	}
}

// authorities are Mozilla's as the Go project keeps them. A root that counts
// for some certificates only cannot be told so in this file, and is left out.
func authorities() []byte {
	var b bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint == nil {
			// Writing to a buffer cannot fail.
			_ = pem.Encode(&b, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate})
		}
	}
	return b.Bytes()
}

// file is one of an archive; a directory's name ends in a slash.
type file struct {
	name    string
	content []byte
	mode    int64
}

// pack makes an archive in which no file has a time or an owner but root.
func pack(files []file) ([]byte, error) {
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, f := range files {
		header := &tar.Header{Name: f.name, Mode: f.mode, Size: int64(len(f.content)), Typeflag: tar.TypeReg, Format: tar.FormatUSTAR}
		if f.content == nil {
			header.Typeflag = tar.TypeDir
		}
		if err := w.WriteHeader(header); err != nil {
			return nil, err
		}
		if _, err := w.Write(f.content); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// archive packs a directory, in the order of the names.
func archive(dir, target string) error {
	var files []file
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if entry.IsDir() {
			files = append(files, file{name + "/", nil, 0o755})
			return nil
		}
		content, err := os.ReadFile(path)
		files = append(files, file{name, content, 0o644})
		return err
	})
	if err != nil {
		return err
	}
	packed, err := pack(files)
	if err != nil {
		return err
	}
	return os.WriteFile(target, packed, 0o644)
}
