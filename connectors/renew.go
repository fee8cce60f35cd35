package connectors

import (
	"errors"
	"sync/atomic"

	"github.com/aws/smithy-go"
)

// renewable remembers whether a source of this run makes credentials or tokens
// anew each time that it is asked. Keys that somebody gave stay what they are.
type renewable struct{ seen atomic.Bool }

// note takes what a connector departs from.
func (r *renewable) note(source string) {
	if source != sourceEnvironment && source != sourceStatic && source != sourceWebIdentity {
		r.seen.Store(true)
	}
}

// noteToken takes whose token it is: one that stands in a variable is not made
// anew, one in a file may be.
func (r *renewable) noteToken(provider string) {
	switch provider {
	case providerGiven, providerCircleCI, providerBitbucket:
	default:
		r.seen.Store(true)
	}
}

// Expired tells whether err is that of credentials or of a token that have
// expired under way, where [Roster.Again] may get new ones. An MFA code is good
// once, so that a run with one cannot start again.
func (r *Roster) Expired(err error) bool {
	var refused smithy.APIError
	if !errors.As(err, &refused) || !r.run.renewable.seen.Load() || r.values.Given("mfa-code") {
		return false
	}
	return refused.ErrorCode() == "ExpiredToken" || refused.ErrorCode() == "ExpiredTokenException"
}
