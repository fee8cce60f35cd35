package simulator

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// allowing is the policy that an allow list stands for.
func allowing(actions []string) document {
	s := statement{actions: patterns{texts: actions}, resources: patterns{texts: []string{"*"}}}
	return document{variables: true, statements: []statement{s}}
}

// policiesOf are the policies of a user or a role. Without any words about
// them everything is allowed.
func policiesOf(allow, policies []string) (policySet, error) {
	if allow == nil && policies == nil {
		allow = []string{"*"}
	}
	var read policySet
	if len(allow) > 0 {
		read = append(read, allowing(allow))
	}
	for i, text := range policies {
		one, err := readDocument(text, identityPolicy)
		if err != nil {
			return nil, fmt.Errorf("policies: number %d: %w", i+1, err)
		}
		read = append(read, one)
	}
	return read, nil
}

// trustPolicyOf is a role's trust policy, be it given as it is or by trust.
func trustPolicyOf(r Role, partition, account string) (document, error) {
	if r.TrustPolicy != "" {
		read, err := readDocument(r.TrustPolicy, trustPolicy)
		if err != nil {
			return read, fmt.Errorf("trust-policy: %w", err)
		}
		return read, nil
	}
	read := document{variables: true}
	for _, t := range r.Trust {
		read.statements = append(read.statements, t.statement(partition, account))
	}
	return read, nil
}

// readPolicies is the account with what the policies say beside their texts.
// It leaves the maps that it was given alone: several simulators may be
// started with one Config at once.
func (a Account) readPolicies(id, partition string, faults *ConfigError) Account {
	a.Users, a.Roles = maps.Clone(a.Users), maps.Clone(a.Roles)
	for name, user := range a.Users {
		var err error
		if user.read, err = policiesOf(user.Allow, user.Policies); err != nil {
			faults.add("user %q of %s: %s", name, id, err)
		}
		a.Users[name] = user
	}
	for name, role := range a.Roles {
		var err error
		if role.read, err = policiesOf(role.Allow, role.Policies); err != nil {
			faults.add("role %q of %s: %s", name, id, err)
		}
		if role.trust, err = trustPolicyOf(role, partition, id); err != nil {
			faults.add("role %q of %s: %s", name, id, err)
		}
		a.Roles[name] = role
	}
	return a
}

func (t Trust) statement(partition, account string) statement {
	s := statement{principals: []trusted{{"AWS", t.Principal}}}
	must := func(operator, key, value string) {
		c, _ := readOperator(operator)
		c.key, c.values = strings.ToLower(key), []string{value}
		s.conditions = append(s.conditions, c)
	}
	for _, action := range []string{"sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"} {
		if !slices.Contains(t.Without, action) {
			s.actions.texts = append(s.actions.texts, action)
		}
	}
	if t.Service != "" {
		s.principals = []trusted{{"Service", t.Service}}
	}
	if t.ExternalID != "" {
		must("StringEquals", "sts:ExternalId", t.ExternalID)
	}
	if t.MFA {
		must("Bool", "aws:MultiFactorAuthPresent", "true")
	}
	if w := t.WebIdentity; w != nil {
		s.principals = []trusted{{"Federated", providerARN(partition, account, w.Issuer)}}
		s.actions.texts = []string{"sts:AssumeRoleWithWebIdentity"}
		must("StringEquals", bare(w.Issuer)+":aud", w.Audience)
		if w.Subject != "" {
			must("StringLike", bare(w.Issuer)+":sub", w.Subject)
		}
	}
	return s
}
