package images

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/partial"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// refName is the annotation that names a manifest of a layout (OCI image
// specification, "Pre-Defined Annotation Keys").
const refName = "org.opencontainers.image.ref.name"

func openLayout(dir, reference string) (*Image, error) {
	if err := bounded(filepath.Join(dir, "index.json"), "index.json"); err != nil {
		return nil, err
	}
	index, err := layout.ImageIndexFromPath(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, variables.WithHint(fmt.Errorf("it is not an OCI layout: %w", err),
			"a layout has the files oci-layout and index.json; skopeo copy … oci:DIR and docker buildx build --output type=oci,tar=false,dest=DIR make one")
	}
	if err != nil {
		return nil, err
	}
	all, err := index.IndexManifest()
	if err != nil {
		return nil, fmt.Errorf("reading index.json: %w", err)
	}
	t := &tree{dir: dir}
	root, err := t.choose(index, all.Manifests, reference)
	if err != nil {
		return nil, err
	}
	if err := t.add(root); err != nil {
		return nil, err
	}
	return t.image(root)
}

// choose returns the image that reference names: a name, or @ and a digest.
func (t *tree) choose(index v1.ImageIndex, all []v1.Descriptor, reference string) (manifest, error) {
	var names []string
	for _, d := range all {
		name := d.Annotations[refName]
		if "@"+d.Digest.String() == reference || name != "" && name == reference || reference == "" && len(all) == 1 {
			return t.load(index, d)
		}
		names = append(names, strings.TrimPrefix(name+"@"+d.Digest.String(), "@"))
	}
	switch {
	case len(all) == 0:
		return nil, errors.New("it holds no image")
	case reference == "" && platforms(all):
		// The layout's own index is the image of several architectures.
		return index, nil
	case reference == "":
		return nil, choice(names, "oci:DIR:NAME, or oci:DIR@sha256:…")
	}
	return nil, fmt.Errorf("it holds no %s, but %s", refusal.Line(reference), refusal.Line(strings.Join(names, ", ")))
}

// platforms tells whether the manifests are those of one image: each for its
// platform, and none with a name.
func platforms(all []v1.Descriptor) bool {
	for _, d := range all {
		if d.Platform == nil || d.Annotations[refName] != "" {
			return false
		}
	}
	return true
}

// manifest is an image or an index.
type manifest interface {
	partial.Describable
	RawManifest() ([]byte, error)
}

// load reads a manifest, which must be the one that its descriptor names: its
// own digest is what would be pushed.
func (t *tree) load(index v1.ImageIndex, d v1.Descriptor) (m manifest, err error) {
	if err := bounded(blobPlace(t.dir, d.Digest), "the manifest "+d.Digest.String()); err != nil {
		return nil, err
	}
	switch {
	case d.MediaType.IsIndex():
		m, err = index.ImageIndex(d.Digest)
	case d.MediaType.IsImage():
		m, err = index.Image(d.Digest)
	default:
		return nil, fmt.Errorf("%s is of type %s, and neither an image nor an index", d.Digest, refusal.Line(string(d.MediaType)))
	}
	if err != nil {
		return nil, err
	}
	text, err := m.RawManifest()
	if err != nil {
		return nil, err
	}
	return m, matches("the manifest "+d.Digest.String(), text, d.Digest)
}
