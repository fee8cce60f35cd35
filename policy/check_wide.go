package policy

import (
	"fmt"
	"slices"
	"strings"
)

// checkWideResources: all roles, all repositories.
func (c *checker) checkWideResources(st *writtenStatement) {
	if !st.allows() {
		return
	}
	for _, resource := range st.resources {
		_, name, found := strings.Cut(resource.text, ":repository/")
		all := strings.Trim(resource.text, "*") == "" || found && strings.Trim(name, "*") == ""
		_, role, isRole := strings.Cut(resource.text, ":role/")
		allRoles := strings.Trim(resource.text, "*") == "" || isRole && strings.Trim(role, "*") == "" || strings.HasSuffix(resource.text, "::*")
		for _, action := range st.named() {
			prefix, _, _ := strings.Cut(action.text, ":")
			types, _ := ofAction(action.text)
			switch {
			case action.text == "sts:AssumeRole" && allRoles:
				c.say(Warning, st, resource.line, fmt.Sprintf("sts:AssumeRole on %s is every role that trusts this account", resource.text), "name the ARNs of the roles")
			case strings.HasPrefix(prefix, "ecr") && slices.Contains(types, "repository") && all:
				c.say(Warning, st, resource.line, fmt.Sprintf("%s is every repository", resource.text), "name the ARNs of the repositories")
			case strings.HasPrefix(prefix, "code") && wildPlace(resource.text):
				c.say(Error, st, resource.line, fmt.Sprintf("%s: AWS takes a wildcard in the ID of a connection, not in region and account", resource.text), "name region and account")
			}
		}
	}
}

// wildPlace tells whether an ARN has a wildcard for its region or account.
func wildPlace(arn string) bool {
	parts := strings.SplitN(arn, ":", 6)
	return len(parts) == 6 && (wildcarded(parts[3]) || wildcarded(parts[4]))
}
