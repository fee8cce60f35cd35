package simulator

import (
	"fmt"
	"strings"
	"time"
)

// kind is what a principal is. STS treats each differently as a caller.
type kind int

const (
	userKeys      kind = iota // long-term keys of an IAM user
	roleSession               // AssumeRole, AssumeRoleWithWebIdentity, or a service's role
	federatedUser             // GetFederationToken
	userSession               // GetSessionToken
)

// principal is an identity that can sign requests.
type principal struct {
	kind      kind
	account   string
	partition string
	name      string      // short: user, role or federated user
	arn       string      // as GetCallerIdentity tells it
	iamARN    string      // of the user or the role behind it
	id        string      // UserId of GetCallerIdentity
	identity  string      // ARN of the user or the role whose policies count
	policies  policySet   // of the user or the role
	sessions  []policySet // each narrows what policies give
	chained   bool        // signing AssumeRole is role chaining
	source    string      // source identity; once set, it stays
	tags      []tag       // of the session, inherited ones included
	mfa       time.Time   // when a device vouched for a user's session
}

func (p *principal) root() string {
	return fmt.Sprintf("arn:%s:iam::%s:root", p.partition, p.account)
}

// isRoot is true for the root user's keys and their sessions.
func (p *principal) isRoot() bool { return p.iamARN == p.root() }

// user describes a user of the configuration. The root user's ID is the
// account's (IAM user guide, "Principal key values").
func (c *Config) user(account, name string) *principal {
	user := c.Accounts[account].Users[name]
	p := &principal{
		kind:      userKeys,
		account:   account,
		partition: partitionOf(c.Region).id,
		name:      name,
		id:        randomID("AIDA", 17),
		policies:  user.read,
	}
	p.arn = fmt.Sprintf("arn:%s:iam::%s:user/%s", p.partition, account, name)
	if user.Root {
		p.arn, p.id = p.root(), account
	}
	p.iamARN, p.identity = p.arn, p.arn
	return p
}

// role finds a role by its ARN.
func (c *Config) role(arn string) (role, bool) {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != "iam" || part[3] != "" {
		return role{}, false
	}
	path, isRole := strings.CutPrefix(part[5], "role")
	cut := strings.LastIndex(path, "/")
	if !isRole || cut < 0 || part[1] != partitionOf(c.Region).id {
		return role{}, false
	}
	found, ok := c.Accounts[part[4]].Roles[path[cut+1:]]
	if !ok || or(found.Path, "/") != path[:cut+1] {
		return role{}, false
	}
	return role{Role: found, arn: arn, account: part[4], partition: part[1], name: path[cut+1:]}, true
}

// role is a role of the configuration, with its place.
type role struct {
	Role
	arn       string
	account   string
	partition string
	name      string
}

// session is the principal that a role becomes. The path is not part of its
// ARN (IAM user guide, "IAM identifiers").
func (r role) session(name string) *principal {
	id := roleID(r.arn)
	return &principal{
		kind:      roleSession,
		account:   r.account,
		partition: r.partition,
		name:      r.name,
		arn:       fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/%s", r.partition, r.account, r.name, name),
		iamARN:    r.arn,
		id:        id + ":" + name,
		identity:  r.arn,
		policies:  r.read,
	}
}
