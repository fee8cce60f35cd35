package connectors

import (
	"fmt"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// The principal types (IAM user guide, "Compare AWS STS credentials").
const (
	principalProvided  = "provided"
	principalRole      = "assumed-role"
	principalFederated = "federated-user"
	principalUser      = "session-token"
)

func principals() []string {
	return []string{principalProvided, principalRole, principalFederated, principalUser}
}

// takes says which settings each principal type has; the parameters are those
// of AssumeRole, GetFederationToken and GetSessionToken in the STS API
// reference. A role's session name counts for every source: a profile may
// assume roles, too.
func takes(principal string) []string {
	switch principal {
	case principalRole:
		return []string{"role-arn", "external-id", "duration", "policy", "policy-arns", "session-tags", "custom-tags", "optional-tags", "transitive-tag-keys", "source-identity", "mfa-serial", "mfa-code"}
	case principalFederated:
		return []string{"federated-user-name", "duration", "policy", "policy-arns", "omit-policy", "session-tags", "custom-tags", "optional-tags"}
	case principalUser:
		return []string{"duration", "mfa-serial", "mfa-code"}
	}
	return nil
}

// choosePrincipal lets given roles decide where no principal type is named,
// and refuses the settings that the type has no use for.
func (c *Connector) choosePrincipal(v variables.Values) variables.Faults {
	roles := v.List("role-arn")
	c.principal = v.Text("principal-type")
	switch {
	case c.principal != "":
	case len(roles) > 0 || c.source == sourceWebIdentity:
		c.principal = principalRole
	default:
		c.principal = principalProvided
	}
	var faults variables.Faults
	for _, name := range slices.Concat(takes(principalRole), takes(principalFederated)) {
		if v.Given(name) && !slices.Contains(takes(c.principal), name) && !c.profileTakes(name) {
			problem := refusedBy(c.principal, name)
			if name == "external-id" && c.principal == principalProvided {
				problem = unevenIDs(len(v.List(name)), len(roles))
			}
			faults = faults.And(variables.Faults{{Setting: name, Given: shown(v, name), Problem: problem}})
		}
	}
	if c.principal == principalRole && len(roles) == 0 && c.source != sourceWebIdentity {
		faults = append(faults, variables.Fault{Setting: "role-arn", Problem: "missing: assumed-role needs the role to assume"})
	}
	if c.principal == principalRole && c.before.isFederated() {
		faults = append(faults, variables.Fault{Setting: "role-arn", Problem: fmt.Sprintf("the connector %s gives a federated user, who may not assume roles; start from the IAM user's keys", c.before.name)})
	}
	if c.principal == principalProvided && c.source == sourceWebIdentity {
		faults = append(faults, variables.Fault{Setting: "principal-type", Given: c.principal, Problem: "a web identity is a token and no credentials: it is good for assumed-role only"})
	}
	return append(faults, c.checkLongTerm()...)
}

// profileTakes: a profile may name an MFA device of its own.
func (c *Connector) profileTakes(name string) bool {
	return name == "mfa-code" && (c.source == sourceProfile || c.source == sourceAuto)
}

// shown is what a fault may quote: documents are long, and codes are secret.
func shown(v variables.Values, name string) string {
	switch name {
	case "duration":
		return v.Text(name)
	}
	return ""
}

// refusedBy says why a principal type has no use for a setting, and what has.
func refusedBy(principal, name string) string {
	switch {
	case principal == principalProvided && name == "duration":
		return "there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role"
	case principal == principalProvided && name == "role-arn":
		return "provided hands the credentials on as they are; leave it out, or choose assumed-role"
	case principal == principalProvided:
		return "credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type"
	case name == "role-arn", name == "external-id":
		return fmt.Sprintf("%s assumes no role; leave it out, or choose assumed-role", principal)
	case principal == principalUser && (name == "policy" || name == "policy-arns" || name == "omit-policy"):
		return "GetSessionToken takes no policy; choose federated-user or assumed-role"
	case principal == principalUser:
		return "GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role"
	case name == "mfa-serial", name == "mfa-code":
		return "GetFederationToken takes no MFA code; choose session-token or assumed-role"
	case principal == principalFederated:
		return "GetFederationToken takes none; choose assumed-role"
	case name == "omit-policy":
		return "a role has policies of its own, and goes without a session policy anyway; leave it out"
	}
	return fmt.Sprintf("%s takes none; choose federated-user", principal)
}

// checkLongTerm refuses what AWS answers with AccessDenied: GetFederationToken
// and GetSessionToken take the long-term keys of an IAM user only (STS API
// reference, both actions).
func (c *Connector) checkLongTerm() variables.Faults {
	if c.principal != principalFederated && c.principal != principalUser {
		return nil
	}
	why := c.temporary()
	if why == "" {
		return nil
	}
	return variables.Faults{{Setting: "principal-type", Given: c.principal, Problem: needsLongTerm(c.principal, why)}}
}

func needsLongTerm(principal, why string) string {
	return fmt.Sprintf("%s needs the long-term keys of an IAM user, and %s; use assumed-role", principal, why)
}

// temporary says why the credentials that c starts from are temporary, as far
// as that is known before anybody is asked.
func (c *Connector) temporary() string {
	switch {
	case c.before != nil && c.before.principal != principalProvided:
		return fmt.Sprintf("the connector %s gives temporary ones", c.before.name)
	case c.before != nil:
		return c.before.temporary()
	case c.source == sourceInstance || c.source == sourceContainer || c.source == sourceWebIdentity:
		return fmt.Sprintf("the source %s gives temporary ones", c.source)
	case c.source == sourceStatic && !c.static.token.Empty():
		return "a session token is given, so these are temporary ones"
	}
	return ""
}

// handsOn tells whether nobody could be asked for other credentials.
func (c *Connector) handsOn() bool {
	switch c.source {
	case sourceEnvironment, sourceStatic, sourceInstance, sourceContainer:
		return true
	}
	return false
}
