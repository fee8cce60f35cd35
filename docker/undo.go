package docker

import (
	"context"
	"errors"
	"slices"
)

// empty takes logins out of the helpers again, as far as they are ours.
func (s *session) empty(ctx context.Context) error {
	var problems []error
	for _, t := range s.targets[:s.stored] {
		if !t.plain() && !t.kept {
			problems = append(problems, t.takeBack(ctx))
		}
	}
	return errors.Join(problems...)
}

func (t target) takeBack(ctx context.Context) error {
	host := t.Place.Host
	got, is, err := t.helper.get(ctx, host)
	switch {
	case err != nil:
		return err
	case !is && !t.had, is && t.had && got.equals(t.old):
		return nil
	case is && !got.equals(t.pair()):
		return nil
	case t.had:
		return t.helper.store(ctx, host, t.old)
	}
	return t.helper.erase(ctx, host)
}

// undo takes back what login did.
func (s *session) undo(ctx context.Context) error {
	unlock, found, err := s.lock(ctx, false)
	if err != nil || !found {
		return err
	}
	defer unlock()
	records, err := s.readState()
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(slices.Clone(records), s.wrote)
	for i, t := range s.targets {
		s.targets[i].kept = slices.ContainsFunc(rest, t.in)
	}
	problem := s.empty(ctx)
	for range 20 {
		if err = s.putBack(); !errors.Is(err, errChanged) {
			break
		}
	}
	return errors.Join(problem, err, s.writeState(rest))
}

// in tells whether the record is about this login.
func (t target) in(r record) bool { return t.Place == r.place() && r.of(t.pair()) }

// wrote tells whether a record is of this session, and not of an earlier login
// of the same job.
func (s *session) wrote(r record) bool {
	return r.Job == s.Job && slices.ContainsFunc(s.targets, func(t target) bool {
		return t.in(r) && !slices.ContainsFunc(s.earlier, func(other record) bool { return other.Job == s.Job && t.in(other) })
	})
}

// putBack gives config.json its old text, or the old entries.
func (s *session) putBack() error {
	if s.after == s.before.before {
		return nil
	}
	now, err := s.readConfig()
	if err != nil || now.info == nil {
		return err
	}
	if now.before == s.after && !slices.ContainsFunc(s.targets, func(t target) bool { return t.kept }) {
		if s.before.info == nil {
			return now.remove()
		}
		return now.put(s.before.before, now.info.Mode().Perm())
	}
	d := now.document
	for _, t := range s.targets {
		host := t.Place.Host
		p, plain, is := now.pair(host)
		if !t.plain() || t.kept || !is || !plain || !p.equals(t.pair()) {
			continue
		}
		if text, had := s.before.entry(authsKey, host); had {
			d = d.put(authsKey, host, text)
		} else {
			d = d.drop(authsKey, host)
		}
	}
	if d.text == now.before {
		return nil
	}
	return now.put(d.text, now.info.Mode().Perm())
}
