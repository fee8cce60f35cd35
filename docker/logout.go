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
	done := c.releaseAll(ctx, before.document, records, mine)
	if done.text != before.text {
		if err := before.put(done.text, before.info.Mode().Perm()); err != nil {
			return nil, errors.Join(append(done.problems, err)...)
		}
	}
	outcomes := append(done.outcomes, c.absent(before, done.outcomes, hosts)...)
	if len(done.rest) != len(records) {
		done.problems = append(done.problems, c.writeState(done.rest))
	}
	return outcomes, errors.Join(done.problems...)
}

// released is what a logout leaves, and what it says.
type released struct {
	document
	rest     []record
	outcomes []Outcome
	problems []error
}

// releaseAll takes the logins of the records that are mine out of the stores of
// helpers, and out of the document.
func (c Config) releaseAll(ctx context.Context, d document, records []record, mine func(record) bool) released {
	done := released{document: d, rest: slices.Clone(records)}
	for _, r := range records {
		if !mine(r) {
			continue
		}
		done.rest = slices.DeleteFunc(done.rest, r.is)
		var fate Fate
		var err error
		if r.Store == "" {
			done.document, fate = done.release(r, done.rest)
		} else if fate, err = c.release(ctx, r, done.rest); err != nil {
			done.problems, done.rest = append(done.problems, err), append(done.rest, r)
			continue
		}
		done.outcomes = told(done.outcomes, Outcome{r.place(), fate})
	}
	return done
}
