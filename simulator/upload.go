package simulator

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
)

// upload is a layer on its way. Its digest is worked out while it arrives.
type upload struct {
	id         string
	repository string

	mu   sync.Mutex
	file *os.File
	hash hash.Hash
	size int64
}

func (s *Simulator) serveUpload(c *imageCall, w http.ResponseWriter) *refusal {
	if c.http.Method == http.MethodPost {
		return s.startUpload(c, w)
	}
	u := c.images.upload(c.reference)
	if u == nil || u.repository != c.name {
		return &refusal{http.StatusNotFound, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry"}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	switch c.http.Method {
	case http.MethodPatch:
		return u.add(c, w)
	case http.MethodPut:
		return s.completeUpload(c, w, u)
	case http.MethodDelete:
		c.images.drop(u)
		w.WriteHeader(http.StatusNoContent)
	default:
		u.tell(w, http.StatusNoContent)
	}
	return nil
}

func (m *images) upload(id string) *upload {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.uploads[id]
}

func (m *images) drop(u *upload) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.uploads, u.id)
	_ = u.file.Close()
	_ = os.Remove(u.file.Name())
}

// startUpload begins an upload, which may be a whole one. A mount of another
// repository's layer becomes an ordinary upload, as the specification allows
// and as ECR does by default.
func (s *Simulator) startUpload(c *imageCall, w http.ResponseWriter) *refusal {
	file, err := os.CreateTemp(s.registries.blobs, "upload-")
	if err != nil {
		return internal(errors.Unwrap(err))
	}
	u := &upload{id: randomUUID(), repository: c.name, file: file, hash: sha256.New()}
	c.images.mu.Lock()
	c.images.uploads[u.id] = u
	c.images.mu.Unlock()
	u.mu.Lock()
	defer u.mu.Unlock()
	if c.http.URL.Query().Has("digest") {
		return s.completeUpload(c, w, u)
	}
	u.tell(w, http.StatusAccepted)
	return nil
}

// tell says how far the upload is; an empty one says 0-0 (specification,
// "Pushing a blob in chunks", and what docker's registry does).
func (u *upload) tell(w http.ResponseWriter, status int) {
	w.Header().Set("Location", "/v2/"+u.repository+"/blobs/uploads/"+u.id)
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(u.size-1, 0)))
	w.Header().Set("Docker-Upload-Uuid", u.id)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(status)
}

func (u *upload) add(c *imageCall, w http.ResponseWriter) *refusal {
	if text := c.http.Header.Get("Content-Range"); text != "" {
		var start, end int64
		if _, err := fmt.Sscanf(strings.TrimPrefix(text, "bytes="), "%d-%d", &start, &end); err != nil || start != u.size {
			return &refusal{http.StatusRequestedRangeNotSatisfiable, "BLOB_UPLOAD_INVALID", "blob upload invalid"}
		}
	}
	if refused := u.receive(c); refused != nil {
		return refused
	}
	u.tell(w, http.StatusAccepted)
	return nil
}

// receive appends the request's body. What has arrived before a connection
// ended stays, and counts.
func (u *upload) receive(c *imageCall) *refusal {
	n, err := io.CopyBuffer(io.MultiWriter(u.file, u.hash), struct{ io.Reader }{c.http.Body}, make([]byte, 256<<10))
	u.size += n
	if err != nil {
		return &refusal{http.StatusBadRequest, "BLOB_UPLOAD_INVALID", "blob upload invalid"}
	}
	return nil
}

// completeUpload makes a layer of the upload if it is what the digest says.
func (s *Simulator) completeUpload(c *imageCall, w http.ResponseWriter, u *upload) *refusal {
	if refused := u.receive(c); refused != nil {
		return refused
	}
	digest := c.http.URL.Query().Get("digest")
	defer c.images.drop(u)
	if digest != fmt.Sprintf("sha256:%x", u.hash.Sum(nil)) {
		return &refusal{http.StatusBadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content"}
	}
	if err := os.Rename(u.file.Name(), s.registries.path(digest)); err != nil {
		return internal(errors.Unwrap(err))
	}
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	repository.layers[digest] = u.size
	c.images.mu.Unlock()
	w.Header().Set("Location", "/v2/"+c.name+"/blobs/"+digest)
	w.Header().Set("Docker-Content-Digest", digest)
	w.Header().Set("Content-Length", "0")
	w.WriteHeader(http.StatusCreated)
	return nil
}
