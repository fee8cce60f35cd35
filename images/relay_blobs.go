package images

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"golang.org/x/sync/errgroup"
)

func (r *relay) find(digest v1.Hash) (kept, bool) {
	r.lock.Lock()
	defer r.lock.Unlock()
	blob, ok := r.known[digest]
	return blob, ok
}

// elsewhere asks all targets for a blob.
func (r *relay) elsewhere(ctx context.Context, digest v1.Hash) (kept, bool) {
	sizes := make([]int64, len(r.orders))
	group, ctx := errgroup.WithContext(ctx)
	for i, u := range r.orders {
		group.Go(func() (err error) {
			sizes[i], err = u.has(ctx, digest)
			return err
		})
	}
	if group.Wait() != nil || slices.Min(sizes) != slices.Max(sizes) {
		return kept{}, false
	}
	return kept{file: blobPlace(r.dir, digest), digest: digest, size: sizes[0]}, true
}

// add hands a blob on, unless it has been before.
func (r *relay) add(blob kept) {
	r.lock.Lock()
	_, known := r.known[blob.digest]
	if !known {
		r.known[blob.digest] = blob
		r.tree.blobs = append(r.tree.blobs, blob.layer())
	}
	r.lock.Unlock()
	if known {
		return
	}
	for _, u := range r.ahead {
		u.ahead(blob.layer())
	}
}

// has asks the target for a blob, and returns its size. A target that did not
// answer once is not asked again.
func (u *uploading) has(ctx context.Context, digest v1.Hash) (size int64, err error) {
	if u.deaf.Load() {
		return 0, errDeaf
	}
	asking, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	blob, err := u.puller.Layer(asking, u.repository.Digest(digest.String()))
	if err == nil {
		size, err = blob.Size()
	}
	if err == nil && size < 0 {
		err = errDeaf
	}
	if err != nil && ctx.Err() == nil && !absent(brief(err)) {
		u.deaf.Store(true)
	}
	return size, err
}

var errDeaf = errors.New("the registry did not say whether it has the blob")

// write puts the body of a request behind what has come of a blob.
func (r *relay) write(request *http.Request) (size int64, err error) {
	file, err := os.OpenFile(r.part(request), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return 0, err
	}
	_, err = io.Copy(file, request.Body)
	info, failed := file.Stat()
	if err := errors.Join(err, failed, file.Close()); err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// place gives a blob that is complete its name. Of one that comes twice the
// first is on its way already.
func (r *relay) place(part string, digest v1.Hash) error {
	if _, known := r.find(digest); known {
		return os.Remove(part)
	}
	return os.Rename(part, blobPlace(r.dir, digest))
}

func (r *relay) part(request *http.Request) string {
	return filepath.Join(r.dir, "upload-"+filepath.Base(request.PathValue("id")))
}
