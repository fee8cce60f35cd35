package images

import (
	"context"
	"slices"
)

// once has a Docker engine give its image to a relay where it is for several
// registries, and returns that in its place. Where the engine cannot, it pushes
// to each of them. Who calls done removes what the relay has kept.
func (p *push) once(ctx context.Context, image *Image, orders []*order) (_ *Image, done func()) {
	orders = slices.DeleteFunc(slices.Clone(orders), func(o *order) bool { return o.nothing })
	if image.engine == nil || !severalHosts(orders) || slices.ContainsFunc(orders, (*order).tagless) {
		return image, func() {}
	}
	t, done, err := p.relayed(ctx, image.engine, orders)
	if err != nil {
		if ctx.Err() == nil {
			p.report(Event{State: Abandoned, Note: brief(err).Error()})
		}
		return image, func() {}
	}
	return &Image{tree: t}, done
}

func severalHosts(orders []*order) bool {
	return slices.ContainsFunc(orders, func(o *order) bool { return o.Host != orders[0].Host })
}
