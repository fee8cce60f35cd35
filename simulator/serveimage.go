package simulator

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// serveImage answers what was admitted (OCI distribution specification,
// "Endpoints").
func (s *Simulator) serveImage(c *imageCall, w http.ResponseWriter) *refusal {
	w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
	switch c.http.Method + " " + c.part {
	case "GET ping", "HEAD ping":
		return c.writeJSON(w, map[string]any{})
	case "GET token":
		return s.giveToken(c, w)
	case "GET catalog":
		return c.writeJSON(w, map[string]any{"repositories": c.images.names()})
	case "GET tags":
		return c.listTags(w)
	case "GET blobs", "HEAD blobs":
		return s.giveLayer(c, w)
	case "GET manifests", "HEAD manifests":
		return c.giveManifest(w)
	case "PUT manifests":
		return s.takeManifest(c, w)
	case "DELETE manifests":
		return c.deleteManifest(w)
	case "POST uploads", "PATCH uploads", "PUT uploads", "GET uploads", "DELETE uploads":
		return s.serveUpload(c, w)
	}
	if c.part == "" {
		return &refusal{http.StatusNotFound, "UNSUPPORTED", "404 page not found"}
	}
	return &refusal{http.StatusMethodNotAllowed, "UNSUPPORTED", "The operation is unsupported."}
}

func (c *imageCall) writeJSON(w http.ResponseWriter, value any) *refusal {
	body, err := json.Marshal(value)
	if err != nil {
		return internal(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
	return nil
}

func internal(err error) *refusal {
	return &refusal{http.StatusInternalServerError, "UNKNOWN", "unknown error: " + err.Error()}
}

// giveToken hands ECR Public's bearer token out: the password again, or one for
// somebody who has none.
func (s *Simulator) giveToken(c *imageCall, w http.ResponseWriter) *refusal {
	if !c.images.place.public {
		return &refusal{http.StatusNotFound, "UNSUPPORTED", "404 page not found"}
	}
	_, password, ok := c.http.BasicAuth()
	if !ok {
		password = s.vault.keep(randomText(900))
		s.logins.add(password, login{expires: c.now.Add(loginLife), public: true})
	}
	token := s.vault.keep(base64.StdEncoding.EncodeToString([]byte("AWS:" + password)))
	return c.writeJSON(w, map[string]any{"token": token})
}

func (m *images) names() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return append([]string{}, slices.Sorted(maps.Keys(m.repositories))...)
}

// listTags gives them in pages, as the specification's "Listing Tags" has it.
func (c *imageCall) listTags(w http.ResponseWriter) *refusal {
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	tags := append([]string{}, repository.tags("")...)
	c.images.mu.Unlock()
	query := c.http.URL.Query()
	if last := query.Get("last"); last != "" {
		at, found := slices.BinarySearch(tags, last)
		if found {
			at++
		}
		tags = tags[at:]
	}
	if n, err := strconv.Atoi(query.Get("n")); err == nil && n > 0 && n < len(tags) {
		tags = tags[:n]
		w.Header().Set("Link", "</v2/"+c.name+"/tags/list?n="+strconv.Itoa(n)+"&last="+tags[n-1]+`>; rel="next"`)
	}
	return c.writeJSON(w, map[string]any{"name": c.name, "tags": tags})
}

var digestPattern = regexp.MustCompile(`^sha256:[0-9a-f]{64}$`)

// path is where a layer's content is. The digest must have been checked.
func (r *registries) path(digest string) string {
	return filepath.Join(r.blobs, digest[len("sha256:"):])
}

func (s *Simulator) giveLayer(c *imageCall, w http.ResponseWriter) *refusal {
	if !digestPattern.MatchString(c.reference) {
		return &refusal{http.StatusBadRequest, "DIGEST_INVALID", "provided digest did not match uploaded content"}
	}
	repository := c.images.find(c.name)
	c.images.mu.Lock()
	_, ok := repository.layers[c.reference]
	c.images.mu.Unlock()
	if !ok {
		return &refusal{http.StatusNotFound, "BLOB_UNKNOWN", "blob unknown to registry"}
	}
	file, err := os.Open(s.registries.path(c.reference))
	if err != nil {
		return internal(errors.Unwrap(err))
	}
	defer func() { _ = file.Close() }()
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Set("Docker-Content-Digest", c.reference)
	http.ServeContent(w, c.http, "", time.Time{}, file)
	return nil
}
