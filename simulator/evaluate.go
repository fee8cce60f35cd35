package simulator

import (
	"slices"
	"strings"
)

// conditionKeys are what a request says of itself, by condition keys in small
// letters. What is not known is not there.
type conditionKeys map[string][]string

func (k conditionKeys) set(name string, values ...string) {
	if len(values) > 0 {
		k[strings.ToLower(name)] = values
	}
}

// ask is one permission that a request needs.
type ask struct {
	action   string
	resource string // an ARN, or * where AWS knows none
	context  conditionKeys
}

// account is whose resource it is; the caller's where the ARN does not tell.
func (a ask) account(who *principal) string {
	if part := strings.SplitN(a.resource, ":", 6); len(part) == 6 && part[4] != "" {
		return part[4]
	}
	return who.account
}

// verdict is what policies say; what denies wins.
type verdict int

const (
	silent verdict = iota
	allows
	denies
)

// fits says whether a statement is about the permission. Its principals are
// the caller's to check.
func (s statement) fits(a ask, variables bool) bool {
	action := slices.ContainsFunc(s.actions.texts, func(text string) bool {
		return wildcard(strings.ToLower(text), strings.ToLower(a.action))
	})
	resource := len(s.resources.texts) == 0 || s.resources.not != slices.ContainsFunc(s.resources.texts, func(text string) bool {
		wanted, ok := expand(text, a.context, variables)
		return ok && wanted.matchesARN(a.resource)
	})
	return action != s.actions.not && resource && !slices.ContainsFunc(s.conditions, func(c condition) bool {
		return !c.holds(a.context, variables)
	})
}

// policySet are policies of which each may allow, and each may deny.
type policySet []document

func (p policySet) judge(a ask) verdict {
	said := silent
	for _, d := range p {
		for _, s := range d.statements {
			if !s.fits(a, d.variables) {
				continue
			}
			if s.deny {
				return denies
			}
			said = allows
		}
	}
	return said
}

// reach is how closely a policy of a resource names somebody.
type reach int

const (
	nobody    reach = iota
	byAccount       // their account: the account's own policies must allow it, too
	byName          // the user, the role, or everybody
	bySession       // the very session, which then no session policy limits
)

// judgeFor is for policies with principals: what they say of somebody, and how
// closely they name whom they allow it.
func (d document) judgeFor(a ask, names func(trusted) reach) (verdict, reach) {
	said, closest := silent, nobody
	for _, s := range d.statements {
		named := nobody
		for _, t := range s.principals {
			named = max(named, names(t))
		}
		if named == nobody || !s.fits(a, d.variables) {
			continue
		}
		if s.deny {
			return denies, nobody
		}
		said, closest = allows, max(closest, named)
	}
	return said, closest
}

// named is how closely a principal of a policy means somebody.
func (p *principal) named(t trusted) reach {
	session := p.kind == roleSession || p.kind == federatedUser
	switch {
	case t.kind != "AWS":
		return nobody
	case session && t.name == p.arn:
		return bySession
	case t.name == "*", t.name == p.iamARN, t.name == p.arn:
		return byName
	case t.name == p.root(), t.name == p.account:
		return byAccount
	}
	return nobody
}
