package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/docker/cli/cli/config/types"
)

// Login puts every login into the store that Docker uses for its host, or
// none into any. A missing directory is made with mode 0700, a missing file
// with 0600. What others may do with a config.json that gets a login is taken
// from its mode; its user's rights stay.
//
// A store that cannot take a login is an [*Unfit]. A symbolic link in place of
// config.json is refused, as [Config.Private] reads through it. The lock of the
// directory is waited for for a minute.
//
// undo takes it back: what was there before is there again, but for the hosts
// that somebody has logged in to since.
func (c Config) Login(ctx context.Context, logins []Login) (placed Placed, undo func() error, err error) {
	if err := checkAll(logins); err != nil {
		return Placed{}, nil, err
	}
	var done *session
	// Docker takes no lock: what it writes in between must not be lost.
	for range 20 {
		if done, err = c.login(ctx, logins); !errors.Is(err, errChanged) {
			break
		}
	}
	if err != nil {
		return Placed{}, nil, fmt.Errorf("logging in to Docker's registries: %w", err)
	}
	// What was written is taken back even if the job was interrupted.
	undo = func() error {
		if err := done.undo(context.WithoutCancel(ctx)); err != nil {
			return fmt.Errorf("taking back the login to Docker's registries: %w", err)
		}
		return nil
	}
	return Placed{Directory: c.Directory, Hosts: done.places}, undo, nil
}

// session is what a login does, and did.
type session struct {
	Config
	before sheet
	after  string
	logins []Login
	places []Place
	// helpers and old are those of every login; a helper without a path stands
	// for auths.
	helpers []helper
	old     []pair
	had     []bool
	// stored is how many logins helpers may have got.
	stored int
}

func (c Config) login(ctx context.Context, logins []Login) (*session, error) {
	unlock, _, err := c.lock(ctx, true)
	if err != nil {
		return nil, err
	}
	defer unlock()
	s := &session{Config: c, logins: logins}
	if s.before, err = c.readConfig(); err != nil {
		return nil, err
	}
	if err := s.plan(ctx); err != nil {
		return nil, err
	}
	records, err := c.readState()
	if err != nil {
		return nil, err
	}
	// First, so that a process that is killed leaves no login that no logout
	// knows.
	if err := c.writeState(s.noted(records)); err != nil {
		return nil, err
	}
	if err := s.carryOut(ctx); err != nil {
		ctx := context.WithoutCancel(ctx)
		return nil, errors.Join(err, s.empty(ctx), c.writeState(records))
	}
	return s, nil
}

// plan says where every login goes, and what is there.
func (s *session) plan(ctx context.Context) error {
	d := s.before.document
	hosts := make([]string, len(s.logins))
	for i, l := range s.logins {
		hosts[i] = l.Host
	}
	if err := d.checkHosts(hosts); err != nil {
		return fmt.Errorf("%s: %w", s.before.path, err)
	}
	for _, l := range s.logins {
		place := Place{l.Host, d.store(l.Host)}
		var h helper
		var old pair
		var had bool
		if place.Store == "" {
			old, _, had = d.pair(l.Host)
			d = d.put(authsKey, l.Host, l.entry(d.layout()))
		} else {
			var err error
			if h, had = s.helper(place.Store); !had {
				return &Unfit{Host: l.Host, Store: place.Store, Reason: NotInstalled}
			}
			if place.Store == "ecr-login" {
				// It would ask AWS, only to say so (amazon-ecr-credential-helper,
				// ecr-login/ecr.go, Add).
				return &Unfit{Host: l.Host, Store: place.Store, Reason: NotImplemented}
			}
			if old, had, err = h.get(ctx, l.Host); err != nil {
				return unfit(place, err)
			}
		}
		s.places, s.helpers, s.old, s.had = append(s.places, place), append(s.helpers, h), append(s.old, old), append(s.had, had)
	}
	s.after = d.text
	return nil
}

