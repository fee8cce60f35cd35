package connectors

import (
	"context"
	"log/slog"

	"github.com/awsvars/awsvars/variables"
)

// Existing opens the credentials that the job has already: those that an AWS
// SDK finds here, whatever the settings say of sources and roles. AWS is asked
// whether it takes them, and the guard whether they may be used.
func (r *Roster) Existing(ctx context.Context, log *slog.Logger) (*Session, error) {
	// The defaults are valid.
	values, _ := variables.Fill(recipeSettings(), nil)
	c, _ := r.connector(values, r.machine, nil)
	if meant := r.byName[""]; meant != nil {
		c.region, c.stsEndpoint, c.imdsV1, c.session = meant.region, meant.stsEndpoint, meant.imdsV1, meant.session
	}
	cfg, err := c.Config(ctx)
	if err != nil {
		return nil, err
	}
	session, err := c.Open(ctx, cfg, Needed, log)
	if err != nil {
		return nil, err
	}
	if _, err := session.Identity(ctx); err != nil {
		return nil, err
	}
	session.Existing = true
	return session, r.guard(ctx, session)
}
