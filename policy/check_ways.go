package policy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// checkService: services have the names of hosts.
func (c *checker) checkService(st *writtenStatement, id word) {
	if !regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`).MatchString(id.text) {
		c.say(Error, st, id.line, fmt.Sprintf("service %q: services are named as ec2.amazonaws.com", id.text), "")
		return
	}
	// Only long names: ecs, ecr and eks are one slip from ec2.
	if best := variables.Near(id.text, []string{"ecs-tasks.amazonaws.com", "codebuild.amazonaws.com", "pods.eks.amazonaws.com"}); best != "" && best != id.text {
		c.say(Warning, st, id.line, fmt.Sprintf("service %q: did you mean %s?", id.text, best), "")
	}
	if id.text == "pods.eks.amazonaws.com" && c.kind == TrustPolicy && st.allows() && !st.covers("sts:TagSession") {
		c.say(Error, st, id.line, "EKS Pod Identity tags its sessions, and this statement does not allow sts:TagSession", `write "Action": ["sts:AssumeRole", "sts:TagSession"]`)
	}
}

// covers tells whether the statement is about an action.
func (st *writtenStatement) covers(action string) bool {
	service, _, _ := strings.Cut(action, ":")
	covered := slices.ContainsFunc(st.actions, func(element word) bool {
		prefix, _, _ := strings.Cut(element.text, ":")
		return element.text == "*" || strings.EqualFold(prefix, service) && matches(strings.ToLower(element.text), strings.ToLower(action))
	})
	return covered != st.notAction
}

// checkWays: each action is for one kind of principal.
func (c *checker) checkWays(st *writtenStatement) {
	var saml, oidc, other bool
	for _, p := range st.principals {
		switch {
		case p.kind != "Federated":
			other = true
		case strings.Contains(p.id.text, ":saml-provider/"):
			saml = true
		default:
			oidc = true
		}
	}
	for _, way := range []struct {
		action, who string
		fits        bool
	}{
		{"sts:AssumeRole", "AWS or Service", other},
		{"sts:AssumeRoleWithWebIdentity", "Federated with an OIDC provider", oidc},
		{"sts:AssumeRoleWithSAML", "Federated with a SAML provider", saml},
	} {
		for _, action := range st.named() {
			anyone := slices.ContainsFunc(st.principals, func(p writtenPrincipal) bool { return p.id.text == "*" })
			if action.text == way.action && !way.fits && !anyone && len(st.principals) > 0 {
				c.say(Error, st, action.line, fmt.Sprintf("%s is for principals of the kind %s, and this statement has none", way.action, way.who), "write "+wayOf(saml, oidc))
			}
		}
	}
}

// wayOf is the action for the principals that a statement has.
func wayOf(saml, oidc bool) string {
	switch {
	case oidc:
		return "sts:AssumeRoleWithWebIdentity"
	case saml:
		return "sts:AssumeRoleWithSAML"
	}
	return "sts:AssumeRole"
}
