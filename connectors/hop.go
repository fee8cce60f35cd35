package connectors

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/variables"
)

// hop is one role of the chain.
type hop struct {
	// role is an ARN, or the name of a role in the caller's account.
	role, externalID, sessionName string
	// seconds is 0 for AWS's default.
	seconds        int64
	policies       policies
	tags           tags
	sourceIdentity string
	mfaSerial      string
	mfaCode        variables.Secret
	plainSecret    bool
	// inherits is what an earlier role of the chain hands on to this one.
	inherits struct{ tags, sourceIdentity bool }
	// number counts the of roles of the settings from 1. It is 0 for the role
	// of a profile, whose name is profile.
	number, of int
	profile    string
}

func (h hop) key() string {
	return fmt.Sprintf("role %q %q %q %d %q %q %q %q %q %t", h.role, h.externalID, h.sessionName, h.seconds,
		h.policies.inline, h.policies.arns, h.tags.key(), h.sourceIdentity, h.mfaSerial, h.plainSecret)
}

func (h hop) plain() bool { return h.plainSecret }

func (h hop) principal() string { return h.role }

func (h hop) logged(c *Connector, session credentials) (subject, text string) {
	text = session.role + " until " + Clock(session.expires)
	switch {
	case h.number == 0:
		return "profile", h.profile + ": " + text
	case c.name != "":
		text = c.name + ": " + text
	}
	return fmt.Sprintf("hop %d/%d", h.number, h.of), text
}

// take assumes the role.
func (h hop) take(c call) (credentials, error) {
	role, err := h.arn(c)
	if err != nil {
		return credentials{}, err
	}
	input := &sts.AssumeRoleInput{
		RoleArn: aws.String(role), RoleSessionName: aws.String(h.sessionName),
		Policy: h.policies.document(), PolicyArns: h.policies.descriptors(),
	}
	setText(&input.ExternalId, h.externalID)
	setText(&input.SourceIdentity, h.sourceIdentity)
	setSeconds(&input.DurationSeconds, h.seconds)
	if h.mfaSerial != "" {
		input.SerialNumber, input.TokenCode = aws.String(h.mfaSerial), aws.String(h.mfaCode.Open())
	}
	left := h.tags
	for {
		input.Tags, input.TransitiveTagKeys = left.parameters()
		answer, err := c.client().AssumeRole(c.ctx, input, c.signed)
		if err == nil {
			found, err := sessionOf(answer.Credentials, answer.AssumedRoleUser, "role "+role)
			found.role = role
			return found, err
		}
		if left, err = c.lighter(left, err); err != nil {
			return credentials{}, err
		}
	}
}

// lighter drops the last optional tag where AWS says that policies and tags
// are too large together: AWS packs them, and nobody can tell the size before
// (STS API reference, AssumeRole, PackedPolicyTooLarge).
func (c call) lighter(all tags, err error) (tags, error) {
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "PackedPolicyTooLarge" {
		return all, err
	}
	fewer, dropped := all.without()
	if dropped == "" {
		return all, err
	}
	c.log.Warn("tag", "text", fmt.Sprintf("%s left out: AWS says that policies and tags are too large together", dropped), "tag", dropped)
	return fewer, nil
}

// arn completes the name of a role by the caller's partition and account.
func (h hop) arn(c call) (string, error) {
	if isRoleARN(h.role) {
		return h.role, nil
	}
	identity := c.from.identity
	if !identity.known() {
		var err error
		if identity, err = identify(c.ctx, c.cfg, c.from); err != nil {
			return "", err
		}
	}
	partition, found := strings.CutPrefix(identity.ARN, "arn:")
	partition, _, _ = strings.Cut(partition, ":")
	if !found || partition == "" {
		return "", fmt.Errorf("AWS calls the caller %q, which tells no partition", identity.ARN)
	}
	return "arn:" + partition + ":iam::" + identity.Account + ":role/" + strings.TrimPrefix(h.role, "/"), nil
}

// setText sets a parameter that is left out where there is nothing to say.
func setText(parameter **string, text string) {
	if text != "" {
		*parameter = aws.String(text)
	}
}

func setSeconds(parameter **int32, seconds int64) {
	if seconds != 0 {
		*parameter = aws.Int32(int32(seconds))
	}
}

// Span writes a duration as people give it: 1h, 20m, 90m30s.
func Span(d time.Duration) string {
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}

// Clock writes a time of the next day as logs do, 12:34:56Z, and one that is
// further away with its date.
func Clock(t time.Time) string {
	if time.Until(t) >= 24*time.Hour {
		return t.UTC().Format(time.RFC3339)
	}
	return t.UTC().Format("15:04:05Z")
}
