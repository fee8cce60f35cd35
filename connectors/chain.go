package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/variables"
)

// call is one step on its way.
type call struct {
	*Connector
	ctx  context.Context
	cfg  aws.Config
	from credentials
	log  *slog.Logger
}

func (c call) client() *sts.Client { return newSTS(c.cfg) }

// signed makes a client sign with the credentials so far.
func (c call) signed(o *sts.Options) { o.Credentials = c.from.signer() }

// walk takes one step after the other: the roles of the profile that is the
// source, then the steps of the settings.
func (c *Connector) walk(ctx context.Context, cfg aws.Config, from credentials, log *slog.Logger) (credentials, error) {
	var steps []step
	for _, h := range from.hops {
		steps = append(steps, h)
	}
	if c.plainSecret && len(c.steps) == 0 && len(steps) > 0 {
		last := from.hops[len(from.hops)-1]
		last.plainSecret = true
		steps[len(steps)-1] = last
	}
	from.hops = nil
	for _, s := range append(steps, c.steps...) {
		way := from.way + "\n" + cfg.Region + " " + s.key()
		next, err := c.links.get(way, func() (credentials, error) {
			return c.take(call{c, ctx, cfg, from, log}, s)
		})
		if err != nil {
			return credentials{}, err
		}
		from = next
	}
	return from, nil
}

// take takes a step and says so.
func (c *Connector) take(at call, s step) (credentials, error) {
	next, err := plainly(at, s)
	if err != nil {
		return credentials{}, s.failed(at, err)
	}
	subject, text := s.logged(c, next)
	at.log.Info(subject, "text", text, "connector", c.name, "principal", s.principal(), "session", next.identity.ARN, "expires", next.expires.Format(time.RFC3339))
	next.way = at.from.way + "\n" + at.cfg.Region + " " + s.key()
	next.source, next.metadata = at.from.source, at.from.metadata
	next.caller = &at.from
	next.facts = append(at.from.facts[:len(at.from.facts):len(at.from.facts)], variables.Fact{Kind: "hop", Name: next.fact(s), Until: next.expires})
	return next, nil
}

// fact is the name of a step in a summary.
func (c credentials) fact(s step) string {
	if c.role != "" {
		return c.role
	}
	return s.principal()
}

// mostTries bounds the tries for a secret key without special characters. One
// key of 40 characters in base64 has neither + nor / with a chance of
// (62/64)^40, 28 of 100, so that 40 tries fail twice in a million.
const mostTries = 40

// plainly takes a step, again and again where only a secret key of letters
// and digits will do.
func plainly(at call, s step) (credentials, error) {
	if h, is := s.(hop); is && h.plainSecret {
		// Who the caller is need be asked once.
		role, err := h.arn(at)
		if err != nil {
			return credentials{}, err
		}
		h.role = role
		s = h
	}
	for tries := 1; ; tries++ {
		next, err := s.take(at)
		if err != nil || !s.plain() || isPlain(next.secret) {
			if err == nil && tries > 1 {
				at.log.Info("again", "text", fmt.Sprintf("asked %d times for a secret access key without special characters", tries))
			}
			return next, err
		}
		if tries == mostTries {
			return credentials{}, &Unplain{tries}
		}
	}
}

func isPlain(secret variables.Secret) bool {
	return strings.Trim(secret.Open(), letters+digits) == ""
}
