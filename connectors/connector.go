package connectors

import (
	"fmt"
	"sync"

	"github.com/awsvars/awsvars/variables"
)

// Connector is a checked recipe for credentials: a source or another
// connector, then the steps that turn its credentials into those asked for.
type Connector struct {
	*run
	// name is that of the connectors file, empty for the one that the settings
	// describe.
	name    string
	machine Machine
	// before is the connector whose credentials this one starts from, in place
	// of a source.
	before  *Connector
	source  string
	profile string
	region  string
	// stsEndpoint is the URL of STS, empty for AWS's own.
	stsEndpoint string
	static      keys
	imdsV1      bool
	token       tokenSource
	principal   string
	steps       []step
	// roles counts the roles of the settings.
	roles int
	// session is what a role of a profile takes from the settings.
	session hop
	// plainSecret asks for a secret key of letters and digits only.
	plainSecret bool
	// seconds is the duration asked for.
	seconds int64
	allowed []string
	// untold are the facts asked for as tags that are not known of this job.
	untold []string
	// ignored are variables that the source has no use for.
	ignored []string
	// shared reads the files of the AWS tools, once.
	shared func() (sharedFiles, error)
}

// run is what the connectors of one run have in common.
type run struct {
	network   *Network
	last      *lastAnswer
	links     links
	renewable renewable
}

// keys are credentials as somebody gave them.
type keys struct {
	id            string
	secret, token variables.Secret
}

// step turns credentials into others by one call of STS.
type step interface {
	// key tells steps apart; two with one key that start from the same
	// credentials give the same ones.
	key() string
	// take makes the call.
	take(call) (credentials, error)
	// failed explains an error of take.
	failed(call, error) error
	// logged is the line of the log for what take returned.
	logged(*Connector, credentials) (subject, text string)
	// principal names what the credentials are: a role's ARN, a user's name.
	principal() string
	// plain tells whether only a secret key of letters and digits will do.
	plain() bool
}

// New checks the settings against each other and returns the recipe. It makes
// no call and touches no source. Values must hold every setting of [Settings].
func New(v variables.Values, machine Machine, network *Network) (*Connector, variables.Faults) {
	unset := v.Bool("unset-current-credentials")
	if unset {
		machine = machine.withoutCredentials()
	}
	c, faults := newRun(network).connector(v, machine, nil)
	if unset && c.source == sourceEnvironment {
		faults = append(faults, variables.Fault{Setting: "unset-current-credentials", Problem: "the source is environment, which would have nothing left; leave out one of both"})
	}
	return c, faults
}

// Source is where the first credentials come from: the name of a source, and
// that of the profile where it is one.
func (c *Connector) Source() (source, profile string) {
	for c.before != nil {
		c = c.before
	}
	if c.source == sourceProfile {
		return c.source, c.profileName()
	}
	return c.source, ""
}

// NamesProfile tells whether a source that is a profile is named, and not left
// to the environment.
func (c *Connector) NamesProfile() bool {
	for c.before != nil {
		c = c.before
	}
	return c.profile != ""
}

// Reads tells whether the credentials may come from the profile of this name.
func (c *Connector) Reads(profile string) bool {
	for c.before != nil {
		c = c.before
	}
	return c.readsProfile() && c.profileName() == profile
}

func newRun(network *Network) *run {
	return &run{network: network, last: &lastAnswer{}}
}

// connector makes a connector that starts from before, or from the source that
// the settings name where before is nil.
func (r *run) connector(v variables.Values, machine Machine, before *Connector) (*Connector, variables.Faults) {
	c := &Connector{
		run:         r,
		before:      before,
		machine:     machine,
		source:      v.Text("source"),
		profile:     v.Text("profile"),
		region:      v.Text("region"),
		stsEndpoint: v.Text("sts-endpoint"),
		static:      keys{v.Text("access-key-id"), v.Secret("secret-access-key"), v.Secret("session-token")},
		imdsV1:      v.Bool("imds-v1"),
		token:       tokenSourceOf(v),
		plainSecret: v.Bool("special-characters-workaround"),
		seconds:     v.Seconds("duration"),
		allowed:     v.List("allowed-account-ids"),
	}
	c.shared = sync.OnceValues(c.readShared)
	faults := c.chooseSource(v)
	faults = append(faults, c.choosePrincipal(v)...)
	faults = append(faults, c.planSteps(v)...)
	faults = append(faults, c.checkAsked(v)...)
	return c, append(faults, c.checkGuards(v)...)
}

// count writes a number of things: 1 role, 2 roles.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
