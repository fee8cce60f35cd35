package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"time"
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

// TrustCommand is the command that writes the trust policy which lets caller in
// with all of this. The external ID is not in it: it is somebody's agreement.
func (a Asked) TrustCommand(caller Identity) string {
	command := "awsvars policy trust --principal " + shellWord(caller.Principal())
	switch {
	case a.ExternalID && a.Number > 0:
		command += fmt.Sprintf(" --external-id ID-OF-HOP-%d", a.Number)
	case a.ExternalID:
		command += " --external-id ID"
	}
	for _, flag := range []struct {
		name  string
		given bool
	}{{"session-tags", a.Tags}, {"source-identity", a.SourceIdentity}, {"mfa", a.MFA}} {
		if flag.given {
			command += " --" + flag.name
		}
	}
	return command
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
