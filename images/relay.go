package images

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// relay is a registry on loopback to which a Docker engine pushes an image that
// several registries get. By itself an engine compresses the layers anew for
// each of them; here it does so once, and each blob goes on to all targets as
// soon as it is there. The manifests are the engine's own, so that the digest
// is the one of a push without a relay, whatever engine it is.
type relay struct {
	*push
	target Target
	// dir holds the blobs.
	dir string
	// orders are all targets; those in ahead get blobs as they come, the others
	// take them from one in the same registry.
	orders, ahead []*uploading
	// broken ends the engine's push where there is no use in another attempt.
	broken context.CancelCauseFunc

	lock sync.Mutex
	// reached tells that the engine has called with the login.
	reached bool
	uploads int
	known   map[v1.Hash]kept
	tree    tree
	root    *described
}

// relayed pushes an engine's image to a relay, which has begun to upload it
// when this returns. Who calls done removes what the relay has kept.
func (p *push) relayed(ctx context.Context, e *engine, orders []*order) (t *tree, done func(), err error) {
	dir, err := os.MkdirTemp(p.Temporary, "awsvars-image-")
	if err != nil {
		return nil, nil, err
	}
	uploads, stop := context.WithCancel(ctx)
	r := &relay{push: p, dir: dir, known: map[v1.Hash]kept{}}
	done = func() {
		stop()
		for _, u := range r.orders {
			u.early.Wait()
			_ = u.group.Wait()
			u.order.upload = nil
		}
		_ = os.RemoveAll(dir)
	}
	if err = r.address(uploads, orders); err == nil {
		err = r.serve(ctx, e)
	}
	if err != nil {
		done()
		return nil, nil, err
	}
	return &r.tree, done, nil
}

// address prepares the uploads.
func (r *relay) address(ctx context.Context, orders []*order) error {
	for _, o := range orders {
		u, err := r.uploading(ctx, o)
		if err != nil {
			return err
		}
		o.upload, o.begin = u, time.Now()
		if !slices.ContainsFunc(r.ahead, func(other *uploading) bool { return other.order.Host == o.Host }) {
			r.ahead = append(r.ahead, u)
		}
		r.orders = append(r.orders, u)
	}
	return os.MkdirAll(filepath.Join(r.dir, "blobs", "sha256"), 0o700)
}

// serve listens while the engine pushes.
func (r *relay) serve(ctx context.Context, e *engine) error {
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.target = Target{
		Host: listener.Addr().String(), Repository: relayRepository, Tags: []string{"image"},
		Username: "awsvars", Password: variables.NewSecret(rand.Text()),
	}
	ctx, r.broken = context.WithCancelCause(ctx)
	defer r.broken(nil)
	server := &http.Server{Handler: r.handler(), ReadHeaderTimeout: 10 * time.Second, ErrorLog: silent()}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	if err := r.meet(ctx, e); err != nil {
		return err
	}
	return r.take(ctx, e)
}

// meet makes sure that the engine's loopback is this one: in another machine,
// or another container, somebody else could listen at the same port. The
// engine knows 127.0.0.0/8 as a place where http is enough.
func (r *relay) meet(ctx context.Context, e *engine) error {
	ctx, stop := context.WithTimeout(ctx, 10*time.Second)
	defer stop()
	err := e.logIn(ctx, r.target)
	r.lock.Lock()
	defer r.lock.Unlock()
	if err != nil || !r.reached {
		return errors.New("it runs on another machine, or in another container, and does not reach this process")
	}
	return nil
}

// take has the engine push, and compares what came with what it says.
func (r *relay) take(ctx context.Context, e *engine) error {
	first := r.orders[0].order
	name := first.Name() + ":" + first.tags[0]
	if kept, err := e.keep(ctx, name); err != nil {
		return e.explained(err)
	} else if kept {
		first.pushed.Left = append(first.pushed.Left, name)
	}
	own := &order{Target: r.target}
	name = own.Name() + ":" + r.target.Tags[0]
	restore, err := e.name(ctx, name)
	if err != nil {
		return err
	}
	err = e.send(ctx, own, name, r.show)
	if !e.restored(ctx, restore) {
		first.pushed.Left = append(first.pushed.Left, name)
	}
	if cause := context.Cause(ctx); cause != nil {
		return cause
	}
	if err != nil {
		return err
	}
	return r.complete(own.digest)
}

// complete ends the tree with the manifest that the engine has tagged.
func (r *relay) complete(digest string) error {
	r.lock.Lock()
	defer r.lock.Unlock()
	if r.root == nil || r.root.digest.String() != digest {
		return fmt.Errorf("it says that it pushed %s, which did not come", refusal.Line(digest))
	}
	r.tree.manifests = append(r.tree.manifests, r.root)
	for _, u := range r.orders {
		u.order.digest = digest
	}
	return nil
}

// show reports what the engine does as preparing: it is for all targets.
func (r *relay) show(e Event) {
	e.Repository = ""
	r.report(e)
}
