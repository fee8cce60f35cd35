package connectors

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/variables"
)

// Session is what a connector came to: credentials, and how.
type Session struct {
	// Config is for AWS clients; it signs with the session's credentials.
	Config aws.Config
	// AccessKeyID, SecretAccessKey and SessionToken are the credentials; the
	// token is empty for long-term keys.
	AccessKeyID                   string
	SecretAccessKey, SessionToken variables.Secret
	// Expires is in UTC, and zero for long-term keys or where the source does
	// not tell.
	Expires time.Time
	// Existing tells that the job has them already, and finds them without us.
	Existing bool
	// Facts say which source and which hops it took.
	Facts []variables.Fact

	credentials credentials
}

// Need is how much somebody wants a default region.
type Need int

// The needs, from none up. A chain always needs a region.
const (
	Unused Need = iota
	// Useful is worth asking an instance for it, and no error without it.
	Useful
	Needed
)

// Open gets credentials from the source and walks the chain. Cfg is what
// Config returned, region what the task wants of it.
func (c *Connector) Open(ctx context.Context, cfg aws.Config, region Need, log *slog.Logger) (*Session, error) {
	final, err := c.obtain(ctx, &cfg, region, log)
	if err != nil {
		return nil, err
	}
	cfg.Credentials = final.signer()
	return &Session{
		Config:          cfg,
		AccessKeyID:     final.id,
		SecretAccessKey: final.secret,
		SessionToken:    final.token,
		Expires:         final.expires,
		Facts:           final.facts,
		credentials:     final,
	}, nil
}

// obtain gets the credentials, and completes cfg by the region.
func (c *Connector) obtain(ctx context.Context, cfg *aws.Config, region Need, log *slog.Logger) (credentials, error) {
	final, err := c.arrive(ctx, cfg, region, log)
	if err == nil {
		err = guard(ctx, *cfg, c.allowed, &final)
	}
	var said *usingError
	if err != nil && c.name != "" && !errors.As(err, &said) {
		err = &usingError{c.name, err}
	}
	return final, err
}

// usingError says which connector of the file it was, the one where it
// happened.
type usingError struct {
	connector string
	err       error
}

func (u *usingError) Error() string {
	return "using the connector " + u.connector + ": " + u.err.Error()
}

func (u *usingError) Unwrap() error { return u.err }

func (c *Connector) arrive(ctx context.Context, cfg *aws.Config, region Need, log *slog.Logger) (credentials, error) {
	from, err := c.depart(ctx, *cfg, log)
	if err != nil {
		return credentials{}, err
	}
	if len(from.hops)+len(c.steps)+len(c.allowed) > 0 {
		region = Needed
	}
	if err := c.settleRegion(ctx, cfg, from, region); err != nil {
		return credentials{}, err
	}
	final, err := c.walk(ctx, *cfg, from, log)
	if err == nil && c.plainSecret && !isPlain(final.secret) {
		err = &Unusable{Step: "getting a secret access key without special characters", Err: errors.New("these credentials are handed on as they are, so that nobody can be asked again")}
	}
	return final, err
}

// Identity returns who the session is: from AssumeRole's answer if there was
// one, else by asking AWS, once.
func (s *Session) Identity(ctx context.Context) (Identity, error) {
	if !s.credentials.identity.known() {
		found, err := identify(ctx, s.Config, s.credentials)
		if err != nil {
			return Identity{}, err
		}
		s.credentials.identity = found
	}
	return s.credentials.identity, nil
}

// Callers returns who the session is, and who took each hop that led to it, the
// source last.
func (s *Session) Callers(ctx context.Context) ([]Identity, error) {
	last, err := s.Identity(ctx)
	if err != nil {
		return nil, err
	}
	all := []Identity{last}
	for c := s.credentials.caller; c != nil; c = c.caller {
		found := c.identity
		if !found.known() {
			if found, err = identify(ctx, s.Config, *c); err != nil {
				return nil, err
			}
		}
		all = append(all, found)
	}
	return all, nil
}

// KnownAccount returns the account of the session, empty where AWS would
// have to be asked for it.
func (s *Session) KnownAccount() string { return s.credentials.identity.Account }
