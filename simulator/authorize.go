package simulator

import "slices"

// Use is a permission that an identity policy was asked for, and whether it
// allowed it or not. Where the policy of a resource alone is enough, none is.
type Use struct {
	// Principal is the ARN of the user or the role whose policies were asked.
	Principal string `json:"principal"`
	Action    string `json:"action"`
	// Resource is an ARN, or * where AWS knows none.
	Resource string `json:"resource"`
}

// guard is the policy of a resource, in the account whose it is. A role's must
// allow; a repository's may be silent to its own account.
type guard struct {
	account  string
	policy   document
	required bool
}

// authorize says why somebody may not do something, in AWS's words, or "" if
// they may (IAM user guide, "Policy evaluation logic", "Cross-account policy
// evaluation logic"; for the words "Troubleshoot access denied error
// messages"). A nil guard is a resource without a policy.
func (c *call) authorize(who *principal, a ask, g *guard) string {
	if why := c.obstacle(who, a, g); why != "" {
		return "User: " + who.arn + " is not authorized to perform: " + a.action + " on resource: " + a.resource + " " + why
	}
	return ""
}

func (c *call) obstacle(who *principal, a ask, g *guard) string {
	a.context.set("aws:ResourceAccount", a.account(who))
	said, named, own := silent, nobody, true
	if g != nil {
		said, named = g.policy.judgeFor(a, who.named)
		own = g.account == who.account || g.account == ""
	}
	identity, session := who.policies.judge(a), who.inSession(a)
	if who.isRoot() {
		identity = allows
	} else if use := (Use{who.identity, a.action, a.resource}); !(own && named >= byName && identity != denies) && !slices.Contains(c.record.Uses, use) {
		c.record.Uses = append(c.record.Uses, use)
	}
	switch {
	case identity == denies:
		return "with an explicit deny in an identity-based policy"
	case session == denies:
		return "with an explicit deny in a session policy"
	case said == denies:
		return "with an explicit deny in a resource-based policy"
	case own && named == bySession:
		return ""
	case identity != allows && !(own && named == byName):
		return "because no identity-based policy allows the " + a.action + " action"
	case session != allows:
		return "because no session policy allows the " + a.action + " action"
	case said != allows && g != nil && (g.required || !own):
		return "because no resource-based policy allows the " + a.action + " action"
	}
	return ""
}

// inSession is what the session's policies say together: each of them must
// allow. Without any, all is allowed.
func (p *principal) inSession(a ask) verdict {
	together := allows
	for _, policies := range p.sessions {
		switch policies.judge(a) {
		case denies:
			return denies
		case silent:
			together = silent
		}
	}
	return together
}
