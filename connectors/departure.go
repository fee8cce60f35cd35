package connectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/variables"
)

// depart returns the credentials that the steps start from: those of another
// connector, or of the source.
func (c *Connector) depart(ctx context.Context, cfg aws.Config, log *slog.Logger) (credentials, error) {
	if c.before != nil {
		before, err := c.before.Config(ctx)
		if err != nil {
			return credentials{}, err
		}
		return c.before.obtain(ctx, &before, Useful, log)
	}
	way := c.sourceKey()
	return c.links.get(way, func() (credentials, error) {
		found, err := c.ask(ctx, cfg, log)
		if err != nil {
			return found, err
		}
		c.renewable.note(found.source)
		text := found.who
		if c.name != "" {
			text = c.name + ": " + text
		}
		log.Info("source", "text", text, "connector", c.name, "source", found.source, "who", found.who, "identity", found.identity.ARN)
		if h := c.token.hop; found.source == sourceWebIdentity && h.role != "" {
			subject, text := h.logged(c, found)
			log.Info(subject, "text", text, "connector", c.name, "principal", h.role, "session", found.identity.ARN, "expires", found.expires.Format(time.RFC3339))
		}
		c.logIgnored(found, log)
		if len(c.untold) > 0 {
			log.Info("tags", "text", strings.Join(c.untold, ", ")+" left out: not known of this job", "facts", c.untold)
		}
		found.way = way
		found.facts = append([]variables.Fact{{Kind: "identity", Name: found.who, Until: found.expires}}, found.facts...)
		return found, nil
	})
}

// sourceKey tells sources apart. Keys and tokens that somebody gave are never
// shared between connectors.
func (c *Connector) sourceKey() string {
	key := fmt.Sprintf("%s %q %t %t", c.source, c.profile, c.imdsV1, c.plainSecret)
	switch c.source {
	case sourceStatic:
		return fmt.Sprintf("%s %q %q", key, c.static.id, c.name)
	case sourceWebIdentity:
		return fmt.Sprintf("%s %s %q", key, c.token.key(), c.name)
	case sourceProfile, sourceAuto:
		// The roles of a profile take their session name from the settings.
		return fmt.Sprintf("%s %q", key, c.session.sessionName)
	}
	return key
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
