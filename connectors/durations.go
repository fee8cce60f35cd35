package connectors

import (
	"fmt"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// checkDuration refuses what AWS is known to refuse. Whether a first hop from
// an instance or container role counts as chaining is told differently by
// AWS's pages, so there AWS decides.
func (c *Connector) checkDuration(v variables.Values) variables.Faults {
	if !v.Given("duration") || c.principal == principalProvided {
		return nil
	}
	fault := variables.Fault{Setting: "duration", Given: v.Text("duration")}
	seconds := v.Seconds("duration")
	chained := c.roles > 1 || c.before.isRole()
	switch {
	case c.principal != principalRole && (seconds < leastSeconds || seconds > mostUserSeconds):
		fault.Problem = fmt.Sprintf("15m to 36h for %s", c.principal)
	case c.principal != principalRole:
		return nil
	case seconds < leastSeconds || seconds > mostSeconds:
		fault.Problem = "15m to 12h for an assumed role, and 1h at most for a role behind another one"
	case chained && seconds > mostChainedSeconds:
		fault.Problem = fmt.Sprintf("15m to 12h for an assumed role, and 1h at most for hop %d of a chain: AWS limits role chaining to 1h; write 1h, or assume the last role directly", c.depth())
	default:
		return nil
	}
	return variables.Faults{fault}
}

// isRole tells whether the credentials are known to be a role's session. Those
// of an instance's or container's role are left to AWS.
func (c *Connector) isRole() bool {
	return c != nil && (c.principal == principalRole || c.before.isRole())
}

// isFederated tells whether the credentials are a federated user's, whom STS
// answers GetCallerIdentity only (STS API reference, GetFederationToken).
func (c *Connector) isFederated() bool {
	return c != nil && (c.principal == principalFederated || c.principal == principalProvided && c.before.isFederated())
}

// depth counts the roles on the way, those of earlier connectors too.
func (c *Connector) depth() int {
	if c.before == nil {
		return c.roles
	}
	return c.roles + c.before.depth()
}

// checkChained refuses a duration that AWS is known to refuse: that of a role
// behind another one. Before are the roles of a profile; a web identity is a
// session of a role from the start.
func (c *Connector) checkChained(before []hop, behind bool) error {
	hops := slices.Clone(before)
	for _, s := range c.steps {
		if h, is := s.(hop); is {
			hops = append(hops, h)
		}
	}
	for _, h := range hops {
		if behind && h.seconds > mostChainedSeconds {
			return variables.WithHint(fmt.Errorf("%s would be assumed for %d seconds behind another role, and AWS limits role chaining to %d", h.role, h.seconds, mostChainedSeconds),
				fmt.Sprintf("give a duration of 1h; in a profile it is %s = %d", durationKey, mostChainedSeconds))
		}
		behind = true
	}
	return nil
}
