package policy

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// Severity is how bad a finding is.
type Severity string

// The severities: what AWS refuses, what never works, and what lets the world
// in; what is too wide, or lacks a piece; what is good to know.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
	Note    Severity = "note"
)

// Finding is one thing to say about a policy.
type Finding struct {
	Severity Severity `json:"severity"`
	// Line is where it stands, the first being 1.
	Line int `json:"line"`
	// Sid is that of the statement, if it has one.
	Sid string `json:"sid,omitempty"`
	// Text says what it is, Remedy what to do about it.
	Text   string `json:"text"`
	Remedy string `json:"remedy,omitempty"`
}

// Kind is what a policy is attached to, as its elements tell.
type Kind string

// The kinds.
const (
	TrustPolicy      Kind = "trust policy of a role"
	IdentityPolicy   Kind = "policy of an identity"
	RepositoryPolicy Kind = "policy of a repository"
	ResourcePolicy   Kind = "policy of a resource"
	// NoPolicy has no statement that could be read.
	NoPolicy Kind = "no policy"
)

// CheckOptions are what is known about a policy beside its text.
type CheckOptions struct {
	// Account is that of the role, of the identity or of the repository, 12
	// digits; empty where it is not known.
	Account string
}

// checker collects the findings about one policy.
type checker struct {
	*Written
	CheckOptions
	kind     Kind
	findings []Finding
	// answers are what allowed found, by action.
	answers map[string][]word
}

// Check says what is wrong with a policy, what is too wide in it, and what it
// allows for the work of awsvars, by line.
func Check(w *Written, o CheckOptions) []Finding {
	c := &checker{Written: w, CheckOptions: o, kind: w.Kind(), findings: slices.Clone(w.faults), answers: map[string][]word{}}
	c.checkVersion()
	c.checkSids()
	c.checkSize()
	for i := range w.statements {
		st := &w.statements[i]
		c.checkActions(st)
		c.checkResources(st)
		c.checkPrincipals(st)
		c.checkConditions(st)
	}
	c.checkServices()
	c.checkAbilities()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(rank(a.Severity), rank(b.Severity)))
	})
	for i, f := range c.findings {
		c.findings[i].Sid, c.findings[i].Text, c.findings[i].Remedy = visible(f.Sid), visible(f.Text), visible(f.Remedy)
	}
	return slices.Compact(c.findings)
}

// visible writes what would move a terminal's cursor, or begin another line,
// as Go does.
func visible(text string) string {
	var b strings.Builder
	for _, r := range text {
		if strconv.IsPrint(r) {
			b.WriteRune(r)
		} else {
			b.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return b.String()
}

// rank puts the worst first.
func rank(s Severity) int { return slices.Index([]Severity{Error, Warning, Note}, s) }

// Check judges a policy of our own as if somebody else had written it. The
// lines are those of its JSON.
func (d Document) Check(o CheckOptions) []Finding { return Check(Read(d.JSON()), o) }

// Kind tells what the policy is attached to.
func (w *Written) Kind() Kind {
	if len(w.statements) == 0 {
		return NoPolicy
	}
	principals, resources, repository := false, false, false
	for _, st := range w.statements {
		principals = principals || st.principalLine > 0
		resources = resources || st.resourceLine > 0
		for _, action := range st.actions {
			prefix, _, _ := strings.Cut(strings.ToLower(action.text), ":")
			if st.principalLine > 0 && (prefix == "sts" || action.text == "*") && !repository {
				return TrustPolicy
			}
			repository = repository || strings.HasPrefix(prefix, "ecr")
		}
	}
	switch {
	case !principals:
		return IdentityPolicy
	case repository:
		return RepositoryPolicy
	case resources:
		return ResourcePolicy
	}
	return TrustPolicy
}

// say adds a finding about a statement.
func (c *checker) say(s Severity, st *writtenStatement, line int, text, remedy string) {
	c.findings = append(c.findings, Finding{s, line, st.sid.text, text, remedy})
}
