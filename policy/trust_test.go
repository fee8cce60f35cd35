package policy_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/policy"
)

// TestSubjects: what each provider's tokens say of the jobs that are named.
func TestSubjects(t *testing.T) {
	t.Parallel()
	const org, project, workspace, repository = "1d0a5a6c-8f0e-4a6b-9b57-9d2f9b0c6f10", "2b7e1516-28ae-42d2-a6ab-f7158809cf4f", "3c2f4a9e-7d61-4c58-8f0b-5a1e6d9c7b20", "4d5e6f70-8192-43a4-b5c6-d7e8f9a0b1c2"
	const github = "token.actions.githubusercontent.com"
	for want, w := range map[string]policy.WebIdentity{
		"StringEquals " + github + ":sub repo:octo-org/octo-repo:ref:refs/heads/main":                                                    {Provider: "github", Repository: "octo-org/octo-repo", Branches: []string{"main"}},
		"StringEquals " + github + ":sub repo:octo-org@1/octo-repo@2:ref:refs/tags/v1":                                                   {Provider: "github", Repository: "octo-org/octo-repo", OwnerID: "1", RepositoryID: "2", Tags: []string{"v1"}},
		"StringEquals " + github + ":sub repo:octo-org@1/octo-repo@2:environment:live%3A1, repo:octo-org/octo-repo:environment:live%3A1": {Provider: "github", Repository: "octo-org/octo-repo", OwnerID: "1", RepositoryID: "2", Form: "both", Environments: []string{"live:1"}},
		"StringLike " + github + ":sub repo:octo-org/octo-repo:ref:refs/heads/release/*, repo:octo-org/octo-repo:pull_request":           {Provider: "github", Repository: "octo-org/octo-repo", Branches: []string{"release/*"}, PullRequests: true},
		"StringEquals " + github + ":sub repo:octo-org/octo-repo:ref:refs/heads/${$}{x}":                                                 {Provider: "github", Repository: "octo-org/octo-repo", Branches: []string{"${x}"}},
		"StringLike " + github + ":sub repo:octo-org/octo-repo:*":                                                                        {Provider: "github", Repository: "octo-org/octo-repo"},
		"StringEquals gitlab.com:sub project_path:octo/sub/repo:ref_type:tag:ref:v1":                                                     {Provider: "gitlab", Repository: "octo/sub/repo", Tags: []string{"v1"}},
		"StringLike agent.buildkite.com:sub organization:octo:pipeline:app:ref:refs/heads/main:commit:*":                                 {Provider: "buildkite", Pipeline: "octo/app", Branches: []string{"main"}},
		"StringLike oidc.circleci.com/org/" + org + ":sub org/" + org + "/project/" + project + "/user/*/vcs-ref/refs/heads/main":        {Provider: "circleci", OrganizationID: org, ProjectID: project, Branches: []string{"main"}},
		"StringLike oidc.circleci.com/org/" + org + ":sub org/" + org + "/project/" + project + "/user/*":                                {Provider: "circleci", OrganizationID: org, ProjectID: project},
		"StringLike api.bitbucket.org/2.0/workspaces/octo/pipelines-config/identity/oidc:sub {" + repository + "}:{" + project + "}:*":   {Provider: "bitbucket", Workspace: "octo", WorkspaceID: "{" + workspace + "}", Repository: "{" + repository + "}", Environments: []string{project}},
		"StringEquals vstoken.dev.azure.com/" + org + ":sub sc://octo/My project/aws, p://octo/My project/build":                         {Provider: "azure", OrganizationID: org, Connection: "octo/My project/aws", Pipeline: "octo/My project/build"},
		"StringEquals oidc.eks.eu-west-1.amazonaws.com/id/ABC:sub system:serviceaccount:builds:runner":                                   {Provider: "eks", Issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", Namespace: "builds", ServiceAccount: "runner"},
		"StringEquals git.example.com:sub project_path:octo/repo:ref_type:branch:ref:main":                                               {Provider: "gitlab", Issuer: "https://git.example.com/", Repository: "octo/repo", Branches: []string{"main"}},
	} {
		d, err := policy.Trust{Account: "222222222222", WebIdentities: []policy.WebIdentity{w}}.Document()
		if err != nil {
			t.Errorf("%s: %v", want, err)
			continue
		}
		sub := d.Statements[0].Conditions[1]
		if diff := cmp.Diff(want, sub.Operator+" "+sub.Key+" "+strings.Join(sub.Values, ", ")); diff != "" {
			t.Error(diff)
		}
		if aud := d.Statements[0].Conditions[0]; aud.Operator != "StringEquals" || !strings.HasSuffix(aud.Key, ":aud") || len(aud.Values) != 1 || aud.Values[0] == "" {
			t.Errorf("%s: audience %+v", want, aud)
		}
	}
}

// TestBranchBesideAnEnvironment: the subject of a job with an environment has
// no branch, and AWS sees the branch by itself.
func TestBranchBesideAnEnvironment(t *testing.T) {
	t.Parallel()
	d, err := policy.Trust{Account: "222222222222", WebIdentities: []policy.WebIdentity{{
		Provider: "github", Repository: "o/r", Branches: []string{"main"}, Environments: []string{"live"}, Workflow: "o/w/.github/workflows/deploy.yml@refs/heads/*",
	}}}.Document()
	if err != nil {
		t.Fatal(err)
	}
	const github = "token.actions.githubusercontent.com:"
	want := []policy.Condition{
		{Operator: "StringEquals", Key: github + "aud", Values: []string{"sts.amazonaws.com"}},
		{Operator: "StringEquals", Key: github + "sub", Values: []string{"repo:o/r:environment:live"}},
		{Operator: "StringEquals", Key: github + "ref", Values: []string{"refs/heads/main"}},
		{Operator: "StringLike", Key: github + "job_workflow_ref", Values: []string{"o/w/.github/workflows/deploy.yml@refs/heads/*"}},
	}
	if diff := cmp.Diff(want, d.Statements[0].Conditions); diff != "" {
		t.Error(diff)
	}
}

// TestWhatLetsInTooMuchIsRefused: what others own, and what narrows nothing.
func TestWhatLetsInTooMuchIsRefused(t *testing.T) {
	t.Parallel()
	token := func(w policy.WebIdentity) policy.Trust {
		return policy.Trust{Account: "222222222222", WebIdentities: []policy.WebIdentity{w}}
	}
	for want, trust := range map[string]policy.Trust{
		`repository "*": a wildcard here would let in what others own; name it whole`:    token(policy.WebIdentity{Provider: "github", Repository: "octo-org/*"}),
		`repository "octo*": a wildcard here`:                                            token(policy.WebIdentity{Provider: "gitlab", Repository: "octo*/r"}),
		`repository "o/r:ref:x/y": write 2 parts`:                                        token(policy.WebIdentity{Provider: "github", Repository: "o/r:ref:x/y"}),
		`repository "r:environment": has a character that none has`:                      token(policy.WebIdentity{Provider: "github", Repository: "o/r:environment"}),
		`branch "main:x": write its name as git does`:                                    token(policy.WebIdentity{Provider: "buildkite", Pipeline: "o/p", Branches: []string{"main:x"}}),
		`branch "refs/heads/main": write its name as git does, without refs/`:            token(policy.WebIdentity{Provider: "github", Repository: "o/r", Branches: []string{"refs/heads/main"}}),
		`branch: a token of bitbucket says nothing of it to AWS`:                         token(policy.WebIdentity{Provider: "bitbucket", Branches: []string{"main"}}),
		`environment: a token of gitlab says nothing of it to AWS`:                       token(policy.WebIdentity{Provider: "gitlab", Repository: "o/r", Environments: []string{"live"}}),
		`owner-id "": the number that GitHub's API gives as id`:                          token(policy.WebIdentity{Provider: "github", Repository: "o/r", RepositoryID: "1"}),
		`service-connection "o/*/n": write ORGANIZATION/PROJECT/NAME, without wildcards`: token(policy.WebIdentity{Provider: "azure", OrganizationID: "1d0a5a6c-8f0e-4a6b-9b57-9d2f9b0c6f10", Connection: "o/*/n"}),
		`issuer "http://x": write the URL of the provider`:                               token(policy.WebIdentity{Provider: "gitlab", Issuer: "http://x", Repository: "o/r"}),
		`issuer: missing`:                                                  token(policy.WebIdentity{Provider: "eks", Namespace: "a", ServiceAccount: "b"}),
		`provider "bamboo": choose one of`:                                 token(policy.WebIdentity{Provider: "bamboo"}),
		`account: missing`:                                                 {WebIdentities: []policy.WebIdentity{{Provider: "github", Repository: "o/r"}}},
		`principal *: that is everybody on AWS`:                            {Principals: []string{"*"}},
		`principal "arn:aws:iam::111111111111:role/*": write the ARN`:      {Principals: []string{"arn:aws:iam::111111111111:role/*"}},
		`a third party without an external ID`:                             {Principals: []string{"999999999999"}, ThirdParty: true},
		`external ID "a": 2 to 1224`:                                       {Principals: []string{"999999999999"}, ExternalIDs: []string{"a"}},
		`external ID: it goes with a principal`:                            {Services: []string{"ec2"}, ExternalIDs: []string{"abc"}},
		`organization "x": its ID is o-`:                                   {Principals: []string{"*"}, Organization: "x"},
		`service "bamboo": write one of ec2, ecs, codebuild, pod-identity`: {Services: []string{"bamboo"}},
		`nobody would be let in`:                                           {},
	} {
		if _, err := trust.Document(); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestEveryJobOfARepositoryIsWarnedOf(t *testing.T) {
	t.Parallel()
	for want, trust := range map[string]policy.Trust{
		"repo:o/r:*: every job there":                      {WebIdentities: []policy.WebIdentity{{Provider: "github", Repository: "o/r"}}},
		"organization:o:pipeline:p:ref:*: every job there": {WebIdentities: []policy.WebIdentity{{Provider: "buildkite", Pipeline: "o/p"}}},
		"project_path:o/r:*: every job there":              {WebIdentities: []policy.WebIdentity{{Provider: "gitlab", Repository: "o/r"}}},
		"":                                                 {Account: "222222222222", Principals: []string{"arn:aws:iam::111111111111:role/a"}, ExternalIDs: []string{"abc"}, WebIdentities: []policy.WebIdentity{{Provider: "buildkite", Pipeline: "o/p", Branches: []string{"main"}}}},
	} {
		got := trust.Unnarrowed()
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], want)) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestWidePrincipalsAreWarnedOf: an account as a whole, and another account
// without an external ID.
func TestWidePrincipalsAreWarnedOf(t *testing.T) {
	t.Parallel()
	for want, trust := range map[string]policy.Trust{
		"is every role and user of account 111111111111": {Principals: []string{"111111111111"}},
		"is in another account, and no external ID":      {Account: "222222222222", Principals: []string{"arn:aws:iam::111111111111:role/a"}},
		"": {Account: "222222222222", Principals: []string{"arn:aws:iam::111111111111:role/a"}, ExternalIDs: []string{"abc"}},
	} {
		d, err := trust.Document()
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, finding := range d.Check(policy.CheckOptions{Account: trust.Account}) {
			if finding.Severity != policy.Note {
				got = append(got, string(finding.Severity)+": "+finding.Text)
			}
		}
		if want == "" && len(got) > 0 || want != "" && (len(got) != 1 || !strings.HasPrefix(got[0], "warning: ") || !strings.Contains(got[0], want)) {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
