package images

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// Image is an image that was found. Close it.
type Image struct {
	// Source is the text that it was found by.
	Source string
	// Digest is that of the manifest, or of the index of a multi-architecture
	// image, as in sha256:…. Most Docker engines know it after a push only:
	// empty.
	Digest string
	// ID is the configuration's digest, which is the engine's image ID; empty
	// for a multi-architecture image.
	ID string
	// Size is the number of bytes of all blobs and manifests, 0 for an image of
	// a Docker engine.
	Size int64

	tree   *tree
	engine *engine
	close  func() error
}

// Close removes what Open unpacked, and closes the connections to the engine.
func (i *Image) Close() error {
	if i.close == nil {
		return nil
	}
	return i.close()
}

// What a source may begin with, as skopeo and podman have it.
const (
	layoutPrefix  = "oci:"
	archivePrefix = "docker-archive:"
	enginePrefix  = "docker-daemon:"
)

// Open finds the image that source names:
//
//	oci:DIR[:NAME], oci:DIR@sha256:…     an OCI layout
//	docker-archive:FILE[:NAME:TAG]       a docker save archive, also .tar.gz, or an OCI layout in a tar
//	docker-daemon:IMAGE                  an image of a Docker engine: a name, a tag, an ID or a digest
//
// Without a prefix, a text that begins with /, ./ or ../ or ends in .tar,
// .tar.gz or .tgz is a path. Another one is a path if there is a layout or an
// archive, since a directory or a program is often named as the image is, and
// an image of the engine otherwise. An archive is unpacked into a private
// directory.
func Open(ctx context.Context, source string, o Options) (*Image, error) {
	kind, name := kindOf(source)
	var (
		image *Image
		err   error
	)
	switch kind {
	case layoutPrefix:
		dir, reference := splitLayout(name)
		image, err = openLayout(dir, reference)
	case archivePrefix:
		file, reference := splitArchive(name)
		image, err = openArchive(ctx, file, reference, o.Temporary)
	default:
		image, err = openEngine(ctx, name, o)
	}
	if err != nil {
		return nil, fmt.Errorf("opening the image %s: %w", refusal.Line(source), err)
	}
	image.Source = source
	return image, nil
}

func kindOf(source string) (kind, name string) {
	for _, kind := range []string{layoutPrefix, archivePrefix, enginePrefix} {
		if name, found := strings.CutPrefix(source, kind); found {
			return kind, name
		}
	}
	info, err := os.Stat(source)
	switch {
	case err == nil && info.IsDir() && (isPath(source) || exists(filepath.Join(source, "index.json"))):
		return layoutPrefix, source
	case isPath(source), err == nil && info.Mode().IsRegular() && beginsAsArchive(source):
		return archivePrefix, source
	}
	return enginePrefix, source
}

// isPath knows what no image of an engine is named.
func isPath(text string) bool {
	for _, begin := range []string{"/", "./", "../"} {
		if strings.HasPrefix(text, begin) {
			return true
		}
	}
	return strings.HasSuffix(text, ".tar") || strings.HasSuffix(text, ".tar.gz") || strings.HasSuffix(text, ".tgz")
}

// beginsAsArchive looks for the signs of gzip and of tar (POSIX, "ustar
// Interchange Format": the field magic).
func beginsAsArchive(name string) bool {
	file, err := os.Open(name)
	if err != nil {
		return false
	}
	defer func() { _ = file.Close() }()
	begin := make([]byte, 262)
	n, _ := io.ReadFull(file, begin)
	return bytes.HasPrefix(begin[:n], gzipped()) || bytes.HasSuffix(begin[:n], []byte("ustar"))
}

// splitLayout takes a reference off a directory. A directory that is there as
// it is written has none, since its own name may hold a colon.
func splitLayout(text string) (dir, reference string) {
	if exists(text) {
		return text, ""
	}
	if dir, digest, found := strings.Cut(text, "@"); found && exists(dir) {
		return dir, "@" + digest
	}
	for i := len(text) - 1; i > 0; i-- {
		if text[i] == ':' && exists(text[:i]) {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

// splitArchive takes NAME:TAG off a file.
func splitArchive(text string) (file, reference string) {
	for i := range len(text) {
		if text[i] == ':' && !exists(text) && exists(text[:i]) {
			return text[:i], text[i+1:]
		}
	}
	return text, ""
}

func exists(name string) bool {
	_, err := os.Stat(name)
	return !errors.Is(err, fs.ErrNotExist)
}

// choice is the error where several images are to be had.
func choice(names []string, example string) error {
	return variables.WithHint(fmt.Errorf("there are %d images in it: %s", len(names), refusal.Line(strings.Join(names, ", "))),
		"say which: "+example)
}
