package connectors

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Enforcement is what a role does with an external ID.
type Enforcement int

// The answers. A role that has no external ID to enforce was not asked.
const (
	NotAsked Enforcement = iota
	// Enforced: it cannot be assumed without.
	Enforced
	// Open: it can.
	Open
	// Untold: AWS gave neither answer.
	Untold
)

// nothing is a session policy that allows nothing: what is asked for by a
// question must be good for nothing else, also where it should be found.
const nothing = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"*","Resource":"*"}]}`

// without asks whether the role can be assumed without its external ID, as
// anybody could then who makes the caller ask for it.
func (h hop) without(c call) Enforcement {
	if h.externalID == "" {
		return NotAsked
	}
	if h.mfaSerial != "" {
		// A code is good once.
		return Untold
	}
	h.externalID = ""
	switch err := h.try(c); {
	case err == nil:
		return Open
	case isDenied(err):
		return Enforced
	}
	return Untold
}

// fitting finds the hop of the same connector whose external ID opens this
// role: IDs in the wrong order are told by nothing else.
func (h hop) fitting(c call) int {
	own := h.externalID
	for _, s := range c.steps {
		other, _ := s.(hop)
		if other.externalID == "" || other.externalID == own || h.mfaSerial != "" {
			continue
		}
		h.externalID = other.externalID
		if h.try(c) == nil {
			return other.number
		}
	}
	return 0
}

// try assumes the role for the shortest time, with a session that may do
// nothing, and drops its credentials.
func (h hop) try(c call) error {
	input := &sts.AssumeRoleInput{
		RoleArn: aws.String(h.role), RoleSessionName: aws.String(h.sessionName),
		Policy: aws.String(nothing), DurationSeconds: aws.Int32(leastSeconds),
	}
	setText(&input.ExternalId, h.externalID)
	setText(&input.SourceIdentity, h.sourceIdentity)
	input.Tags, input.TransitiveTagKeys = h.tags.parameters()
	_, err := c.client().AssumeRole(c.ctx, input, c.signed)
	return err
}
