package connectors

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/awsvars/awsvars/variables"
)

// Sessions are what the connectors of a run came to, by their names; the empty
// name is for the one of the settings.
type Sessions map[string]*Session

// Facts are those of all sessions, each once, in the order of names.
func (s Sessions) Facts(names []string) []variables.Fact {
	var facts []variables.Fact
	for _, name := range names {
		for _, fact := range s[name].Facts {
			if !slices.Contains(facts, fact) {
				facts = append(facts, fact)
			}
		}
	}
	return facts
}

// Want is one connector that somebody wants opened: what [Connector.Config]
// returned for it, and how much a default region is needed.
type Want struct {
	Name   string
	Config aws.Config
	Region Need
}

// Open opens connectors side by side. What several of them have in common is
// done once, and fails once.
func (r *Roster) Open(ctx context.Context, wants []Want, log *slog.Logger) (Sessions, error) {
	sessions := Sessions{}
	failures := make([]error, len(wants))
	var mutex sync.Mutex
	var group errgroup.Group
	for i, want := range wants {
		group.Go(func() error {
			if len(r.values.List(guardSetting)) > 0 {
				// Somebody may have to be asked who that is.
				want.Region = Needed
			}
			session, err := r.byName[want.Name].Open(ctx, want.Config, want.Region, log)
			if err == nil {
				err = r.guard(ctx, session)
			}
			mutex.Lock()
			defer mutex.Unlock()
			sessions[want.Name], failures[i] = session, err
			return nil
		})
	}
	_ = group.Wait()
	if err := joined(failures); err != nil {
		return nil, err
	}
	return sessions, nil
}

// guard holds what is handed on, whichever connector it is from, against the
// accounts that the settings allow.
func (r *Roster) guard(ctx context.Context, s *Session) error {
	return guard(ctx, s.Config, r.values.List(guardSetting), &s.credentials)
}

// joined leaves out what was said already. One error stays what it is.
func joined(failures []error) error {
	var distinct []error
	for _, err := range failures {
		if err != nil && !slices.ContainsFunc(distinct, func(said error) bool { return said.Error() == err.Error() }) {
			distinct = append(distinct, err)
		}
	}
	if len(distinct) == 1 {
		return distinct[0]
	}
	return errors.Join(distinct...)
}

// LastAnswer returns how the last try of a call to AWS ended that did not
// succeed, in the words of AWS, or nil.
func (r *Roster) LastAnswer() error { return r.last.told() }
