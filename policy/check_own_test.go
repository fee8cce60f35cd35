package policy_test

import (
	"testing"

	"github.com/awsvars/awsvars/policy"
)

// TestOwnTrustPoliciesHaveNoErrors: what awsvars writes, it does not call
// wrong.
func TestOwnTrustPoliciesHaveNoErrors(t *testing.T) {
	t.Parallel()
	const account, agent, uuid = "222222222222", "arn:aws:iam::111111111111:role/agent", "1d0a5a6c-8f0e-4a6b-9b57-9d2f9b0c6f10"
	trusts := []policy.Trust{
		{Principals: []string{agent}, ExternalIDs: []string{"abc", "def"}, ThirdParty: true, Tags: true, SourceIdentity: true},
		{Principals: []string{agent}, MFA: true},
		{Principals: []string{"111111111111"}, Organization: "o-a1b2c3d4e5"},
		{Services: []string{"ec2", "ecs", "codebuild", "pod-identity", "lambda.amazonaws.com"}},
		{Services: []string{"ecs"}, SourceAccount: account, SourceARN: "arn:aws:ecs:eu-west-1:222222222222:*"},
	}
	for _, w := range []policy.WebIdentity{
		{Provider: "github", Repository: "octo-org/octo-repo"},
		{Provider: "github", Repository: "octo-org/octo-repo", Branches: []string{"main", "release/*", "${x}"}, Tags: []string{"v?"}, PullRequests: true},
		{Provider: "github", Repository: "octo-org/octo-repo", OwnerID: "1", RepositoryID: "2", Form: "both", Branches: []string{"main"}, Environments: []string{"live:1"}, Workflow: "o/w/.github/workflows/deploy.yml@refs/heads/*"},
		{Provider: "gitlab", Repository: "octo/sub/repo", Tags: []string{"v1"}},
		{Provider: "gitlab", Repository: "octo/repo", Issuer: "https://git.example.com/"},
		{Provider: "buildkite", Pipeline: "octo/app", Branches: []string{"main"}},
		{Provider: "circleci", OrganizationID: uuid, ProjectID: uuid, Branches: []string{"main"}},
		{Provider: "bitbucket", Workspace: "octo", WorkspaceID: "{" + uuid + "}", Repository: "{" + uuid + "}", Environments: []string{uuid}},
		{Provider: "azure", OrganizationID: uuid, Connection: "octo/My project/aws"},
		{Provider: "eks", Issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", Namespace: "builds", ServiceAccount: "runner"},
	} {
		trusts = append(trusts, policy.Trust{WebIdentities: []policy.WebIdentity{w}})
	}
	for _, trust := range trusts {
		trust.Account = account
		d, err := trust.Document()
		if err != nil {
			t.Errorf("%+v: %v", trust, err)
			continue
		}
		findings := d.Check(policy.CheckOptions{Account: account})
		if len(findings) == 0 {
			t.Errorf("nothing is told of\n%s", d.JSON())
		}
		for _, f := range findings {
			if f.Severity == policy.Error || f.Severity == policy.Warning && len(trust.WebIdentities) > 0 {
				t.Errorf("%+v\n%s", f, d.JSON())
			}
		}
	}
}
