package connectors

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// tracer is a trace that is being made.
type tracer struct {
	Trace
	limit time.Duration
	log   *slog.Logger
}

// along goes the way of a connector, and before it that of the one that it
// starts from.
func (t *tracer) along(ctx context.Context, c *Connector, cfg *aws.Config) (credentials, bool) {
	from, arrived := t.depart(ctx, c, cfg)
	if !arrived {
		return from, false
	}
	var steps []step
	for _, h := range from.hops {
		steps = append(steps, h)
	}
	from.hops = nil
	for _, s := range append(steps, c.steps...) {
		var stop Stop
		from, stop = t.take(ctx, c, *cfg, from, s)
		t.Hops = append(t.Hops, stop)
		if stop.Err != nil {
			return from, false
		}
	}
	if t.Guard = guard(ctx, *cfg, c.allowed, &from); t.Guard != nil {
		return from, false
	}
	return from, true
}

// depart gets the first credentials, and asks AWS whose they are.
func (t *tracer) depart(ctx context.Context, c *Connector, cfg *aws.Config) (credentials, bool) {
	t.Of += len(c.steps)
	if c.before != nil {
		before, err := c.before.Config(ctx)
		if err != nil {
			t.Source.Err = err
			return credentials{}, false
		}
		from, arrived := t.along(ctx, c.before, &before)
		if cfg.Region == "" {
			cfg.Region = before.Region
		}
		return from, arrived
	}
	if c.source == sourceWebIdentity {
		return t.enter(ctx, c, *cfg)
	}
	begun := time.Now()
	limited, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	from, err := c.depart(limited, *cfg, t.log)
	t.Of += len(from.hops)
	if err == nil {
		need := Useful
		if len(from.hops)+t.Of+len(c.allowed) > 0 {
			need = Needed
		}
		err = c.settleRegion(limited, cfg, from, need)
	}
	if err == nil && !from.identity.known() {
		from.identity, err = identify(limited, anywhere(*cfg), from)
	}
	t.Source = Stop{Who: from.who, Identity: from.identity, Expires: from.expires, Err: err, Took: time.Since(begun)}
	return from, err == nil
}

// anywhere stands in for a region that is not known, where any will do.
func anywhere(cfg aws.Config) aws.Config {
	if cfg.Region == "" {
		cfg.Region = "us-east-1"
	}
	return cfg
}

// enter is depart with a token: the source has done its part when there is
// one, and the role that it is for is a hop.
func (t *tracer) enter(ctx context.Context, c *Connector, cfg aws.Config) (credentials, bool) {
	t.Of++
	begun := time.Now()
	limited, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	h, err := c.askToken(limited, cfg, t.log)
	t.Source = Stop{Who: "web identity of " + h.whose, Err: err, Took: time.Since(begun)}
	if err != nil {
		return credentials{}, false
	}
	token := &Token{Whose: h.whose}
	if said, readable := claimsOf(h.token); readable {
		*token = Token{h.whose, said.Issuer, said.Subject, said.Audience, time.Unix(int64(said.Expires), 0).UTC()}
	}
	t.Source.Token = token
	begun = time.Now()
	limited, cancel = context.WithTimeout(ctx, t.limit)
	defer cancel()
	from, err := c.enter(limited, cfg, h, t.log)
	t.Hops = append(t.Hops, Stop{
		Who: h.role, Role: h.role, Identity: from.identity, Expires: from.expires, Token: token, Err: err,
		Asked: Asked{Number: 1}, Took: time.Since(begun),
	})
	return from, err == nil
}

// take takes a step, and asks what it can about the role.
func (t *tracer) take(ctx context.Context, c *Connector, cfg aws.Config, from credentials, s step) (credentials, Stop) {
	begun := time.Now()
	limited, cancel := context.WithTimeout(ctx, t.limit)
	defer cancel()
	at := call{c, limited, cfg, from, t.log}
	next, err := c.take(at, s)
	stop := Stop{Who: s.principal(), Caller: from.identity, Identity: next.identity, Expires: next.expires, Err: err}
	h, isRole := s.(hop)
	if isRole {
		if role, unnamed := h.arn(at); unnamed == nil {
			h.role = role
		}
		stop.Who, stop.Role, stop.Asked = h.role, h.role, h.asked()
		if err == nil {
			stop.Asked.Without = h.without(at)
		} else if isDenied(err) {
			stop.Asked.Fitting = h.fitting(at)
		}
	}
	if err == nil && !next.identity.known() {
		next.identity, stop.Err = identify(limited, cfg, next)
		stop.Identity = next.identity
	}
	stop.Took = time.Since(begun)
	return next, stop
}

func (h hop) asked() Asked {
	return Asked{
		Number: h.number, ExternalID: h.externalID != "", MFA: h.mfaSerial != "",
		Tags: len(h.tags) > 0 || h.inherits.tags, SourceIdentity: h.sourceIdentity != "" || h.inherits.sourceIdentity,
	}
}
