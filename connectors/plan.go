package connectors

import (
	"fmt"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

const (
	noExternalID = "-"

	// The limits of durations in seconds (STS API reference, AssumeRole,
	// GetFederationToken, GetSessionToken).
	leastSeconds       = 900
	mostSeconds        = 43200
	mostChainedSeconds = 3600
	mostUserSeconds    = 129600
)

// planSteps makes the steps that follow the source. What goes with all
// credentials, such as a duration, is the last step's; what is inherited, such
// as a source identity, is the first role's.
func (c *Connector) planSteps(v variables.Values) variables.Faults {
	roles := v.List("role-arn")
	c.roles = len(roles)
	c.session = hop{sessionName: v.Text("role-session-name"), mfaCode: v.Secret("mfa-code"), plainSecret: c.plainSecret}
	if c.session.sessionName == "" {
		c.session.sessionName = ValidSessionName(c.machine.SessionName)
	}
	policies, faults := policiesOf(v)
	tags, more := c.tagsOf(v)
	faults = append(faults, more...)
	switch c.principal {
	case principalFederated:
		faults = append(faults, checkOmitted(v)...)
		c.steps = []step{federation{name: c.federatedName(v), policies: policies, tags: tags, seconds: v.Seconds("duration"), plainSecret: c.plainSecret}}
	case principalUser:
		c.steps = []step{userToken{seconds: v.Seconds("duration"), mfaSerial: v.Text("mfa-serial"), mfaCode: v.Secret("mfa-code"), plainSecret: c.plainSecret}}
	case principalRole:
		faults = append(faults, c.planRoles(v, policies, tags)...)
	}
	faults = append(faults, checkMFA(v, c)...)
	return append(faults, c.checkDuration(v)...)
}

func (c *Connector) planRoles(v variables.Values, policies policies, tags tags) variables.Faults {
	roles, ids := v.List("role-arn"), v.List("external-id")
	var faults variables.Faults
	// One ID for several roles would be a guess at whose it is.
	if len(ids) > 0 && len(ids) != len(roles) && len(roles) > 0 {
		faults = append(faults, variables.Fault{Setting: "external-id", Problem: unevenIDs(len(ids), len(roles))})
		ids = nil
	}
	var hops []hop
	for i, role := range roles {
		h := c.session
		h.role, h.number, h.of, h.mfaCode, h.plainSecret = role, i+1, len(roles), variables.Secret{}, false
		if len(ids) > 0 && ids[i] != noExternalID {
			h.externalID = ids[i]
		}
		if i == len(roles)-1 {
			h.seconds, h.policies, h.plainSecret = v.Seconds("duration"), policies, c.plainSecret
		}
		hops = append(hops, h)
	}
	if c.source == sourceWebIdentity && c.before == nil {
		var more variables.Faults
		hops, more = c.planToken(v, hops, policies)
		faults = append(faults, more...)
	}
	if len(hops) > 0 {
		first, last := &hops[0], &hops[len(hops)-1]
		first.sourceIdentity = v.Text("source-identity")
		first.tags, last.tags = tags.split(len(hops))
		first.mfaSerial, first.mfaCode = v.Text("mfa-serial"), v.Secret("mfa-code")
	}
	for i, h := range hops {
		if i > 0 {
			h.inherits.tags = slices.ContainsFunc(hops[0].tags, func(t tag) bool { return t.transitive })
			h.inherits.sourceIdentity = hops[0].sourceIdentity != ""
		}
		c.steps = append(c.steps, h)
	}
	return faults
}

func unevenIDs(ids, roles int) string {
	return fmt.Sprintf("%d given for %s; give one for each, %s for none", ids, count(roles, "role"), noExternalID)
}

// planToken gives the first role to the web identity's token, unless the
// environment names a role for it as in EKS. AssumeRoleWithWebIdentity takes
// fewer parameters: tags and source identity come with the token (STS API
// reference, AssumeRoleWithWebIdentity).
func (c *Connector) planToken(v variables.Values, hops []hop, policies policies) ([]hop, variables.Faults) {
	c.token.settle(c.machine)
	if role := c.machine.get("AWS_ROLE_ARN"); c.token.provider == providerKubernetes && role != "" {
		if len(hops) > 0 {
			return hops, nil
		}
		// It is the only role, so that it takes what the settings say of one.
		if len(v.List("external-id")) > 0 {
			return nil, append(onlyToken(v), variables.Fault{Setting: "external-id", Problem: "AssumeRoleWithWebIdentity takes none; leave it out"})
		}
		c.session.policies, c.session.seconds = policies, v.Seconds("duration")
		return nil, onlyToken(v)
	}
	if len(hops) == 0 {
		return nil, variables.Faults{{Setting: "role-arn", Problem: "missing: a web identity needs the role that it is to assume"}}
	}
	first := hops[0]
	c.token.hop = first
	var faults variables.Faults
	if !isRoleARN(first.role) {
		faults = append(faults, variables.Fault{Setting: "role-arn", Given: first.role, Problem: "a web identity has no account of its own: write the whole ARN, arn:aws:iam::ACCOUNT:role/NAME"})
	}
	if first.externalID != "" {
		faults = append(faults, variables.Fault{Setting: "external-id", Problem: "AssumeRoleWithWebIdentity takes none for the first role; write " + noExternalID + " for it, or leave it out"})
	}
	if len(hops) > 1 {
		return hops[1:], faults
	}
	return nil, append(faults, onlyToken(v)...)
}

// onlyToken refuses what the role of a token cannot have.
func onlyToken(v variables.Values) variables.Faults {
	var faults variables.Faults
	for _, name := range []string{"session-tags", "custom-tags", "optional-tags", "transitive-tag-keys", "source-identity"} {
		if v.Given(name) {
			faults = append(faults, variables.Fault{Setting: name, Problem: "AssumeRoleWithWebIdentity takes none: tags and source identity come with the token; leave it out, or give a second role"})
		}
	}
	return faults
}

// checkMFA refuses half of what MFA needs, and MFA for callers that have none.
func checkMFA(v variables.Values, c *Connector) variables.Faults {
	fault := func(name, problem string) variables.Faults {
		return variables.Faults{{Setting: name, Problem: problem}}
	}
	switch serial, code := v.Given("mfa-serial"), v.Given("mfa-code"); {
	case code && !within(v.Secret("mfa-code").Open(), 6, 6, digits):
		return fault("mfa-code", "a code has six digits")
	case !slices.Contains(takes(c.principal), "mfa-serial"):
		return nil
	case serial && !code:
		return fault("mfa-code", "missing: the MFA device that mfa-serial names shows one")
	case code && !serial && !c.profileTakes("mfa-code"):
		return fault("mfa-serial", "missing: AWS must know which device the code is from")
	case serial && c.temporary() != "":
		return fault("mfa-serial", "only IAM users have an MFA device, and "+c.temporary())
	}
	return nil
}
