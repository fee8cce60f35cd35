package docker

import (
	"context"
	"errors"
	"fmt"
)

// plan says where every login goes, and what is there.
func (s *session) plan(ctx context.Context, logins []Login) error {
	d := s.before.document
	if err := d.checkHosts(hostsOf(logins)); err != nil {
		return fmt.Errorf("%s: %w", s.before.path, err)
	}
	for _, l := range logins {
		t := target{Login: l, Place: Place{l.Host, d.store(l.Host)}}
		if t.plain() {
			t.old, _, t.had = d.pair(l.Host)
			d = d.put(authsKey, l.Host, l.entry(d.layout()))
		} else if err := s.look(ctx, &t); err != nil {
			return err
		}
		s.targets = append(s.targets, t)
	}
	s.after = d.text
	return nil
}

// look finds what the helper has. It was asked before, and is asked again only
// where another login came in between.
func (s *session) look(ctx context.Context, t *target) (err error) {
	if t.helper, err = s.fit(t.Place); err != nil {
		return err
	}
	if s.asked.holds(t.Place, s.earlier) {
		known := s.asked.answers[t.Place]
		t.old, t.had = known.login, known.had
		return nil
	}
	if t.old, t.had, err = t.helper.get(ctx, t.Place.Host); err != nil {
		return unfit(t.Place, err)
	}
	return nil
}

// fit finds the helper for a place, unless it is known to take no logins.
func (c Config) fit(place Place) (helper, error) {
	h, found := c.helper(place.Store)
	switch {
	case !found:
		return h, &Unfit{Host: place.Host, Store: place.Store, Reason: NotInstalled}
	case place.Store == "ecr-login":
		// It would ask AWS, only to say so (amazon-ecr-credential-helper,
		// ecr-login/ecr.go, Add).
		return h, &Unfit{Host: place.Host, Store: place.Store, Reason: NotImplemented}
	}
	return h, nil
}

// unfit is a store's fault, or the end of the context.
func unfit(place Place, err error) error {
	var r *refused
	if !errors.As(err, &r) || r.cause != nil {
		return err
	}
	return &Unfit{Host: place.Host, Store: place.Store, Reason: r.reason, Says: r.says}
}

func hostsOf(logins []Login) (hosts []string) {
	for _, l := range logins {
		hosts = append(hosts, l.Host)
	}
	return hosts
}

func (s *session) places() (places []Place) {
	for _, t := range s.targets {
		places = append(places, t.Place)
	}
	return places
}

func (s *session) noted(records []record) []record {
	for _, t := range s.targets {
		records = noted(records, t.Place, s.Job, t.pair(), t.old)
	}
	return records
}

func (s *session) carryOut(ctx context.Context) error {
	for i, t := range s.targets {
		if t.plain() {
			continue
		}
		s.stored = i + 1
		if err := t.helper.fill(ctx, t.Place, t.pair()); err != nil {
			return err
		}
	}
	return s.write()
}

// fill stores a login, and sees that it is there.
func (h helper) fill(ctx context.Context, place Place, p pair) error {
	if err := h.store(ctx, place.Host, p); err != nil {
		return unfit(place, err)
	}
	got, is, err := h.get(ctx, place.Host)
	switch {
	case err != nil:
		return unfit(place, err)
	case !is || !got.equals(p):
		return &Unfit{Host: place.Host, Store: place.Store, Reason: Forgetful}
	}
	return nil
}
