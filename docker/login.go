package docker

import (
	"context"
	"errors"
	"fmt"
	"maps"

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
	return Placed{Directory: c.Directory, Hosts: done.places()}, undo, nil
}

// session is what a login does, and did.
type session struct {
	Config
	before  sheet
	after   string
	targets []target
	// asked is what the stores of helpers had, earlier are the records before.
	asked   survey
	earlier []record
	// stored is how many logins may be in the stores of helpers.
	stored int
}

// target is a login and its place.
type target struct {
	Login
	Place
	// helper has no path if the place is auths.
	helper helper
	// old is the login that is there, if it had one.
	old pair
	had bool
	// kept is set where an undo must leave the login to another job.
	kept bool
}

func (t target) plain() bool { return t.Store == "" }

func (c Config) login(ctx context.Context, logins []Login) (*session, error) {
	s := &session{Config: c}
	var err error
	if s.asked, err = c.survey(ctx, hostsOf(logins)); err != nil {
		return nil, err
	}
	unlock, _, err := c.lock(ctx, true)
	if err != nil {
		return nil, err
	}
	defer unlock()
	if s.before, err = c.readConfig(); err != nil {
		return nil, err
	}
	if s.earlier, err = c.readState(); err != nil {
		return nil, err
	}
	if err := s.plan(ctx, logins); err != nil {
		return nil, err
	}
	// First, so that a process that is killed leaves no login that no logout
	// knows.
	if err := c.writeState(s.noted(s.earlier)); err != nil {
		return nil, err
	}
	if err := s.carryOut(ctx); err != nil {
		ctx := context.WithoutCancel(ctx)
		return nil, errors.Join(err, s.empty(ctx), c.writeState(s.earlier))
	}
	return s, nil
}

// write writes config.json, if it is to hold any of the logins.
func (s *session) write() error {
	var plain []Login
	for _, t := range s.targets {
		if t.plain() {
			plain = append(plain, t.Login)
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