// unfit is a store's fault, or the end of the context.
func unfit(place Place, err error) error {
	var r *refused
	if !errors.As(err, &r) || r.cause != nil {
		return err
	}
	return &Unfit{Host: place.Host, Store: place.Store, Reason: r.reason, Says: r.says}
}

func (s *session) noted(records []record) []record {
	for i, l := range s.logins {
		records = noted(records, s.places[i], s.Job, l.pair(), s.old[i])
	}
	return records
}

func (s *session) carryOut(ctx context.Context) error {
	for i, l := range s.logins {
		if h := s.helpers[i]; h.path != "" {
			s.stored = i + 1
			if err := h.fill(ctx, s.places[i], l.pair()); err != nil {
				return err
			}
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

// write writes config.json, if it is to hold any of the logins.
func (s *session) write() error {
	var plain []Login
	for i, l := range s.logins {
		if s.places[i].Store == "" {
			plain = append(plain, l)
		}
	}
	loose := s.before.info != nil && s.before.info.Mode().Perm()&0o077 != 0
	if len(plain) == 0 || s.after == s.before.before && !loose {
		return nil
	}
	after, err := parse(s.after)
	if err != nil || !s.before.becomes(after, plain) {
		return fmt.Errorf("%s: what is to be written would not give Docker the login and the other ones", s.before.path)
	}
	return s.before.replace(s.after)
}

// becomes tells whether after is d with these logins in auths, to Docker's
// reader.
func (d document) becomes(after document, logins []Login) bool {
	want := map[string]types.AuthConfig{}
	maps.Copy(want, d.read.AuthConfigs)
	for _, l := range logins {
		want[l.Host] = types.AuthConfig{Username: l.Username, Password: l.Password.Open(), ServerAddress: l.Host}
	}
	return maps.Equal(want, after.read.AuthConfigs)
}

// empty takes logins out of the helpers again, as far as they are ours.
func (s *session) empty(ctx context.Context) error {
	var problems []error
	for i := range s.stored {
		if h := s.helpers[i]; h.path != "" {
			problems = append(problems, s.takeBack(ctx, h, i))
		}
	}
	return errors.Join(problems...)
}

func (s *session) takeBack(ctx context.Context, h helper, i int) error {
	host := s.places[i].Host
	got, is, err := h.get(ctx, host)
	switch {
	case err != nil:
		return err
	case !is && !s.had[i], is && s.had[i] && got.equals(s.old[i]):
		return nil
	case is && !got.equals(s.logins[i].pair()):
		return nil
	case s.had[i]:
		return h.store(ctx, host, s.old[i])
	}
	return h.erase(ctx, host)
}

// undo takes back what login did.
func (s *session) undo(ctx context.Context) error {
	unlock, found, err := s.lock(ctx, false)
	if err != nil || !found {
		return err
	}
	defer unlock()
	problem := s.empty(ctx)
	for range 20 {
		if err = s.putBack(); !errors.Is(err, errChanged) {
			break
		}
	}
	records, also := s.readState()
	if also == nil {
		records = slices.DeleteFunc(records, func(r record) bool {
			i := slices.Index(s.places, r.place())
			return i >= 0 && r.Job == s.Job && r.of(s.logins[i].pair())
		})
		also = s.writeState(records)
	}
	return errors.Join(problem, err, also)
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
	if now.before == s.after {
		if s.before.info == nil {
			return now.remove()
		}
		return now.put(s.before.before, now.info.Mode().Perm())
	}
	d := now.document
	for i, l := range s.logins {
		p, plain, is := now.pair(l.Host)
		if s.places[i].Store != "" || !is || !plain || !p.equals(l.pair()) {
			continue
		}
		if text, had := s.before.entry(authsKey, l.Host); had {
			d = d.put(authsKey, l.Host, text)
		} else {
			d = d.drop(authsKey, l.Host)
		}
	}
	if d.text == now.before {
		return nil
	}
	return now.put(d.text, now.info.Mode().Perm())
}
