package connectors

import (
	"context"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// Trace is how far a connector's way could be gone, stop by stop.
type Trace struct {
	// Source is where the first credentials come from.
	Source Stop
	// Hops are the steps behind it, those that were not reached left out. Of is
	// how many there are.
	Hops []Stop
	Of   int
	// Guard is what allowed-account-ids has against the last one.
	Guard error
	// Session is nil where the way ended early.
	Session *Session
	// Region is the one that was used, empty where none is known.
	Region string
}

// Stop is one stop on the way: a source, or a step behind it.
type Stop struct {
	// Who are the credentials that were got, in words, and Identity whose AWS
	// says they are.
	Who      string
	Identity Identity
	Expires  time.Time
	// Role is what was asked for, empty where it was no role; Caller is who
	// asked.
	Role   string
	Caller Identity
	// Asked is what went with the question.
	Asked Asked
	// Token is what the web identity claims, nil where there is none.
	Token *Token
	// Err is why there are none, or why AWS would not say whose they are.
	Err  error
	Took time.Duration
}

// Asked is what a hop asks for besides the role.
type Asked struct {
	// Number counts the hops of the settings from 1, 0 for that of a profile.
	Number                                int
	ExternalID, MFA, Tags, SourceIdentity bool
	// Without is whether the role can be assumed without its external ID.
	Without Enforcement
	// Fitting is the number of the hop whose external ID the role takes in place
	// of its own, 0 for none.
	Fitting int
}

// Token is what a web identity claims. Nothing of it is secret.
type Token struct {
	Whose, Issuer, Subject string
	Audience               []string
	Expires                time.Time
}

// Trace goes the connector's way as [Connector.Open] does, and stops for a
// look at each step; limit bounds each of them. It also asks what a role does
// without its external ID. Credentials of such questions are dropped.
func (c *Connector) Trace(ctx context.Context, limit time.Duration) Trace {
	t := &tracer{limit: limit, log: slog.New(slog.DiscardHandler)}
	cfg, err := c.Config(ctx)
	if err != nil {
		t.Source.Err = err
		return t.Trace
	}
	final, arrived := t.along(ctx, c, &cfg)
	t.Region = cfg.Region
	if !arrived {
		return t.Trace
	}
	cfg.Credentials = final.signer()
	t.Session = &Session{
		Config: cfg, AccessKeyID: final.id, SecretAccessKey: final.secret, SessionToken: final.token,
		Expires: final.expires, Facts: final.facts, credentials: final,
	}
	return t.Trace
}

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

// Trace goes the way of the connector of this name.
func (r *Roster) Trace(ctx context.Context, name string, limit time.Duration) Trace {
	t := r.byName[name].Trace(ctx, limit)
	if t.Session != nil {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		t.Guard = r.guard(limited, t.Session)
	}
	return t
}
