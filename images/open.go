package images

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
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
// Without a prefix it is a layout if there is such a directory, an archive if
// there is such a file or the text ends in .tar, .tar.gz or .tgz, and an image
// of the engine otherwise. An archive is unpacked into a private directory.
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
	switch info, err := os.Stat(source); {
	case err == nil && info.IsDir():
		return layoutPrefix, source
	case err == nil && info.Mode().IsRegular(), isArchive(source):
		return archivePrefix, source
	case strings.HasPrefix(source, "/") || strings.HasPrefix(source, "./") || strings.HasPrefix(source, "../"):
		// No image of an engine has such a name, so the answer is that there is
		// no such file, whether or not an engine runs.
		return archivePrefix, source
	}
	return enginePrefix, source
}

func isArchive(name string) bool {
	return strings.HasSuffix(name, ".tar") || strings.HasSuffix(name, ".tar.gz") || strings.HasSuffix(name, ".tgz")
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
