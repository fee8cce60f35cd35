package images

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
)

// upload gives an image to one target: the blobs side by side, then the
// manifests, those that are named by others first, and the tags last.
func (p *push) upload(ctx context.Context, t *tree, o *order) error {
	u, err := p.uploading(ctx, o)
	if err != nil {
		return err
	}
	u.early.Wait()
	if err := u.blobs(t.blobs); err != nil {
		return err
	}
	if err := u.group.Wait(); err != nil {
		return err
	}
	root := t.manifests[len(t.manifests)-1]
	for _, m := range t.manifests[:len(t.manifests)-1] {
		if err := u.put(ctx, m, ""); err != nil {
			return err
		}
	}
	if len(o.tags) == 0 {
		return u.put(ctx, root, "")
	}
	for i, tag := range o.tags {
		if err := u.put(ctx, root, tag); err != nil {
			return o.stopped(i, err)
		}
	}
	o.pushed.Sent = u.sent.Load()
	return nil
}

// uploading is the upload to one target.
type uploading struct {
	*push
	order      *order
	pusher     *remote.Pusher
	puller     *remote.Puller
	repository name.Repository
	// ctx ends with the first blob that fails.
	ctx   context.Context
	group *errgroup.Group
	// early are those who have a blob for it before all blobs are known.
	early sync.WaitGroup
	lock  sync.Mutex
	begun map[v1.Hash]bool
	sent  atomic.Int64
	// deaf tells that the target did not say whether it has a blob.
	deaf atomic.Bool
}

// uploading begins the upload, or returns the one that a relay has begun.
func (p *push) uploading(ctx context.Context, o *order) (*uploading, error) {
	if o.upload != nil {
		return o.upload, nil
	}
	u := &uploading{push: p, order: o, begun: map[v1.Hash]bool{}}
	u.group, u.ctx = errgroup.WithContext(ctx)
	u.group.SetLimit(u.jobs())
	var err error
	if u.repository, err = repositoryOf(o.Target); err != nil {
		return nil, err
	}
	if u.pusher, err = remote.NewPusher(p.client(o.Target)...); err != nil {
		return nil, err
	}
	if u.puller, err = remote.NewPuller(p.client(o.Target)...); err != nil {
		return nil, err
	}
	return u, nil
}

// blobs begins with the largest, so that none of them is alone at the end, and
// leaves out those that are on their way. It returns when there is a place for
// the last.
func (u *uploading) blobs(blobs []v1.Layer) error {
	meters := make([]*meter, 0, len(blobs))
	for _, blob := range blobs {
		m, err := u.meter(blob)
		if err != nil {
			return err
		}
		if u.first(m.digest) {
			u.report(m.at(Waiting, 0))
			meters = append(meters, m)
		}
	}
	slices.SortStableFunc(meters, func(a, b *meter) int { return cmp.Compare(b.size, a.size) })
	for _, m := range meters {
		u.group.Go(func() error {
			if err := u.blob(u.ctx, m); err != nil {
				return fmt.Errorf("the layer %s: %w", m.digest, err)
			}
			return nil
		})
	}
	return nil
}

// ahead takes a blob before all are known. It does not wait: who is slow holds
// up nobody else.
func (u *uploading) ahead(blob v1.Layer) {
	u.early.Go(func() {
		if err := u.blobs([]v1.Layer{blob}); err != nil {
			u.group.Go(func() error { return err })
		}
	})
}

func (u *uploading) first(digest v1.Hash) bool {
	u.lock.Lock()
	defer u.lock.Unlock()
	first := !u.begun[digest]
	u.begun[digest] = true
	return first
}

func (u *uploading) blob(ctx context.Context, m *meter) error {
	var state State
	err := u.trying(ctx, u.order.Target, m.digest.Hex[:12], func(ctx context.Context, seen *exchange) error {
		seen.sent, seen.size = func(done int64) { u.report(m.at(Sending, done)) }, m.size
		if err := u.pusher.Upload(ctx, u.repository, m.blob); err != nil {
			return err
		}
		state = seen.outcome()
		return nil
	})
	if err != nil {
		return err
	}
	if state == Sent {
		u.sent.Add(m.size)
	}
	u.report(m.at(state, m.size))
	return nil
}

// put writes a manifest under its digest, or under a tag.
func (u *uploading) put(ctx context.Context, m manifest, tag string) error {
	digest, err := m.Digest()
	if err != nil {
		return err
	}
	var reference name.Reference = u.repository.Digest(digest.String())
	if tag != "" {
		reference = u.repository.Tag(tag)
	}
	return u.trying(ctx, u.order.Target, "manifest", func(ctx context.Context, _ *exchange) error {
		return u.pusher.Put(ctx, reference, m)
	})
}
