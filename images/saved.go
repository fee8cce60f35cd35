package images

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/tarball"

	"github.com/awsvars/awsvars/refusal"
)

// saved is one image of a docker save archive.
type saved struct {
	file string
	// config is the configuration's text, diffIDs the digests of the layers'
	// content in it, and layers the names of the files that hold them.
	config  []byte
	diffIDs []v1.Hash
	layers  []string
}

// openSaved finds the image by one of its names.
func openSaved(file, reference string) (*saved, error) {
	text, err := document(file, "manifest.json")
	if err != nil {
		return nil, err
	}
	var all tarball.Manifest
	if err := json.Unmarshal(text, &all); err != nil {
		return nil, fmt.Errorf("reading manifest.json: %w", err)
	}
	chosen, err := pick(all, reference)
	if err != nil {
		return nil, err
	}
	s := &saved{file: file, layers: chosen.Layers}
	if s.config, err = document(file, chosen.Config); err != nil {
		return nil, err
	}
	var config v1.ConfigFile
	if err := json.Unmarshal(s.config, &config); err != nil {
		return nil, fmt.Errorf("reading the image's configuration: %w", err)
	}
	s.diffIDs = config.RootFS.DiffIDs
	if len(s.diffIDs) != len(s.layers) {
		return nil, fmt.Errorf("it holds %d layers, and the image's configuration names %d", len(s.layers), len(s.diffIDs))
	}
	return s, nil
}

func pick(all tarball.Manifest, reference string) (tarball.Descriptor, error) {
	if reference == "" && len(all) == 1 {
		return all[0], nil
	}
	var names []string
	for _, d := range all {
		names = append(names, d.RepoTags...)
	}
	switch {
	case len(all) == 0:
		return tarball.Descriptor{}, errors.New("its manifest.json names no image")
	case reference == "":
		return tarball.Descriptor{}, choice(names, "docker-archive:FILE:NAME:TAG")
	}
	want, err := name.NewTag(reference)
	if err != nil {
		return tarball.Descriptor{}, err
	}
	for _, d := range all {
		for _, text := range d.RepoTags {
			// A name can be written in several ways.
			if tag, err := name.NewTag(text); err == nil && tag.Name() == want.Name() {
				return d, nil
			}
		}
	}
	return tarball.Descriptor{}, fmt.Errorf("it holds no %s, but %s", refusal.Line(reference), refusal.Line(strings.Join(names, ", ")))
}

// document reads a file of an archive that is small in every real one.
func document(file, name string) ([]byte, error) {
	content, size, err := find(file, name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = content.Close() }()
	if size > largestDocument {
		return nil, tooLarge(path.Base(name), size)
	}
	return io.ReadAll(content)
}
