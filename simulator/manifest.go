package simulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// The largest manifest that is taken; ECR's own is 4 MiB as well (ECR user
// guide, "Amazon ECR service quotas").
const largestManifest = 4 << 20

// manifestDocument is what a registry must know of a manifest or an index.
type manifestDocument struct {
	MediaType string       `json:"mediaType"`
	Config    descriptor   `json:"config"`
	Layers    []descriptor `json:"layers"`
	Manifests []descriptor `json:"manifests"`
}

type descriptor struct {
	MediaType string `json:"mediaType"`
	Digest    string `json:"digest"`
	Size      int64  `json:"size"`
}

func (c *imageCall) giveManifest(w http.ResponseWriter) *refusal {
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	found := repository.image(c.reference)
	c.images.mu.Unlock()
	if found == nil {
		return &refusal{http.StatusNotFound, "MANIFEST_UNKNOWN", "Requested image not found"}
	}
	w.Header().Set("Content-Type", found.mediaType)
	w.Header().Set("Content-Length", strconv.Itoa(len(found.manifest)))
	w.Header().Set("Docker-Content-Digest", found.digest)
	w.WriteHeader(http.StatusOK)
	if c.http.Method == http.MethodGet {
		_, _ = w.Write(found.manifest)
	}
	return nil
}

// takeManifest is PutImage: the layers must be there, and a tag that must not
// move stays.
func (s *Simulator) takeManifest(c *imageCall, w http.ResponseWriter) *refusal {
	body, err := io.ReadAll(io.LimitReader(c.http.Body, largestManifest+1))
	if err != nil || len(body) > largestManifest {
		return &refusal{http.StatusBadRequest, "MANIFEST_INVALID", "manifest invalid"}
	}
	var document manifestDocument
	if err := json.Unmarshal(body, &document); err != nil {
		return &refusal{http.StatusBadRequest, "MANIFEST_INVALID", "manifest invalid"}
	}
	taken := &image{
		digest: digestOf(body), mediaType: or(c.http.Header.Get("Content-Type"), document.MediaType),
		manifest: body, size: document.size(), pushed: s.clock.time(),
	}
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	refused := repository.put(taken, document, c.reference)
	c.images.mu.Unlock()
	if refused != nil {
		return refused
	}
	w.Header().Set("Location", "/v2/"+c.name+"/manifests/"+taken.digest)
	w.Header().Set("Docker-Content-Digest", taken.digest)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}

func (d manifestDocument) size() int64 {
	size := d.Config.Size
	for _, layer := range d.Layers {
		size += layer.Size
	}
	return size
}

// put keeps an image; the registry must be locked. The registry without a name
// does not look at layers.
func (r *repository) put(taken *image, document manifestDocument, reference string) *refusal {
	isDigest := strings.HasPrefix(reference, "sha256:")
	if isDigest && reference != taken.digest {
		return &refusal{http.StatusBadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content"}
	}
	if refused := r.complete(document); refused != nil {
		return refused
	}
	if before, ok := r.tagged[reference]; ok && before != taken.digest && r.immutable(reference) {
		return &refusal{http.StatusBadRequest, "TAG_INVALID", fmt.Sprintf("The image tag '%s' already exists in the '%s' repository "+
			"and cannot be overwritten because the tag is immutable.", reference, r.name)}
	}
	if r.images[taken.digest] == nil {
		r.images[taken.digest] = taken
	}
	if !isDigest {
		r.tagged[reference] = taken.digest
	}
	return nil
}

// complete looks for all that a manifest names (ECR API reference, PutImage:
// LayersNotFoundException, ReferencedImagesNotFoundException). Layers that are
// not distributable are elsewhere.
func (r *repository) complete(document manifestDocument) *refusal {
	missing := func(what, code string, digests []string) *refusal {
		return &refusal{http.StatusNotFound, code, fmt.Sprintf("%s with digests '[%s]' required for pushing image into "+
			"repository with name '%s' in the registry with id '%s' do not exist", what, strings.Join(digests, ", "), r.name, r.account)}
	}
	var layers, images []string
	for _, one := range append([]descriptor{document.Config}, document.Layers...) {
		elsewhere := strings.Contains(one.MediaType, "foreign") || strings.Contains(one.MediaType, "nondistributable")
		if _, ok := r.layers[one.Digest]; !ok && one.Digest != "" && !elsewhere {
			layers = append(layers, one.Digest)
		}
	}
	for _, one := range document.Manifests {
		if r.images[one.Digest] == nil {
			images = append(images, one.Digest)
		}
	}
	switch {
	case len(layers) > 0 && r.account != "":
		// The code as it is told in github.com/oras-project/oras-py issue 54.
		return missing("Layers", "BLOB_UPLOAD_UNKNOWN", layers)
	case len(images) > 0:
		return missing("Images", "MANIFEST_UNKNOWN", images)
	}
	return nil
}

func (c *imageCall) deleteManifest(w http.ResponseWriter) *refusal {
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	defer c.images.mu.Unlock()
	found := repository.image(c.reference)
	if found == nil {
		return &refusal{http.StatusNotFound, "MANIFEST_UNKNOWN", "Requested image not found"}
	}
	if _, isTag := repository.tagged[c.reference]; isTag {
		delete(repository.tagged, c.reference)
	} else {
		delete(repository.images, found.digest)
		for _, tag := range repository.tags(found.digest) {
			delete(repository.tagged, tag)
		}
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}
