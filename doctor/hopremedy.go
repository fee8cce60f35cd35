package doctor

import (
	"fmt"
	"slices"

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
		remedies = append(remedies, trustOfHop(hop))
	}
	if has(Permission) || has(SessionTags) || has(SourceIdentity) {
		remedies = append(remedies, "a policy of "+hop.Caller.Principal()+" must allow:\n"+permissionOf(hop))
	}
	return remedies
}

// trustOfHop is the command for the trust policy that lets the caller in.
func trustOfHop(hop connectors.Stop) string {
	command := "awsvars policy trust --principal " + hop.Caller.Principal()
	if hop.Asked.ExternalID {
		command += fmt.Sprintf(" --external-id ID-OF-HOP-%d", hop.Asked.Number)
	}
	if hop.Asked.Tags {
		command += " --session-tags"
	}
	if hop.Asked.SourceIdentity {
		command += " --source-identity"
	}
	if hop.Asked.MFA {
		command += " --mfa"
	}
	return command
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
