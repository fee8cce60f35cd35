package connectors

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/policy"
)

// Permissions are what a connector needs of the policies on its way.
type Permissions struct {
	// Grants are those of whoever calls STS, in the order of the way. One who
	// needs nothing is not among them.
	Grants []policy.Grant
	// Final is who the task's own calls are judged as: a role, or whoever the
	// source is.
	Final string
	// Role tells what Final is to the run, in words.
	Role string
	// Region is the one of the settings, if they name one.
	Region string
	// Notes are what no policy of a principal can grant.
	Notes []string
}

// way is a walk along the steps of a connector.
type way struct {
	Permissions
	source string
	// transitive tags and a source identity go on to all later roles.
	inherits struct{ tags, sourceIdentity bool }
}

// Permissions works out what the connector's calls need, and makes none. The
// ARN of who the job starts as may be given, else it is [policy.Source].
func (c *Connector) Permissions(source string) (Permissions, error) {
	w := &way{source: orText(source, policy.Source)}
	err := w.along(c)
	return w.Permissions, err
}

func orText(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}

func (w *way) along(c *Connector) error {
	if c.before != nil {
		if err := w.along(c.before); err != nil {
			return err
		}
	} else if err := w.depart(c); err != nil {
		return err
	}
	if c.region != "" {
		w.Region = c.region
	}
	untold := len(c.untold) > 0
	for i, s := range c.steps {
		switch s := s.(type) {
		case hop:
			s.inherits.tags = s.inherits.tags || untold && i == len(c.steps)-1
			if err := w.assume(s); err != nil {
				return err
			}
		case federation:
			if err := w.federate(s, untold); err != nil {
				return err
			}
		case userToken:
			w.note("sts:GetSessionToken needs no policy: AWS lets every IAM user call it")
		}
	}
	return nil
}

// depart says who the steps start from.
func (w *way) depart(c *Connector) error {
	w.Final, w.Role = w.source, "who the job starts as: source "+c.source
	switch {
	case c.token.hop.role != "":
		w.Final, w.Role = c.token.hop.role, "assumed with the web identity"
		w.note("sts:AssumeRoleWithWebIdentity needs no policy of the caller: the trust policy of " + w.Final + " lets the token in")
	case c.source == sourceProfile:
		shared, err := c.shared()
		if err != nil {
			return fmt.Errorf("reading profile %q: %w", c.profileName(), err)
		}
		plan, err := c.planProfile(shared, c.profileName())
		if err != nil {
			return fmt.Errorf("reading profile %q: %w", c.profileName(), err)
		}
		if plan.start.assumesItself() {
			w.Final, w.Role = plan.start.text(roleKey), "assumed with the web identity of profile "+plan.start.name
		}
		for _, h := range plan.hops {
			if err := w.assume(h); err != nil {
				return err
			}
		}
	}
	return nil
}

// assume adds what the caller of AssumeRole needs (IAM user guide, "Pass
// session tags in AWS STS", "Monitor and control actions taken with assumed
// roles").
func (w *way) assume(h hop) error {
	role := h.role
	if !isRoleARN(role) {
		partition, account, known := accountOfARN(w.Final)
		if !known {
			return fmt.Errorf("role %q is in the caller's own account, and the settings do not tell which that is: give the whole ARN, or who the job starts as by --source-arn", role)
		}
		role = "arn:" + partition + ":iam::" + account + ":role/" + strings.TrimPrefix(role, "/")
	}
	actions, why := []string{"sts:AssumeRole"}, "assumes it"
	if len(h.tags) > 0 || h.inherits.tags || w.inherits.tags {
		actions, why = append(actions, "sts:TagSession"), why+", with session tags"
	}
	if h.sourceIdentity != "" || h.inherits.sourceIdentity || w.inherits.sourceIdentity {
		actions, why = append(actions, "sts:SetSourceIdentity"), why+", with a source identity"
	}
	w.grant(policy.Statement{Sid: "Assume", Reason: why, Actions: actions, Resources: []string{role}})
	for _, tag := range h.tags {
		w.inherits.tags = w.inherits.tags || tag.transitive
	}
	w.inherits.sourceIdentity = w.inherits.sourceIdentity || h.sourceIdentity != ""
	w.Final, w.Role = role, "role of the chain"
	return nil
}

// federate: the session can do what the user may and its own policy allows.
func (w *way) federate(f federation, untold bool) error {
	partition, account, known := accountOfARN(w.Final)
	if !known {
		return fmt.Errorf("the federated user is in the account of the IAM user, and the settings do not tell which that is: give the user's ARN by --source-arn")
	}
	actions, why := []string{"sts:GetFederationToken"}, "becomes this federated user"
	if len(f.tags) > 0 || untold {
		actions, why = append(actions, "sts:TagSession"), why+", with session tags"
	}
	w.grant(policy.Statement{Sid: "Federate", Reason: why, Actions: actions, Resources: []string{"arn:" + partition + ":sts::" + account + ":federated-user/" + f.name}})
	w.note("a federated user can do what the IAM user may and the session's own policy allows: the setting policy or policy-arns must allow the same")
	return nil
}

func (w *way) grant(s policy.Statement) {
	w.Grants = append(w.Grants, policy.Grant{Principal: w.Final, Role: w.Role, Document: policy.Document{Statements: []policy.Statement{s}}})
}

func (w *way) note(text string) { w.Notes = append(w.Notes, text) }

// accountOfARN takes the partition and the account out of an ARN.
func accountOfARN(arn string) (partition, account string, known bool) {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || checkAccount(parts[4]) != nil {
		return "", "", false
	}
	return parts[1], parts[4], true
}
