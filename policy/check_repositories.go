package policy

import (
	"fmt"
	"slices"
	"strings"
)

// tellRepositories goes over every resource that a pull or a push may use.
func (c *checker) tellRepositories(prefix string, pull []string) {
	var resources []word
	for _, name := range append(slices.Clone(pull), pushes()...) {
		for _, r := range c.allowed(prefix + ":" + name) {
			if !slices.ContainsFunc(resources, func(have word) bool { return have.text == r.text }) {
				resources = append(resources, r)
			}
		}
	}
	works := false
	for _, r := range resources {
		has := func(name string) bool { return c.reach(prefix+":"+name, r.text) }
		works = c.tellRepository(prefix, pull, r, has) || works
	}
	if works && prefix == "ecr" && len(c.allowed("ecr:GetAuthorizationToken")) == 0 {
		c.lack(resources[0].line, "pulling and pushing need the login to ECR, which this policy does not allow", `allow ecr:GetAuthorizationToken on "Resource": "*", unless another policy does`)
	}
}

// tellRepository says what may be done to one repository, where has tells
// which actions are allowed.
func (c *checker) tellRepository(prefix string, pull []string, r word, has func(string) bool) (works bool) {
	where := r.text
	if strings.Trim(where, "*") == "" {
		where = "every repository"
		if prefix == "ecr-public" {
			where += " of ECR Public"
		}
	}
	own := pushes()[1:]
	var able []string
	if missing := lacking(pull, has); len(pull) > 0 && len(missing) == 0 {
		able = append(able, "pulling from")
	} else if len(missing) < len(pull) && !slices.ContainsFunc(own, has) {
		c.lack(r.line, fmt.Sprintf("pulling from %s lacks %s", where, list(prefix, missing)), "allow it on the same resource")
	}
	if missing := lacking(pushes(), has); len(missing) == 0 {
		able = append(able, "pushing to")
	} else if slices.ContainsFunc(own, has) {
		c.lack(r.line, fmt.Sprintf("pushing to %s lacks %s", where, list(prefix, missing)), "allow it on the same resource")
	}
	if len(able) > 0 {
		c.note(r.line, "allows %s %s", strings.Join(able, " and "), where)
	}
	return len(able) > 0
}

// lacking are the names that are not allowed.
func lacking(all []string, has func(string) bool) []string {
	return slices.DeleteFunc(slices.Clone(all), has)
}

// list joins actions of one service.
func list(prefix string, actions []string) string {
	return prefix + ":" + strings.Join(actions, ", "+prefix+":")
}

// tellOthers: what has one action only.
func (c *checker) tellOthers() {
	for _, one := range []struct{ action, text string }{
		{"ecr:CreateRepository", "allows creating %s"},
		{"ecr-public:CreateRepository", "allows creating %s in ECR Public"},
		{"sts:GetFederationToken", "allows a session of the federated user %s"},
		{"codeconnections:UseConnection", "allows using the connection %s"},
		{"codestar-connections:UseConnection", "allows using the connection %s"},
		{"codeconnections:PassConnection", "allows passing the connection %s to a service"},
		{"codestar-connections:PassConnection", "allows passing the connection %s to a service"},
	} {
		for _, r := range c.allowed(one.action) {
			c.note(r.line, one.text, r.text)
		}
	}
	for i := range c.statements {
		for _, action := range c.statements[i].named() {
			if (action.text == "sts:GetSessionToken" || action.text == "sts:GetCallerIdentity") && c.statements[i].allows() {
				c.note(action.line, "%s needs no policy: AWS lets everybody call it who may", action.text)
			}
		}
	}
}
