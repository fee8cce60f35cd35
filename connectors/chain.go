package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/variables"
)

// walk assumes one role after the other: those of the profile that is the
// source, then those of the settings.
func (c *Connector) walk(ctx context.Context, cfg aws.Config, from credentials, log *slog.Logger) (credentials, []variables.Fact, error) {
	hops := slices.Concat(from.hops, c.hops)
	if len(hops) == 0 {
		return from, nil, nil
	}
	client := sts.NewFromConfig(cfg)
	var facts []variables.Fact
	for _, h := range hops {
		next, err := assume(ctx, client, h, from)
		if err != nil {
			return credentials{}, nil, c.explainHop(ctx, cfg, h, from, err)
		}
		c.logHop(log, h, next)
		facts = append(facts, variables.Fact{Kind: "hop", Name: h.role, Until: next.expires})
		from = next
	}
	return from, facts, nil
}

func (c *Connector) logHop(log *slog.Logger, h hop, session credentials) {
	text := fmt.Sprintf("%s until %s", h.role, Clock(session.expires))
	facts := []any{"role", h.role, "session", session.identity.ARN, "expires", session.expires.Format(time.RFC3339)}
	if h.number == 0 {
		log.Info("profile", append(facts, "profile", h.profile, "text", h.profile+": "+text)...)
		return
	}
	log.Info(fmt.Sprintf("hop %d/%d", h.number, len(c.hops)), append([]any{"text", text}, facts...)...)
}

// Clock writes a time of today or tomorrow as logs do: 12:34:56Z.
func Clock(t time.Time) string { return t.UTC().Format("15:04:05Z") }

func assume(ctx context.Context, client *sts.Client, h hop, from credentials) (credentials, error) {
	input := &sts.AssumeRoleInput{RoleArn: aws.String(h.role), RoleSessionName: aws.String(h.sessionName)}
	if h.externalID != "" {
		input.ExternalId = aws.String(h.externalID)
	}
	if h.seconds != 0 {
		input.DurationSeconds = aws.Int32(int32(h.seconds))
	}
	answer, err := client.AssumeRole(ctx, input, func(o *sts.Options) { o.Credentials = from.signer() })
	if err != nil {
		return credentials{}, err
	}
	return sessionOf(answer.Credentials, answer.AssumedRoleUser, "role "+h.role)
}
