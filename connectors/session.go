package connectors

import (
	"context"
	"errors"
	"fmt"
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
	from, err := c.ask(ctx, cfg, log)
	if err != nil {
		return nil, err
	}
	log.Info("source", "text", from.who, "source", from.source, "who", from.who, "identity", from.identity.ARN)
	if len(from.hops)+len(c.hops) > 0 {
		region = Needed
	}
	if err := c.settleRegion(ctx, &cfg, from, region); err != nil {
		return nil, err
	}
	final, hops, err := c.walk(ctx, cfg, from, log)
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
		Facts:           append([]variables.Fact{{Kind: "identity", Name: from.who, Until: from.expires}}, hops...),
		credentials:     final,
	}, nil
}

// settleRegion asks the instance for its region where nobody gave one and the
// instance is the source.
func (c *Connector) settleRegion(ctx context.Context, cfg *aws.Config, from credentials, need Need) error {
	if cfg.Region == "" && from.metadata != nil && need != Unused {
		found, err := from.metadata.region(ctx)
		if err != nil && need == Needed {
			return err
		}
		cfg.Region = found
	}
	if cfg.Region == "" && need == Needed {
		return variables.WithHint(&Unusable{Step: "choosing the region", Err: errors.New("none is given")}, "give --region, or set AWS_REGION")
	}
	if cfg.Region == "" {
		return nil
	}
	if err := checkRegion(cfg.Region); err != nil {
		return &Unusable{Step: fmt.Sprintf("choosing the region %q", cfg.Region), Err: err}
	}
	return nil
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

// KnownAccount returns the account of the session, empty where AWS would
// have to be asked for it.
func (s *Session) KnownAccount() string { return s.credentials.identity.Account }
