package images

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
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

// order is what is to be done for a target, and what came of it.
type order struct {
	Target
	// tags are those to push.
	tags     []string
	existing []string
	// nothing tells that there is no tag to push.
	nothing bool
	digest  string
	pushed  Pushed
	err     error
}

// stopped names the tag at which a push ended, and those that name the image
// already: nobody takes them back.
func (o *order) stopped(at int, err error) error {
	if at == 0 {
		return fmt.Errorf("the tag %s: %w", o.tags[at], err)
	}
	return fmt.Errorf("the tag %s, with %s pushed before it: %w", o.tags[at], strings.Join(o.tags[:at], ", "), err)
}

func (p *push) pushHost(ctx context.Context, image *Image, orders []*order) {
	from := ""
	for _, order := range orders {
		if order.From == "" {
			order.From = from
		}
		begin := time.Now()
		if !order.nothing {
			order.err = p.pushOne(ctx, image, order)
		}
		if order.err != nil {
			continue
		}
		order.finish(image.Size, time.Since(begin))
		from = order.Repository
	}
}

// finish says what the registry has.
func (o *order) finish(size int64, taken time.Duration) {
	o.pushed.Target, o.pushed.Existing, o.pushed.Duration = o.Target, o.existing, taken
	o.pushed.Tags = slices.DeleteFunc(slices.Clone(o.Target.Tags), func(tag string) bool {
		return !slices.Contains(o.tags, tag) && !slices.Contains(o.existing, tag)
	})
	if !o.nothing || len(o.existing) > 0 {
		o.pushed.Digest, o.pushed.Size = o.digest, size
	}
}

func (p *push) pushOne(ctx context.Context, image *Image, order *order) error {
	if image.engine != nil {
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

// decide takes the tags to push. A tag that names the image already needs no
// push, and an immutable one takes none. Those that name another image go
// first: if they must not move, no new tag has been made yet.
func (o *order) decide(tags []string, standings []Standing) {
	o.tags = nil
	same, taken := map[string]bool{}, map[string]bool{}
	for _, s := range standings {
		taken[s.Tag] = s.Digest != ""
		if s.Same {
			same[s.Tag] = true
			o.existing = append(o.existing, s.Tag)
			if o.digest == "" {
				o.digest = s.Digest
			}
		}
	}
	for _, tag := range o.Tags {
		if !same[tag] && slices.Contains(tags, tag) {
			o.tags = append(o.tags, tag)
		}
	}
	slices.SortStableFunc(o.tags, func(a, b string) int {
		switch {
		case taken[a] == taken[b]:
			return 0
		case taken[a]:
			return -1
		}
		return 1
	})
	o.nothing = len(o.tags) == 0 && len(o.Tags) > 0
}
