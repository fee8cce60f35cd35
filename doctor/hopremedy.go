package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/policy"
)

// remediesOfHop are what the error itself proposes, then the policies of both
// sides.
func remediesOfHop(hop connectors.Stop) []string {
	remedies := []string{remedyOf(hop.Err)}
	causes := causesOfHop(hop)
	switch {
	case hop.Token != nil:
		return append(remedies, trustOfToken(hop))
	case hop.Role == "":
		return remedies
	}
	has := func(cause Cause) bool { return slices.Contains(causes, cause) }
	if has(ExternalIDOrder) {
		remedies = []string{fmt.Sprintf("the role takes the external ID that was given for hop %d: external-id has one for each role, in the order of role-arn", hop.Asked.Fitting)}
	}
	if has(TrustPolicy) || has(SessionTags) || has(SourceIdentity) || has(ExternalID) {
		// The error may have it among its own words.
		if command := hop.Asked.TrustCommand(hop.Caller); !strings.Contains(remedies[0], command) {
			remedies = append(remedies, command)
		}
	}
	if has(Permission) || has(SessionTags) || has(SourceIdentity) {
		remedies = append(remedies, "a policy of "+hop.Caller.Principal()+" must allow:\n"+permissionOf(hop))
	}
	return remedies
}

// permissionOf is what the caller's own policy needs.
func permissionOf(hop connectors.Stop) string {
	actions := []string{"sts:AssumeRole"}
	if hop.Asked.Tags {
		actions = append(actions, "sts:TagSession")
	}
	if hop.Asked.SourceIdentity {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	return document(policy.Statement{Sid: "Assume", Actions: actions, Resources: []string{hop.Role}})
}
