package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// checkVersion: without the current version, ${aws:username} is a text like
// any other (IAM user guide, "IAM JSON policy elements: Version").
func (c *checker) checkVersion() {
	if len(c.statements) == 0 {
		return
	}
	remedy := fmt.Sprintf("write \"Version\": %q", Version)
	line, old := c.version.line, c.version.text == "2008-10-17"
	switch {
	case c.version.text == Version:
		return
	case line == 0:
		line, old = 1, true
		c.findings = append(c.findings, Finding{Warning, line, "", "there is no Version, so that it is 2008-10-17, in which policy variables are plain text", remedy})
	case old:
		severity := Warning
		if c.kind == RepositoryPolicy {
			severity = Note
		}
		c.findings = append(c.findings, Finding{severity, line, "", "Version 2008-10-17 is the old one, in which policy variables are plain text", remedy})
	default:
		c.findings = append(c.findings, Finding{Error, line, "", fmt.Sprintf("there is no Version %q", c.version.text), remedy})
	}
	for i := range c.statements {
		st := &c.statements[i]
		for _, w := range st.words() {
			if old && strings.Contains(w.text, "${") {
				c.say(Error, st, w.line, fmt.Sprintf("%q holds a policy variable, which this Version takes as plain text", w.text), remedy)
			}
		}
	}
}

// checkSize: quotas count characters without white space (IAM user guide, "IAM
// and AWS STS quotas").
func (c *checker) checkSize() {
	switch {
	case c.kind == TrustPolicy && c.size > 2048:
		c.findings = append(c.findings, Finding{Warning, 1, "", fmt.Sprintf("it has %d characters, and a trust policy may have 2048 unless AWS raised the quota", c.size), "write several values as a list, not several statements"})
	case c.kind == IdentityPolicy && c.size > 6144:
		c.findings = append(c.findings, Finding{Warning, 1, "", fmt.Sprintf("it has %d characters, and a managed policy may have 6144, all inline policies of a role together 10240", c.size), "split it"})
	}
}

// words are all texts in which a policy variable may stand.
func (st *writtenStatement) words() []word {
	all := slices.Clone(st.resources)
	for _, condition := range st.conditions {
		all = append(all, condition.values...)
	}
	return all
}

// checkSids: letters and digits in IAM's own policies, each once.
func (c *checker) checkSids() {
	seen := map[string]int{}
	for i := range c.statements {
		st := &c.statements[i]
		sid := st.sid
		if sid.line == 0 || c.kind == RepositoryPolicy || c.kind == ResourcePolicy {
			continue
		}
		if !regexp.MustCompile(`^[0-9A-Za-z]*$`).MatchString(sid.text) {
			c.say(Error, st, sid.line, fmt.Sprintf("Sid %q: it has letters and digits only", sid.text), "write "+orSid(Sid(sid.text)))
		}
		if seen[sid.text] > 0 && sid.text != "" {
			c.say(Error, st, sid.line, fmt.Sprintf("Sid %q is that of the statement in line %d, too", sid.text, seen[sid.text]), "give each statement a Sid of its own, or none")
		}
		seen[sid.text] = sid.line
	}
}

// orSid proposes a name where nothing is left of the one that was given.
func orSid(sid string) string {
	if sid == "" {
		return "a name such as Login"
	}
	return sid
}
