package docker

import (
	"context"
	"fmt"
	"slices"
)

// survey is what the stores of helpers had before the directory was locked.
// One that hangs must not keep other jobs from the directory.
type survey struct {
	answers map[Place]answer
	// records are those from before the stores were asked.
	records []record
}

// answer is the login that a store had, if it had one.
type answer struct {
	login pair
	had   bool
}

// survey asks the stores of these hosts.
func (c Config) survey(ctx context.Context, hosts []string) (survey, error) {
	s := survey{answers: map[Place]answer{}}
	before, err := c.readConfig()
	if err != nil {
		return s, err
	}
	if err := before.checkHosts(hosts); err != nil {
		return s, fmt.Errorf("%s: %w", before.path, err)
	}
	if s.records, err = c.readState(); err != nil {
		return s, err
	}
	for _, host := range hosts {
		place := Place{host, before.store(host)}
		if place.Store == "" {
			continue
		}
		h, err := c.fit(place)
		if err != nil {
			return s, err
		}
		var a answer
		if a.login, a.had, err = h.get(ctx, host); err != nil {
			return s, unfit(place, err)
		}
		s.answers[place] = a
	}
	return s, nil
}

// holds tells whether nobody of awsvars has logged in or out at the place since
// it was asked. now are the records of today.
func (s survey) holds(place Place, now []record) bool {
	at := func(records []record) []record {
		return slices.DeleteFunc(slices.Clone(records), func(r record) bool { return r.place() != place })
	}
	_, is := s.answers[place]
	return is && slices.EqualFunc(at(s.records), at(now), record.is)
}
