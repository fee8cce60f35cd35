package images

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/docker/docker/api/types/image"
	"github.com/docker/docker/api/types/registry"
)

// push names the image as the target has it, pushes each name, and takes the
// names away again.
func (e *engine) push(ctx context.Context, p *push, o *order) error {
	for i, tag := range o.tags {
		name := o.Name() + ":" + tag
		restore, err := e.name(ctx, name)
		if err != nil {
			return o.stopped(i, fmt.Errorf("naming the image %s: %w", name, err))
		}
		err = p.trying(ctx, o.Target, "manifest", func(ctx context.Context, _ *exchange) error {
			return e.send(ctx, o, name, func(event Event) {
				// The layers have gone with the first tag.
				if i == 0 {
					p.report(event)
				}
			})
		})
		if !e.restored(ctx, restore) {
			o.pushed.Left = append(o.pushed.Left, name)
		}
		if err != nil {
			return o.stopped(i, err)
		}
	}
	return nil
}

// longestRestoring and leastRestoring bound the time of what puts things back:
// the run's own, and a little where that is over.
const longestRestoring, leastRestoring = 10 * time.Second, 2 * time.Second

// restored puts things back, also after an interruption.
func (e *engine) restored(ctx context.Context, restore func(context.Context) bool) bool {
	most := longestRestoring
	if until, limited := ctx.Deadline(); limited {
		most = min(most, max(time.Until(until), leastRestoring))
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), most)
	defer stop()
	return restore(ctx)
}

// send pushes a name that the image has.
func (e *engine) send(ctx context.Context, o *order, name string, report func(Event)) error {
	login, err := registry.EncodeAuthConfig(e.login(o.Target))
	if err != nil {
		return errors.New("writing the login for the Docker engine failed")
	}
	stream, err := e.api.ImagePush(ctx, name, image.PushOptions{RegistryAuth: login})
	if err != nil {
		return e.explained(err)
	}
	defer func() { _ = stream.Close() }()
	return readStream(stream, o, report)
}

// logIn has the engine itself ask a registry whether it takes the login.
func (e *engine) logIn(ctx context.Context, t Target) error {
	_, err := e.api.RegistryLogin(ctx, e.login(t))
	return err
}

func (*engine) login(t Target) registry.AuthConfig {
	return registry.AuthConfig{Username: t.Username, Password: t.Password.Open(), ServerAddress: t.Host}
}

// name gives the image a name, and returns what puts things back, and tells
// whether it did.
func (e *engine) name(ctx context.Context, name string) (restore func(context.Context) bool, err error) {
	before, err := e.api.ImageInspect(ctx, name)
	if err != nil && !errdefs.IsNotFound(err) {
		return nil, e.explained(err)
	}
	if err == nil && before.ID == e.id {
		return func(context.Context) bool { return true }, nil
	}
	if err := e.api.ImageTag(ctx, e.id, name); err != nil {
		return nil, e.explained(err)
	}
	if before.ID != "" {
		return func(ctx context.Context) bool { return e.api.ImageTag(ctx, before.ID, name) == nil }, nil
	}
	return func(ctx context.Context) bool { return e.unname(ctx, name) }, nil
}

// keep gives an image that has no name one that it may keep, since the engine
// would delete the image with the last that is taken away. The name of another
// image stays where it is.
func (e *engine) keep(ctx context.Context, name string) (kept bool, err error) {
	now, err := e.api.ImageInspect(ctx, e.id)
	if err != nil || len(now.RepoTags) > 0 {
		return false, err
	}
	if _, err := e.api.ImageInspect(ctx, name); !errdefs.IsNotFound(err) {
		return false, err
	}
	return true, e.api.ImageTag(ctx, e.id, name)
}

// unname takes a name of ours away, unless it is the only one: with it the
// engine would delete the image.
func (e *engine) unname(ctx context.Context, name string) bool {
	now, err := e.api.ImageInspect(ctx, e.id)
	if err != nil || len(now.RepoTags) < 2 {
		return false
	}
	_, err = e.api.ImageRemove(ctx, name, image.RemoveOptions{})
	return err == nil || errdefs.IsNotFound(err)
}
