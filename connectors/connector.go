package connectors

import (
	"fmt"
	"slices"
	"sync"

	"github.com/awsvars/awsvars/variables"
)

const (
	noExternalID = "-"

	// The limits of AssumeRole in seconds (STS API reference, AssumeRole).
	leastSeconds       = 900
	mostSeconds        = 43200
	mostChainedSeconds = 3600
)

// Connector is a checked recipe for credentials.
type Connector struct {
	machine Machine
	source  string
	profile string
	region  string
	static  keys
	imdsV1  bool
	hops    []hop
	network *Network
	last    *lastAnswer
	retries int
	// sessionName is for roles that have no name of their own.
	sessionName string
	// shared reads the files of the AWS tools, once.
	shared func() (sharedFiles, error)
}

// keys are credentials as somebody gave them.
type keys struct {
	id            string
	secret, token variables.Secret
}

// hop is one role of the chain.
type hop struct {
	role, externalID, sessionName string
	// seconds is 0 for AWS's default.
	seconds int64
	// number counts the roles of the settings from 1. It is 0 for the role of
	// a profile, whose name is profile.
	number  int
	profile string
}

// New checks the settings against each other and returns the recipe. It makes
// no call and touches no source. Values must hold every setting of [Settings].
// Retries is how often a failed call is repeated.
func New(v variables.Values, machine Machine, network *Network, retries int) (*Connector, variables.Faults) {
	c := &Connector{
		machine: machine,
		source:  v.Text("source"),
		profile: v.Text("profile"),
		region:  v.Text("region"),
		static:  keys{v.Text("access-key-id"), v.Secret("secret-access-key"), v.Secret("session-token")},
		imdsV1:  v.Bool("imds-v1"),
		network: network,
		last:    &lastAnswer{},
		retries: retries,
	}
	c.shared = sync.OnceValues(c.readShared)
	faults := c.chooseSource(v)
	faults = append(faults, c.planHops(v)...)
	return c, faults
}

// chooseSource lets given keys or a given profile decide where no source is
// named, and refuses those that the named source would ignore.
func (c *Connector) chooseSource(v variables.Values) variables.Faults {
	var faults variables.Faults
	keysGiven := v.Given("access-key-id") || v.Given("secret-access-key") || v.Given("session-token")
	if c.source == sourceAuto && keysGiven {
		c.source = sourceStatic
	} else if c.source == sourceAuto && v.Given("profile") {
		c.source = sourceProfile
	}
	if keysGiven && c.source != sourceStatic {
		faults = append(faults, variables.Fault{Setting: "access-key-id", Problem: fmt.Sprintf("keys are given, and the source is %s, which would ignore them; leave out one of both", c.source)})
	}
	if v.Given("profile") && c.source != sourceProfile {
		faults = append(faults, variables.Fault{Setting: "profile", Given: c.profile, Problem: fmt.Sprintf("the source is %s, which would ignore it; leave out one of both", c.source)})
	}
	if c.source == sourceStatic && c.static.id == "" {
		faults = append(faults, variables.Fault{Setting: "access-key-id", Problem: "missing: static keys need access-key-id and secret-access-key"})
	}
	if c.source == sourceStatic && c.static.secret.Empty() {
		faults = append(faults, variables.Fault{Setting: "secret-access-key", Problem: "missing: static keys need access-key-id and secret-access-key"})
	}
	return faults
}

func (c *Connector) planHops(v variables.Values) variables.Faults {
	roles, ids := v.List("role-arn"), v.List("external-id")
	if c.sessionName = v.Text("role-session-name"); c.sessionName == "" {
		c.sessionName = ValidSessionName(c.machine.SessionName)
	}
	var faults variables.Faults
	// One ID for several roles would be a guess at whose it is.
	if len(ids) > 0 && len(ids) != len(roles) {
		faults = append(faults, variables.Fault{Setting: "external-id", Problem: fmt.Sprintf("%d given for %s; give one for each, %s for none", len(ids), count(len(roles), "role"), noExternalID)})
		ids = nil
	}
	for i, role := range roles {
		h := hop{role: role, sessionName: c.sessionName, number: i + 1}
		if len(ids) > 0 && ids[i] != noExternalID {
			h.externalID = ids[i]
		}
		if i == len(roles)-1 {
			h.seconds = v.Seconds("duration")
		}
		c.hops = append(c.hops, h)
	}
	return append(faults, checkDuration(v, len(roles))...)
}

// checkDuration refuses what AWS is known to refuse. Whether a first hop from
// an instance or container role counts as chaining is told differently by
// AWS's pages, so there AWS decides.
func checkDuration(v variables.Values, roles int) variables.Faults {
	if !v.Given("duration") {
		return nil
	}
	fault := variables.Fault{Setting: "duration", Given: v.Text("duration")}
	seconds := v.Seconds("duration")
	switch {
	case roles == 0:
		fault.Problem = "there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role"
	case seconds < leastSeconds || seconds > mostSeconds:
		fault.Problem = "15m to 12h for an assumed role, and 1h at most for a role behind another one"
	case roles > 1 && seconds > mostChainedSeconds:
		fault.Problem = fmt.Sprintf("15m to 12h for an assumed role, and 1h at most for hop %d of a chain: AWS limits role chaining to 1h; write 1h, or assume the last role directly", roles)
	default:
		return nil
	}
	return variables.Faults{fault}
}

// count writes a number of things: 1 role, 2 roles.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// checkChained refuses a duration that AWS is known to refuse: that of a role
// behind another one. Before are the roles of a profile; a web identity is a
// session of a role from the start.
func (c *Connector) checkChained(before []hop, behind bool) error {
	for _, h := range slices.Concat(before, c.hops) {
		if behind && h.seconds > mostChainedSeconds {
			return variables.WithHint(fmt.Errorf("%s would be assumed for %d seconds behind another role, and AWS limits role chaining to %d", h.role, h.seconds, mostChainedSeconds),
				fmt.Sprintf("give a duration of 1h; in a profile it is %s = %d", durationKey, mostChainedSeconds))
		}
		behind = true
	}
	return nil
}
