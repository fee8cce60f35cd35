package policy

import (
	"fmt"
	"slices"
	"strings"
)

// tellEntrances says who may become the role.
func (c *checker) tellEntrances() {
	for i := range c.statements {
		st := &c.statements[i]
		if !st.allows() || st.notPrincipal || st.notAction {
			continue
		}
		enters := slices.ContainsFunc(strings.Fields(assuming), func(name string) bool { return st.covers("sts:" + name) })
		for _, companion := range []string{"sts:TagSession", "sts:SetSourceIdentity"} {
			if !enters && st.covers(companion) && !c.enters(st) {
				c.say(Warning, st, st.actionLine, companion+" lets nobody in by itself: nothing allows these principals an action that assumes the role", "allow sts:AssumeRole, too")
			}
		}
		if !enters {
			continue
		}
		for _, p := range st.principals {
			c.say(Note, st, p.id.line, "lets in "+guest(p)+st.terms(), "")
		}
	}
}

// enters tells whether another statement lets one of the principals in.
func (c *checker) enters(st *writtenStatement) bool {
	return slices.ContainsFunc(c.statements, func(other writtenStatement) bool {
		return other.allows() && slices.ContainsFunc(strings.Fields(assuming), func(name string) bool { return other.covers("sts:" + name) }) &&
			slices.ContainsFunc(other.principals, func(p writtenPrincipal) bool {
				return slices.ContainsFunc(st.principals, func(q writtenPrincipal) bool { return p.id.text == q.id.text })
			})
	})
}

func guest(p writtenPrincipal) string {
	switch {
	case p.id.text == "*":
		return "everybody"
	case p.kind == "Service":
		return "the service " + p.id.text
	case p.kind == "Federated":
		_, host, found := strings.Cut(p.id.text, "-provider/")
		if !found {
			host = p.id.text
		}
		return "users with a token of " + host
	}
	return p.id.text
}

// terms are what a caller must fulfil and may do besides.
func (st *writtenStatement) terms() string {
	var keys, may []string
	for _, condition := range st.conditions {
		key := condition.key.text
		if strings.EqualFold(key, "sts:ExternalId") {
			key = "the external ID"
		}
		if !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	text := ""
	if len(keys) > 0 {
		text = fmt.Sprintf(", on conditions of %s", strings.Join(keys, ", "))
	}
	if st.covers("sts:TagSession") {
		may = append(may, "session tags")
	}
	if st.covers("sts:SetSourceIdentity") {
		may = append(may, "a source identity")
	}
	if len(may) > 0 {
		text += "; sessions may have " + strings.Join(may, " and ")
	}
	return text
}

// tellGuests says what others may do to a repository.
func (c *checker) tellGuests() {
	for i := range c.statements {
		st := &c.statements[i]
		if !st.allows() || st.notAction {
			continue
		}
		prefix, pull := "ecr", pulls()
		if st.covers("ecr-public:PutImage") && !st.covers("ecr:PutImage") {
			prefix, pull = "ecr-public", nil
		}
		has := func(name string) bool { return st.covers(prefix + ":" + name) }
		c.tellRepository(prefix, pull, word{"this repository", st.actionLine}, has)
	}
}
