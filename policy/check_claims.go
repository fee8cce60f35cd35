package policy

import (
	"fmt"
	"slices"
	"strings"
)

// claimsOf are the claims that AWS takes from the tokens of a provider (IAM
// user guide, "Available keys for AWS OIDC federation"; service authorization
// reference, page of STS). No other one is ever in a request.
func claimsOf(host string) []string {
	claims := []string{"aud", "sub", "amr"}
	more := ""
	switch {
	case strings.HasPrefix(host, "token.actions."), strings.HasPrefix(host, "github.com/enterprises/"):
		more = "actor actor_id enterprise_id environment job_workflow_ref ref repository repository_id repository_owner_id workflow"
	case host == "gitlab.com":
		more = "namespace_id pipeline_source project_id ref_protected runner_environment user_access_level user_email user_id user_login"
	case strings.HasPrefix(host, "agent.") && strings.Contains(host, "buildkite."):
		more = "build_branch cluster_id cluster_name organization_id organization_slug pipeline_id pipeline_slug"
	case strings.HasPrefix(host, "oidc.circleci.com/org/"):
		more = "oidc.circleci.com/project-id"
	}
	return append(claims, strings.Fields(more)...)
}

// checkClaims: a condition of a claim that AWS does not take is never true.
func (c *checker) checkClaims(st *writtenStatement, host string) {
	for _, condition := range st.conditions {
		prefix, name, _ := cutLast(condition.key.text)
		known := claimsOf(strings.ToLower(host))
		if strings.EqualFold(prefix, host) && !containsFold(known, name) {
			c.say(Warning, st, condition.key.line, fmt.Sprintf("AWS takes no claim %q from tokens of %s%s", name, host, meant(name, known)), "use one of "+strings.Join(slices.Sorted(slices.Values(known)), ", "))
		}
	}
}
