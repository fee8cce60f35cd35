package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"golang.org/x/sync/errgroup"
)

// push is one call of Push.
type push struct {
	Options
	reporter
	attempts int
	first    time.Duration
}

func newPush(o Options) *push {
	p := &push{Options: o, reporter: reporter{show: o.Progress}, attempts: o.Attempts, first: o.Backoff}
	if p.attempts < 1 {
		p.attempts = 5
	}
	if p.first <= 0 {
		p.first = time.Second
	}
	if p.Transport == nil {
		p.Transport = &http.Transport{MaxIdleConnsPerHost: o.jobs(), ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second, IdleConnTimeout: time.Minute}
	}
	return p
}

// Push gives the image to every target, in the order of the result. Registries
// are served side by side; repositories of one registry one after another, so
// that it can take the layers from the first.
//
// A target that fails does not stop the others: the error holds all that
// failed, and the result those that did not. Errors hold a [*Refusal] where a
// registry said no, and an [*Unreachable] where nobody answered.
func Push(ctx context.Context, image *Image, targets []Target, o Options) ([]Pushed, error) {
	p := newPush(o)
	orders, err := p.judge(ctx, image, targets)
	if err != nil {
		return nil, err
	}
	byHost := map[string][]*order{}
	for _, order := range orders {
		byHost[order.Host] = append(byHost[order.Host], order)
	}
	image, done := p.once(ctx, image, orders)
	defer done()
	var group errgroup.Group
	for _, orders := range byHost {
		group.Go(func() error {
			p.pushHost(ctx, image, orders)
			return nil
		})
	}
	_ = group.Wait()
	var (
		pushed   []Pushed
		failures []error
	)
	for _, order := range orders {
		if order.err != nil {
			failures = append(failures, fmt.Errorf("pushing to %s: %w", order.Name(), order.err))
			continue
		}
		pushed = append(pushed, order.pushed)
	}
	return pushed, errors.Join(failures...)
}

func (p *push) pushHost(ctx context.Context, image *Image, orders []*order) {
	from := ""
	for _, order := range orders {
		// The first has none, and a relay may be reading what it is to do.
		if order.From == "" && from != "" {
			order.From = from
		}
		if order.begin.IsZero() {
			order.begin = time.Now()
		}
		if !order.nothing {
			order.err = p.pushOne(ctx, image, order)
		}
		if order.err != nil {
			continue
		}
		order.finish(image.Size, time.Since(order.begin))
		from = order.Repository
	}
}

func (p *push) pushOne(ctx context.Context, image *Image, order *order) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if image.engine != nil {
		if order.tagless() {
			return errors.New("a Docker engine pushes tags only, and none is given")
		}
		return image.engine.push(ctx, p, order)
	}
	return p.upload(ctx, image.tree, order)
}

// judge asks what the tags of all targets are, and then what to do.
func (p *push) judge(ctx context.Context, image *Image, targets []Target) ([]*order, error) {
	orders := make([]*order, len(targets))
	for _, t := range targets {
		if _, err := repositoryOf(t); err != nil {
			return nil, err
		}
	}
	standings := make([][]Standing, len(targets))
	group, running := errgroup.WithContext(ctx)
	for i, t := range targets {
		orders[i] = &order{Target: t, tags: t.Tags, digest: image.Digest}
		if p.Judge == nil {
			continue
		}
		group.Go(func() (err error) {
			standings[i], err = p.standing(running, image, t)
			return err
		})
	}
	if err := group.Wait(); err != nil || p.Judge == nil {
		return orders, err
	}
	for i, t := range targets {
		tags, err := p.Judge(ctx, t, standings[i])
		if err != nil {
			return nil, err
		}
		orders[i].decide(tags, standings[i])
	}
	return orders, nil
}
