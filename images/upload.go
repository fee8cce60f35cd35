package images

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"golang.org/x/sync/errgroup"
)

// upload gives a layout's image to one target: the blobs side by side, then
// the manifests, those that are named by others first, and the tags last.
func (p *push) upload(ctx context.Context, t *tree, o *order) error {
	repository, err := repositoryOf(o.Target)
	if err != nil {
		return err
	}
	pusher, err := remote.NewPusher(p.client(o.Target)...)
	if err != nil {
		return err
	}
	u := &uploading{push: p, order: o, pusher: pusher, repository: repository}
	if err := u.blobs(ctx, t.blobs); err != nil {
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
	repository name.Repository
	sent       atomic.Int64
}

// blobs starts with the largest, so that none of them is alone at the end.
func (u *uploading) blobs(ctx context.Context, blobs []v1.Layer) error {
	meters := make([]*meter, 0, len(blobs))
	for _, blob := range blobs {
		m, err := u.meter(blob)
		if err != nil {
			return err
		}
		u.report(m.at(Waiting, 0))
		meters = append(meters, m)
	}
	slices.SortStableFunc(meters, func(a, b *meter) int { return cmp.Compare(b.size, a.size) })
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(u.jobs())
	for _, m := range meters {
		group.Go(func() error {
			if err := u.blob(ctx, m); err != nil {
				return fmt.Errorf("the layer %s: %w", m.digest, err)
			}
			return nil
		})
	}
	return group.Wait()
}

// meter is a blob on its way.
type meter struct {
	blob       v1.Layer
	repository string
	digest     v1.Hash
	size       int64
}

func (u *uploading) meter(blob v1.Layer) (*meter, error) {
	digest, err := blob.Digest()
	if err != nil {
		return nil, err
	}
	size, err := blob.Size()
	if err != nil {
		return nil, err
	}
	blob = checked{blob, digest, size}
	if u.order.From != "" && u.order.From != u.order.Repository {
		from := u.repository.Registry.Repo(u.order.From)
		blob = &remote.MountableLayer{Layer: blob, Reference: from.Digest(digest.String())}
	}
	return &meter{blob: blob, repository: u.order.Name(), digest: digest, size: size}, nil
}

func (m *meter) at(state State, done int64) Event {
	return Event{Repository: m.repository, Layer: m.digest.Hex[:12], State: state, Done: done, Total: m.size}
}

func (u *uploading) blob(ctx context.Context, m *meter) error {
	var state State
	err := u.trying(ctx, u.order.Target, m.digest.Hex[:12], func(ctx context.Context, seen *exchange) error {
		seen.sent = func(done int64) { u.report(m.at(Sending, done)) }
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
