package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// Outcome says what became of a login.
type Outcome struct {
	Place
	Fate Fate
}

// Fate is what became of a login.
type Fate string

// Fates.
const (
	Removed Fate = "removed"
	// Gone: it was not there any more.
	Gone Fate = "already gone"
	// Renewed: another login is there by now, and stays.
	Renewed Fate = "renewed by somebody else"
	// Shared: another job wrote the very same login and still has it.
	Shared Fate = "in use by another job"
	// Foreign: if there is one, awsvars did not write it for this job.
	Foreign Fate = "not written by this job"
)

// Logout takes out the logins that this job wrote; with hosts, those of them
// only. Without a job they may be any job's of awsvars. A login that has been
// renewed since stays, and one that is gone is no error. A private directory
// of the job is removed whole once no login of ours is left in it.
//
// A store that fails leaves its login and our knowledge of it; the others go.
// The outcomes are those of what was done, with an error too.
func (c Config) Logout(ctx context.Context, hosts ...string) ([]Outcome, error) {
	var outcomes []Outcome
	var err error
	for range 20 {
		if outcomes, err = c.logout(ctx, hosts); !errors.Is(err, errChanged) {
			break
		}
	}
	if ctx.Err() == nil {
		err = errors.Join(err, c.leave())
	}
	if err != nil {
		return outcomes, fmt.Errorf("logging out of Docker's registries: %w", err)
	}
	return outcomes, nil
}

// leave removes Directory, if it is a private one of this job that is done
// with.
func (c Config) leave() error {
	mark, is, err := readMark(c.Directory)
	if err != nil || !is || !isPrivate(c.Directory) || c.Job != "" && mark.Job != c.Job {
		return err
	}
	if records, err := c.readState(); err != nil || len(records) > 0 {
		return err
	}
	return removePrivate(c.Directory)
}

func (c Config) logout(ctx context.Context, hosts []string) ([]Outcome, error) {
	if _, err := os.Lstat(c.stateFile()); len(hosts) == 0 && errors.Is(err, fs.ErrNotExist) {
		// Who has not logged in needs no directory that can be written to.
		return nil, nil
	}
	unlock, found, err := c.lock(ctx, false)
	if err != nil {
		return nil, err
	}
	if !found {
		return c.absent(sheet{}, nil, hosts), nil
	}
	defer unlock()
	records, err := c.readState()
	if err != nil {
		return nil, err
	}
	mine := func(r record) bool {
		return (c.Job == "" || r.Job == c.Job) && (len(hosts) == 0 || slices.Contains(hosts, r.Host))
	}
	if len(hosts) == 0 && !slices.ContainsFunc(records, mine) {
		return nil, nil
	}
	before, err := c.readConfig()
	if err != nil {
		return nil, err
	}
	d, rest := before.document, slices.Clone(records)
	var outcomes []Outcome
	var problems []error
	for _, r := range records {
		if !mine(r) {
			continue
		}
		rest = slices.DeleteFunc(rest, r.is)
		var fate Fate
		if r.Store == "" {
			d, fate = d.release(r, rest)
		} else if fate, err = c.release(ctx, r, rest); err != nil {
			problems, rest = append(problems, err), append(rest, r)
			continue
		}
		outcomes = told(outcomes, Outcome{r.place(), fate})
	}
	if d.text != before.text {
		if err := before.put(d.text, before.info.Mode().Perm()); err != nil {
			return nil, errors.Join(append(problems, err)...)
		}
	}
	outcomes = append(outcomes, c.absent(before, outcomes, hosts)...)
	if len(rest) != len(records) {
		problems = append(problems, c.writeState(rest))
	}
	return outcomes, errors.Join(problems...)
}

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
