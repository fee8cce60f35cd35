package docker

import (
	"context"
	"fmt"
)

// own tells whether Directory is a private one of this job.
func (c Config) own() bool {
	mark, is, err := readMark(c.Directory)
	return err == nil && is && isPrivate(c.Directory) && mark.Job == c.Job
}

// again logs in in the private directory that the job has already, so that one
// logout takes out all of it.
func (c Config) again(ctx context.Context, logins []Login) (Placed, func() error, error) {
	_, err := c.editHelpers(ctx, false, func(s sheet) (document, []string, error) {
		d, changed := s.document, []string(nil)
		for _, l := range logins {
			if d.store(l.Host) == "" {
				continue
			}
			var err error
			if d, err = parse(d.put(helpersKey, l.Host, `""`).text); err != nil {
				return d, nil, err
			}
			changed = append(changed, l.Host)
		}
		return d, changed, nil
	})
	if err != nil {
		return Placed{}, nil, fmt.Errorf("logging in in a private directory: %w", err)
	}
	placed, undo, err := c.Login(ctx, logins)
	placed.Private = err == nil
	return placed, undo, err
}
