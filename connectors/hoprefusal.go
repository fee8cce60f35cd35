package connectors

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// failed says which hop failed, as whom, and what would help. Only here is AWS
// asked who the caller is: a run that works does not pay for it.
func (h hop) failed(c call, err error) error {
	from, caller := c.from, c.from.who
	var refused smithy.APIError
	if errors.As(err, &refused) {
		if !from.identity.known() && worthAsking(refused.ErrorCode()) {
			// Whoever was refused is not kept waiting for more words.
			ctx, cancel := context.WithTimeout(c.ctx, leastTry)
			from.identity, _ = identify(ctx, c.cfg, from)
			cancel()
		}
		if from.identity.known() {
			caller = from.identity.ARN
		}
	}
	step := fmt.Sprintf("assuming role %d of %d", h.number, h.of)
	if h.number == 0 {
		step = fmt.Sprintf("assuming the role of profile %q", h.profile)
	}
	c.from = from
	if role, err := h.arn(c); err == nil {
		h.role = role
	}
	explained := fmt.Errorf("%s, %s, as %s: %w", step, h.role, caller, refusal.Brief(err))
	remedy := h.remedy(c.Connector, caller, from, refused)
	if remedy == "" {
		remedy = refusal.Remedy(err)
	}
	if remedy != "" {
		return variables.WithHint(explained, remedy)
	}
	return explained
}

func isDenied(err error) bool {
	var refused smithy.APIError
	return errors.As(err, &refused) && refused.ErrorCode() == "AccessDenied"
}

// worthAsking is false where AWS did not accept the signature itself: it
// would answer the same again.
func worthAsking(code string) bool {
	return code == "AccessDenied" || code == "ValidationError" || code == "RegionDisabledException"
}

func (h hop) remedy(c *Connector, caller string, from credentials, refused smithy.APIError) string {
	if refused == nil {
		return ""
	}
	switch refused.ErrorCode() {
	case "AccessDenied":
		return h.remedyDenied(c, caller, from)
	case "ValidationError":
		if h.seconds > mostChainedSeconds && strings.Contains(refused.ErrorMessage(), "DurationSeconds") {
			shorter := "give --duration 1h"
			if h.number == 0 {
				shorter = fmt.Sprintf("write %s = %d in profile %q", durationKey, mostChainedSeconds, h.profile)
			}
			return fmt.Sprintf("%s, or raise the role's MaxSessionDuration; AWS allows 1h at most when the caller is itself a session of a role. Asked for: %d seconds", shorter, h.seconds)
		}
	case "PackedPolicyTooLarge":
		return "shorten the session policies and tags; AWS packs them, and its own number says how far they are over"
	case "MalformedPolicyDocument":
		return "the session policy is no IAM policy: AWS's words say where it breaks the grammar"
	case "RegionDisabledException":
		return "activate the region's STS endpoint in the account settings of IAM, or give another --region"
	}
	return ""
}

func (h hop) remedyDenied(c *Connector, caller string, from credentials) string {
	identity := from.identity
	principal := "the caller"
	if identity.known() {
		principal = principalOf(caller)
	}
	if h.mfaSerial != "" && !from.token.Empty() {
		return "an MFA code goes with the long-term keys of an IAM user only, and these are temporary ones; give it to a session-token first, or leave it out"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the role's trust policy must allow %s to do sts:AssumeRole%s", principal, h.moreActions())
	if accountOf(h.role) != identity.Account || identity.Account == "" {
		b.WriteString(", and so must a policy of the caller itself")
	}
	if h.mfaSerial != "" {
		b.WriteString("; the MFA device must be the IAM user's, and a code is good once")
	}
	switch {
	case c.name != "" && h.externalID == "":
		fmt.Fprintf(&b, "; if it requires an external ID, the connector %s must have one for hop %d", c.name, h.number)
	case h.externalID == "" && h.number == 0:
		fmt.Fprintf(&b, "; if it requires an external ID, profile %q must have it as %s", h.profile, externalIDKey)
	case h.externalID == "":
		fmt.Fprintf(&b, "; if it requires an external ID, give one for hop %d: --external-id %s", h.number, c.externalIDs(h.number))
	default:
		b.WriteString("; the external ID must be the one that the trust policy names, in the same letter case")
	}
	if identity.known() {
		b.WriteString("\nwhat the trust policy needs: " + h.asked().TrustCommand(identity))
	}
	return b.String()
}

// moreActions are what tags and a source identity take besides, inherited ones
// too (IAM user guide, "Pass session tags in AWS STS" and "Monitor and control
// actions taken with assumed roles").
func (h hop) moreActions() string {
	text := ""
	if len(h.tags) > 0 || h.inherits.tags {
		text += " and sts:TagSession"
	}
	if h.sourceIdentity != "" || h.inherits.sourceIdentity {
		text += " and sts:SetSourceIdentity"
	}
	return text
}

// externalIDs writes the setting as it would be with an ID for one hop. The
// IDs that were given are not repeated: they are somebody's agreement.
func (c *Connector) externalIDs(number int) string {
	var ids []string
	// The role of a web identity is no step, and takes none.
	for range c.roles - len(c.steps) {
		ids = append(ids, noExternalID)
	}
	for _, s := range c.steps {
		h, _ := s.(hop)
		switch {
		case h.number == number, h.externalID != "":
			ids = append(ids, fmt.Sprintf("ID-OF-HOP-%d", h.number))
		default:
			ids = append(ids, noExternalID)
		}
	}
	return strings.Join(ids, ",")
}
