package policy

import (
	"fmt"
	"slices"
	"strings"
)

// pulls and pushes are what Docker's calls to a registry need (ECR user guide,
// "Pushing an image", "Pulling an image").
func pulls() []string { return []string{"BatchGetImage", "GetDownloadUrlForLayer"} }

func pushes() []string {
	return []string{"BatchCheckLayerAvailability", "InitiateLayerUpload", "UploadLayerPart", "CompleteLayerUpload", "PutImage"}
}

// checkAbilities says what the policy allows for the work of awsvars, and what
// is nearly allowed.
func (c *checker) checkAbilities() {
	switch c.kind {
	case TrustPolicy:
		c.tellEntrances()
	case RepositoryPolicy:
		c.tellGuests()
	case IdentityPolicy:
		c.tellRoles()
		c.tellLogins()
		c.tellRepositories("ecr", pulls())
		c.tellRepositories("ecr-public", nil)
		c.tellOthers()
	}
}

// allowed are the resources on which the policy allows an action: those of
// Allow that Deny does not take back as a whole. They hold the lines.
func (c *checker) allowed(action string) []word {
	if all, done := c.answers[action]; done {
		return all
	}
	var all []word
	for i := range c.statements {
		st := &c.statements[i]
		if !st.allows() || !st.covers(action) {
			continue
		}
		resources := st.resources
		if st.notResource {
			resources = []word{{"*", st.resourceLine}}
		}
		for _, r := range resources {
			if len(r.text) <= longestARN && suits(action, r.text) && !c.denied(action, r.text) {
				all = append(all, r)
			}
		}
	}
	c.answers[action] = all
	return all
}

func (c *checker) denied(action, resource string) bool {
	return slices.ContainsFunc(c.statements, func(st writtenStatement) bool {
		return st.effect.text == "Deny" && len(st.conditions) == 0 && st.covers(action) && !st.notResource &&
			slices.ContainsFunc(st.resources, func(d word) bool { return matches(d.text, resource) })
	})
}

// reach tells whether an action is allowed on all that a resource stands for.
func (c *checker) reach(action, resource string) bool {
	return slices.ContainsFunc(c.allowed(action), func(r word) bool { return matches(r.text, resource) })
}

// note tells what is allowed.
func (c *checker) note(line int, format string, arguments ...any) {
	c.findings = append(c.findings, Finding{Severity: Note, Line: line, Text: fmt.Sprintf(format, arguments...)})
}

func (c *checker) lack(line int, text, remedy string) {
	c.findings = append(c.findings, Finding{Severity: Warning, Line: line, Text: text, Remedy: remedy})
}

func (c *checker) tellRoles() {
	for _, r := range c.allowed("sts:AssumeRole") {
		var with []string
		if c.reach("sts:TagSession", r.text) {
			with = append(with, "session tags")
		}
		if c.reach("sts:SetSourceIdentity", r.text) {
			with = append(with, "a source identity")
		}
		text := "allows assuming " + r.text
		if len(with) > 0 {
			text += ", with " + strings.Join(with, " and ")
		}
		c.note(r.line, "%s", text)
	}
	for _, companion := range []string{"sts:TagSession", "sts:SetSourceIdentity"} {
		for _, r := range c.allowed(companion) {
			if !slices.ContainsFunc(c.allowed("sts:AssumeRole"), func(a word) bool { return overlap(a.text, r.text) }) && len(c.allowed("sts:GetFederationToken")) == 0 {
				c.lack(r.line, fmt.Sprintf("%s is allowed on %s, and sts:AssumeRole is not, in whose request it takes place", companion, r.text), "allow sts:AssumeRole on it")
			}
		}
	}
}

func (c *checker) tellLogins() {
	for _, r := range c.allowed("ecr:GetAuthorizationToken") {
		c.note(r.line, "allows the login to ECR")
	}
	login, bearer := c.allowed("ecr-public:GetAuthorizationToken"), c.allowed("sts:GetServiceBearerToken")
	switch {
	case len(login) > 0 && len(bearer) > 0:
		c.note(login[0].line, "allows the login to ECR Public")
	case len(login) > 0:
		c.lack(login[0].line, "the login to ECR Public needs sts:GetServiceBearerToken, too, which is not allowed", `allow it on "Resource": "*"`)
	case len(bearer) > 0:
		c.note(bearer[0].line, "sts:GetServiceBearerToken is of use together with a login: to ECR Public that is ecr-public:GetAuthorizationToken")
	}
}
