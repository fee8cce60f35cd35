package connectors

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// The credential_source values (AWS SDKs and Tools Reference Guide, "Assume
// role credential provider").
const (
	fromSourceEnvironment = "Environment"
	fromSourceInstance    = "Ec2InstanceMetadata"
	fromSourceContainer   = "EcsContainer"
)

// profilePlan is how a profile gets credentials: from its start, then by one
// role after the other.
type profilePlan struct {
	start profile
	hops  []hop
	// path are the names of the profiles, from the one asked for to the start.
	path []string
}

// planProfile follows source_profile to where credentials come from, and
// asks nobody (setFromIniSections of aws-sdk-go-v2/config).
func (c *Connector) planProfile(shared sharedFiles, name string) (profilePlan, error) {
	var plan profilePlan
	for {
		p, err := plan.next(shared, name)
		if err != nil {
			return plan, err
		}
		// A web identity's role is assumed by the start itself.
		if role := p.text(roleKey); role != "" && !p.assumesItself() {
			h, err := c.hopOf(p)
			if err != nil {
				return plan, err
			}
			plan.hops = slices.Insert(plan.hops, 0, h)
		}
		if keys, _ := p.hasKeys(); p.text(sourceProfileKey) == "" || keys && len(plan.path) > 1 {
			plan.start = p
			return plan, plan.checkStart()
		}
		name = p.text(sourceProfileKey)
	}
}

// next returns the profile of this name, after a check of what it says.
func (plan *profilePlan) next(shared sharedFiles, name string) (profile, error) {
	p, found := shared.profile(name)
	asked := len(plan.path) == 0
	p.again = slices.Contains(plan.path, name)
	plan.path = append(plan.path, name)
	switch {
	case !found && asked:
		return p, fmt.Errorf("the AWS configuration files have no profile %q", name)
	case !found:
		return p, fmt.Errorf("the AWS configuration files have no profile %q, the %s of %q", name, sourceProfileKey, plan.path[len(plan.path)-2])
	case p.again && !p.canStart():
		return p, variables.WithHint(fmt.Errorf("the profiles name each other as %s in a circle: %s", sourceProfileKey, strings.Join(plan.path, " -> ")), "one of them must say where credentials come from, by keys or "+credentialSourceKey)
	case asked && !p.saysCredentials(), !asked && !p.canStart() && p.text(sourceProfileKey) == "":
		return p, fmt.Errorf("profile %q says nothing of credentials", name)
	}
	if _, err := p.hasKeys(); err != nil {
		return p, err
	}
	return p, p.checkKinds()
}

// checkKinds refuses what would leave it to chance which credentials count.
func (p profile) checkKinds() error {
	var kinds []string
	for _, key := range []string{sourceProfileKey, credentialSourceKey, webIdentityKey, processKey} {
		if p.text(key) != "" || !p.section[key].secret.Empty() {
			kinds = append(kinds, key)
		}
	}
	switch {
	case len(kinds) > 1:
		return fmt.Errorf("profile %q has %s; it can have one of them", p.name, strings.Join(kinds, " and "))
	case len(kinds) == 1 && kinds[0] != processKey && p.text(roleKey) == "" && !p.again:
		return fmt.Errorf("profile %q has %s and no %s to assume from there", p.name, kinds[0], roleKey)
	case p.text(credentialSourceKey) == "":
		return nil
	}
	if !slices.Contains([]string{fromSourceEnvironment, fromSourceInstance, fromSourceContainer}, p.text(credentialSourceKey)) {
		return p.fault(credentialSourceKey, fmt.Sprintf("write one of %s, %s, %s", fromSourceEnvironment, fromSourceInstance, fromSourceContainer))
	}
	return nil
}

// checkStart refuses a sign-in with a role in the same profile: the AWS CLI
// would assume the role as well, or refuse the profile.
func (plan *profilePlan) checkStart() error {
	p := plan.start
	if keys, _ := p.hasKeys(); keys || !p.needsCLI() || p.section[roleKey].empty() {
		return nil
	}
	return variables.WithHint(fmt.Errorf("profile %q has a %s beside its sign-in", p.name, roleKey),
		"move the sign-in to a profile of its own, and name that one by "+sourceProfileKey)
}

// assumesItself tells whether p starts with a web identity.
func (p profile) assumesItself() bool {
	keys, _ := p.hasKeys()
	return !keys && p.text(webIdentityKey) != ""
}

// hopOf takes the role of a profile.
func (c *Connector) hopOf(p profile) (hop, error) {
	h := hop{profile: p.name, role: p.text(roleKey), externalID: p.text(externalIDKey), sessionName: c.session.sessionName}
	// AssumeRoleWithWebIdentity knows no MFA.
	if p.text(mfaKey) != "" && !p.assumesItself() {
		if c.session.mfaCode.Empty() {
			return h, variables.WithHint(p.fault(mfaKey, "the role wants the code of an MFA device, and none is given"),
				"for jobs take a role whose trust policy does not ask for MFA; somebody with the device sets "+variables.OwnName("mfa-code"))
		}
		h.mfaSerial, h.mfaCode = p.text(mfaKey), c.session.mfaCode
	}
	if err := checkRoleARN(h.role); err != nil {
		return h, p.fault(roleKey, err.Error())
	}
	if h.externalID != "" {
		if err := checkExternalID(h.externalID); err != nil {
			return h, p.fault(externalIDKey, err.Error())
		}
	}
	if name := p.text(sessionNameKey); name != "" {
		if err := checkSessionName(name); err != nil {
			return h, p.fault(sessionNameKey, err.Error())
		}
		h.sessionName = name
	}
	return h, p.readDuration(&h.seconds)
}

// readDuration refuses what the SDK would replace by 15 minutes in silence.
func (p profile) readDuration(seconds *int64) error {
	text := p.text(durationKey)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err == nil && (n < leastSeconds || n > mostSeconds) {
		err = errors.New("out of range")
	}
	if err != nil {
		return p.fault(durationKey, fmt.Sprintf("write seconds, %d to %d", leastSeconds, mostSeconds))
	}
	*seconds = n
	return nil
}
