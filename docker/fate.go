package docker

import (
	"context"
	"fmt"
	"slices"
)

// told adds an outcome. A job that has logged in twice has two records of one
// place, and the one of a login that was there counts.
func told(outcomes []Outcome, o Outcome) []Outcome {
	i := slices.IndexFunc(outcomes, func(other Outcome) bool { return other.Place == o.Place })
	switch {
	case i < 0:
		return append(outcomes, o)
	case o.Fate == Removed, o.Fate == Shared && outcomes[i].Fate != Removed:
		outcomes[i] = o
	}
	return outcomes
}

func (r record) is(other record) bool {
	return r.place() == other.place() && r.Job == other.Job && slices.Equal(r.Hash, other.Hash)
}

// fate is that of a login which the store has, or has not.
func (r record) fate(p pair, is bool, rest []record) Fate {
	switch {
	case !is:
		return Gone
	case !r.of(p):
		return Renewed
	case slices.ContainsFunc(rest, func(other record) bool { return other.place() == r.place() && other.of(p) }):
		return Shared
	}
	return Removed
}

// release takes the login out of auths, unless somebody else needs it.
func (d document) release(r record, rest []record) (document, Fate) {
	p, plain, is := d.pair(r.Host)
	if is && !plain {
		return d, Renewed
	}
	fate := r.fate(p, is, rest)
	if fate == Removed {
		d = d.drop(authsKey, r.Host)
	}
	return d, fate
}

// release takes the login out of a helper's store.
func (c Config) release(ctx context.Context, r record, rest []record) (Fate, error) {
	h, found := c.helper(r.Store)
	if !found {
		return "", fmt.Errorf("removing the login to %q: %s%s is not installed", r.Host, programPrefix, r.Store)
	}
	p, is, err := h.get(ctx, r.Host)
	fate := r.fate(p, is, rest)
	if err == nil && fate == Removed {
		err = h.erase(ctx, r.Host)
	}
	if err != nil {
		return "", fmt.Errorf("removing the login to %q: %w", r.Host, err)
	}
	return fate, nil
}

// absent says what is to be said of hosts that nothing is known of.
func (c Config) absent(before sheet, told []Outcome, hosts []string) []Outcome {
	var outcomes []Outcome
	for _, host := range hosts {
		if slices.ContainsFunc(told, func(o Outcome) bool { return o.Host == host }) {
			continue
		}
		o := Outcome{Place{Host: host}, Gone}
		if before.read != nil {
			if _, is := before.entry(authsKey, host); is || before.store(host) != "" {
				o.Fate = Foreign
			}
		}
		outcomes = append(outcomes, o)
	}
	return outcomes
}
