package connectors

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// explainHop says which hop failed, as whom, and what would help. Only here
// is AWS asked who the caller is: a run that works does not pay for it.
func (c *Connector) explainHop(ctx context.Context, cfg aws.Config, h hop, from credentials, err error) error {
	caller := from.who
	var refused smithy.APIError
	if errors.As(err, &refused) {
		if !from.identity.known() && worthAsking(refused.ErrorCode()) {
			from.identity, _ = identify(ctx, cfg, from)
		}
		if from.identity.known() {
			caller = from.identity.ARN
		}
	}
	step := fmt.Sprintf("assuming role %d of %d", h.number, len(c.hops))
	if h.number == 0 {
		step = fmt.Sprintf("assuming the role of profile %q", h.profile)
	}
	explained := fmt.Errorf("%s, %s, as %s: %w", step, h.role, caller, refusal.Brief(err))
	remedy := c.remedyHop(h, caller, from, refused)
	if remedy == "" {
		remedy = refusal.Remedy(err)
	}
	if remedy != "" {
		return variables.WithHint(explained, remedy)
	}
	return explained
}

// worthAsking is false where AWS did not accept the signature itself: it
// would answer the same again.
func worthAsking(code string) bool {
	return code == "AccessDenied" || code == "ValidationError" || code == "RegionDisabledException"
}

func (c *Connector) remedyHop(h hop, caller string, from credentials, refused smithy.APIError) string {
	if refused == nil {
		return ""
	}
	switch refused.ErrorCode() {
	case "AccessDenied":
		return c.remedyDenied(h, caller, from.identity)
	case "ValidationError":
		if h.seconds > mostChainedSeconds && strings.Contains(refused.ErrorMessage(), "DurationSeconds") {
			shorter := "give --duration 1h"
			if h.number == 0 {
				shorter = fmt.Sprintf("write %s = %d in profile %q", durationKey, mostChainedSeconds, h.profile)
			}
			return fmt.Sprintf("%s, or raise the role's MaxSessionDuration; AWS allows 1h at most when the caller is itself a session of a role. Asked for: %d seconds", shorter, h.seconds)
		}
	case "RegionDisabledException":
		return "activate the region's STS endpoint in the account settings of IAM, or give another --region"
	}
	return ""
}

func (c *Connector) remedyDenied(h hop, caller string, identity Identity) string {
	principal := "the caller"
	if identity.known() {
		principal = principalOf(caller)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "the role's trust policy must allow %s to do sts:AssumeRole", principal)
	if accountOf(h.role) != identity.Account || identity.Account == "" {
		b.WriteString(", and so must a policy of the caller itself")
	}
	switch {
	case h.externalID == "" && h.number == 0:
		fmt.Fprintf(&b, "; if it requires an external ID, profile %q must have it as %s", h.profile, externalIDKey)
	case h.externalID == "":
		fmt.Fprintf(&b, "; if it requires an external ID, give one for hop %d: --external-id %s", h.number, c.externalIDs(h.number))
	default:
		b.WriteString("; the external ID must be the one that the trust policy names, in the same letter case")
	}
	return b.String()
}

// externalIDs writes the setting as it would be with an ID for one hop. The
// IDs that were given are not repeated: they are somebody's agreement.
func (c *Connector) externalIDs(number int) string {
	var ids []string
	for j, h := range c.hops {
		switch {
		case j+1 == number, h.externalID != "":
			ids = append(ids, fmt.Sprintf("ID-OF-HOP-%d", j+1))
		default:
			ids = append(ids, noExternalID)
		}
	}
	return strings.Join(ids, ",")
}
