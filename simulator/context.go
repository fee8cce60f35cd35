package simulator

import (
	"net"
	"strconv"
	"time"
)

// context is what every request of somebody says (IAM user guide, "AWS global
// condition context keys").
func (c *call) context(who *principal) conditionKeys {
	k := c.surroundings()
	k.set("aws:PrincipalArn", who.identityARN())
	k.set("aws:PrincipalAccount", who.account)
	k.set("aws:PrincipalType", who.principalType())
	k.set("aws:userid", who.id)
	if who.kind == userKeys || who.kind == userSession {
		if !who.isRoot() {
			k.set("aws:username", who.name)
		}
	}
	for _, tag := range who.tags {
		k.set("aws:PrincipalTag/"+tag.key, tag.value)
	}
	// Long-term keys never have it; of temporary ones only GetSessionToken's
	// can be true.
	if who.kind != userKeys {
		k.set("aws:MultiFactorAuthPresent", strconv.FormatBool(!who.mfa.IsZero()))
	}
	if !who.mfa.IsZero() {
		k.set("aws:MultiFactorAuthAge", strconv.Itoa(int(c.now.Sub(who.mfa)/time.Second)))
	}
	return k
}

// principalType is as the IAM user guide has it, "Principal key values".
func (p *principal) principalType() string {
	switch {
	case p.kind == roleSession:
		return "AssumedRole"
	case p.kind == federatedUser:
		return "FederatedUser"
	case p.isRoot():
		return "Account"
	}
	return "User"
}

// surroundings are known whoever asks. Plain http stands for AWS's HTTPS here.
func (c *call) surroundings() conditionKeys {
	k := conditionKeys{}
	k.set("aws:CurrentTime", c.now.UTC().Format(time.RFC3339))
	k.set("aws:EpochTime", strconv.FormatInt(c.now.Unix(), 10))
	if host, _, err := net.SplitHostPort(c.http.RemoteAddr); err == nil {
		k.set("aws:SourceIp", host)
	}
	k.set("aws:SecureTransport", "true")
	k.set("aws:ViaAWSService", "false")
	k.set("aws:PrincipalIsAWSService", "false")
	if agent := c.http.UserAgent(); agent != "" {
		k.set("aws:UserAgent", agent)
	}
	if c.record.Region != "" {
		k.set("aws:RequestedRegion", c.record.Region)
	}
	return k
}

// identityARN is a session's role, and whoever else it is.
func (p *principal) identityARN() string {
	if p.kind == federatedUser {
		return p.arn
	}
	return p.identity
}

// setTags are the tags of a request, be it for a session or for a repository.
func (k conditionKeys) setTags(tags []tag) {
	var keys []string
	for _, tag := range tags {
		k.set("aws:RequestTag/"+tag.key, tag.value)
		keys = append(keys, tag.key)
	}
	k.set("aws:TagKeys", keys...)
}
