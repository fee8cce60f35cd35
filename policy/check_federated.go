package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

func (c *checker) checkFederated(st *writtenStatement, id word) {
	if slices.Contains([]string{"cognito-identity.amazonaws.com", "accounts.google.com", "www.amazon.com", "graph.facebook.com"}, id.text) {
		c.checkApplication(st, id)
		return
	}
	arn := regexp.MustCompile(`^arn:aws[a-z-]*:iam::(\d{12}):(oidc-provider|saml-provider)/(.+)$`).FindStringSubmatch(id.text)
	if arn == nil {
		c.say(Error, st, id.line, fmt.Sprintf("provider %q: name its ARN, arn:aws:iam::ACCOUNT:oidc-provider/HOST, without https://", id.text), "")
		return
	}
	if c.Account != "" && arn[1] != c.Account {
		c.say(Error, st, id.line, fmt.Sprintf("the provider is one of account %s, and must be one of the role's account %s", arn[1], c.Account), "create it there: aws iam create-open-id-connect-provider")
	}
	if strings.Contains(arn[3], "://") || wildcarded(arn[3]) {
		c.say(Error, st, id.line, fmt.Sprintf("provider %q: it is named without https:// and without wildcards", id.text), "")
		return
	}
	if arn[2] == "oidc-provider" {
		c.checkClaims(st, arn[3])
		c.checkProvider(st, id, arn[3])
	}
}

// checkApplication: the tokens of a public identity provider are for an
// application, or a pool of identities, which is what tells them from others.
func (c *checker) checkApplication(st *writtenStatement, id word) {
	if st.allows() && !st.has(id.text+":aud", id.text+":app_id") {
		c.say(Error, st, id.line, fmt.Sprintf("no condition says which application's tokens of %s get in", id.text), fmt.Sprintf("add a condition of %q, or of its app_id", id.text+":aud"))
	}
}

// checkProvider: aud and sub of a provider's tokens.
func (c *checker) checkProvider(st *writtenStatement, id word, host string) {
	if !st.allows() {
		return
	}
	for _, condition := range st.conditions {
		// Names of hosts have dots; sts: and aws: have none.
		if prefix, _, _ := cutLast(condition.key.text); strings.Contains(prefix, ".") && !strings.EqualFold(prefix, host) && len(st.principals) == 1 {
			c.say(Error, st, condition.key.line, fmt.Sprintf("the condition is about tokens of %s, and the principal is %s", prefix, host), "write "+host+" before the colon")
		}
	}
	if !st.has(host + ":aud") {
		c.say(Warning, st, id.line, fmt.Sprintf("no condition is about %s:aud, so that every audience gets in that the provider was created with", host), fmt.Sprintf("add %q", host+":aud"))
	}
	subjects := 0
	for _, condition := range st.conditions {
		if strings.EqualFold(condition.key.text, host+":sub") {
			subjects += c.checkSubjects(st, condition, host)
		}
	}
	if subjects == 0 {
		c.checkWithoutSubject(st, id, host)
	}
}

// cutLast splits a key at its last colon that comes before a name.
func cutLast(key string) (host, name string, found bool) {
	i := strings.LastIndex(key, ":")
	if i < 0 {
		return key, "", false
	}
	return key[:i], key[i+1:], true
}

// checkWithoutSubject: at an issuer that all its customers share, that is the
// world.
func (c *checker) checkWithoutSubject(st *writtenStatement, id word, host string) {
	var claims []string
	for _, name := range []string{"repository", "repository_id", "repository_owner_id", "job_workflow_ref", "enterprise_id", "project_id", "namespace_id", "pipeline_id", "organization_id", "organization_slug"} {
		claims = append(claims, host+":"+name)
	}
	remedy := fmt.Sprintf("add a condition of %q; awsvars policy trust writes it", host+":sub")
	switch {
	case st.has(claims...):
		c.say(Note, st, id.line, fmt.Sprintf("no condition is about %s:sub; other claims of the token say who gets in", host), "")
	case shared(host):
		c.say(Error, st, id.line, fmt.Sprintf("no condition narrows %s:sub, so that every job of everybody at %s gets in", host, host), remedy)
	default:
		c.say(Warning, st, id.line, fmt.Sprintf("no condition narrows %s:sub, so that every job of this provider gets in", host), remedy)
	}
}

// shared tells whether strangers get tokens of this issuer.
func shared(host string) bool {
	return slices.Contains([]string{"token.actions.githubusercontent.com", "gitlab.com", "agent.buildkite.com"}, strings.ToLower(host))
}

// checkSubjects looks at the values of a condition of sub, and counts those
// that narrow.
func (c *checker) checkSubjects(st *writtenStatement, condition writtenCondition, host string) (narrow int) {
	o, ok := parseOperator(condition.operator.text)
	if !ok || o.kind != "String" || o.negative() || o.set == "ForAllValues" {
		return 0
	}
	wild := o.takesWildcards()
	for _, value := range condition.values {
		if wild && strings.Trim(value.text, "*?") == "" || strings.Contains(plainly(value.text), "${") {
			continue
		}
		narrow++
		if !wild && wildcarded(plainly(value.text)) {
			// That it never fits was said.
			continue
		}
		for _, problem := range judgeSubject(host, value.text) {
			c.say(problem.Severity, st, value.line, fmt.Sprintf("%s:sub %q: %s", host, value.text, problem.Text), problem.Remedy)
		}
	}
	// Any of the values will do.
	if narrow < len(condition.values) {
		return 0
	}
	return narrow
}
