package images

import (
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net/http"
	"strconv"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// relayRepository is the one repository of a relay.
const relayRepository = "awsvars"

// handler is as much of a registry as engines push to (OCI distribution
// specification, "Push"). It wants a login: others on this machine reach
// loopback, too.
func (r *relay) handler() http.Handler {
	mux := http.NewServeMux()
	const at = "/v2/" + relayRepository
	mux.HandleFunc("GET /v2/{$}", func(http.ResponseWriter, *http.Request) {})
	// Where a manifest is asked for, none is there.
	mux.HandleFunc("GET "+at+"/", http.NotFound)
	mux.HandleFunc("HEAD "+at+"/blobs/{digest}", r.hasBlob)
	mux.HandleFunc("POST "+at+"/blobs/uploads/{$}", r.beginUpload)
	mux.HandleFunc("PATCH "+at+"/blobs/uploads/{id}", r.receive)
	mux.HandleFunc("PUT "+at+"/blobs/uploads/{id}", r.endUpload)
	mux.HandleFunc("PUT "+at+"/manifests/{reference}", r.receiveManifest)
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		user, given, _ := request.BasicAuth()
		if user != r.target.Username || subtle.ConstantTimeCompare([]byte(given), []byte(r.target.Password.Open())) != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="awsvars"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		r.lock.Lock()
		r.reached = true
		r.lock.Unlock()
		mux.ServeHTTP(w, request)
	})
}

// silent drops what the server has to say, since engines try https first.
func silent() *log.Logger { return log.New(io.Discard, "", 0) }

// hasBlob knows a blob that has come, or that all targets have: the engine
// does not compress its layer then.
func (r *relay) hasBlob(w http.ResponseWriter, request *http.Request) {
	digest, err := v1.NewHash(request.PathValue("digest"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	blob, ok := r.find(digest)
	if !ok {
		if blob, ok = r.elsewhere(request.Context(), digest); ok {
			r.add(blob)
		}
	}
	if !ok {
		w.WriteHeader(http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Length", strconv.FormatInt(blob.size, 10))
	w.Header().Set("Docker-Content-Digest", digest.String())
}

func (r *relay) beginUpload(w http.ResponseWriter, request *http.Request) {
	r.lock.Lock()
	r.uploads++
	id := r.uploads
	r.lock.Unlock()
	w.Header().Set("Location", request.URL.Path+strconv.Itoa(id))
	w.Header().Set("Docker-Upload-UUID", strconv.Itoa(id))
	w.Header().Set("Range", "0-0")
	w.WriteHeader(http.StatusAccepted)
}

func (r *relay) receive(w http.ResponseWriter, request *http.Request) {
	size, err := r.write(request)
	if err != nil {
		r.fail(w, err)
		return
	}
	w.Header().Set("Location", request.URL.Path)
	w.Header().Set("Docker-Upload-UUID", request.PathValue("id"))
	w.Header().Set("Range", fmt.Sprintf("0-%d", max(size-1, 0)))
	w.WriteHeader(http.StatusAccepted)
}

// endUpload puts a blob in its place. Its digest is compared on the way to the
// targets.
func (r *relay) endUpload(w http.ResponseWriter, request *http.Request) {
	digest, err := v1.NewHash(request.URL.Query().Get("digest"))
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	size, err := r.write(request)
	if err == nil {
		err = r.place(r.part(request), digest)
	}
	if err != nil {
		r.fail(w, err)
		return
	}
	r.add(kept{file: blobPlace(r.dir, digest), digest: digest, size: size})
	w.Header().Set("Location", "/v2/"+relayRepository+"/blobs/"+digest.String())
	w.Header().Set("Docker-Content-Digest", digest.String())
	w.WriteHeader(http.StatusCreated)
}

// receiveManifest takes a manifest, the one under the tag as the root.
func (r *relay) receiveManifest(w http.ResponseWriter, request *http.Request) {
	text, err := io.ReadAll(io.LimitReader(request.Body, largestManifest))
	if err != nil {
		r.fail(w, err)
		return
	}
	m, err := describe(types.MediaType(request.Header.Get("Content-Type")), text)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	if request.PathValue("reference") == r.target.Tags[0] {
		r.root = m
	} else {
		r.tree.manifests = append(r.tree.manifests, m)
	}
	w.Header().Set("Location", "/v2/"+relayRepository+"/manifests/"+m.digest.String())
	w.Header().Set("Docker-Content-Digest", m.digest.String())
	w.WriteHeader(http.StatusCreated)
}

// fail ends the engine's push: it would repeat the layer for a minute where the
// disk is full.
func (r *relay) fail(w http.ResponseWriter, err error) {
	w.WriteHeader(http.StatusInternalServerError)
	r.broken(err)
}
