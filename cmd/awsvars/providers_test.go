package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/simulator"
)

const (
	org        = "1d0a5a6c-8f0e-4a6b-9b57-9d2f9b0c6f10"
	project    = "2b7e1516-28ae-42d2-a6ab-f7158809cf4f"
	workspace  = "3c2f4a9e-7d61-4c58-8f0b-5a1e6d9c7b20"
	repository = "4d5e6f70-8192-43a4-b5c6-d7e8f9a0b1c2"
	other      = "5e6f7081-92a3-44b5-86d7-e8f9a0b1c2d3"
)

// provided is a provider's trust policy, the subject of a job that it is for,
// and those of jobs that it is not for.
type provided struct {
	policy.WebIdentity
	issuer, audience string
	in               string
	out              []string
	// claims are further ones of the token that gets in, and of those that have
	// its subject and do not.
	claims map[string]string
	odd    []map[string]string
}

func providers() map[string]provided {
	const github = "https://token.actions.githubusercontent.com"
	return map[string]provided{
		"github": {
			WebIdentity: policy.WebIdentity{Provider: "github", Repository: "octo-org/octo-repo", Branches: []string{"main"}},
			issuer:      github, audience: "sts.amazonaws.com",
			in: "repo:octo-org/octo-repo:ref:refs/heads/main",
			out: []string{
				"repo:octo-org/octo-repo:ref:refs/heads/main2", "repo:octo-org/octo-repo:ref:refs/tags/main", "repo:octo-org/octo-repo:pull_request",
				"repo:Octo-Org/octo-repo:ref:refs/heads/main", "repo:fork/octo-repo:ref:refs/heads/main", "repo:octo-org/octo-repo:environment:main",
				"repo:octo-org@1/octo-repo@2:ref:refs/heads/main", "repo:octo-org/octo-repo-2:ref:refs/heads/main",
			},
		},
		"github with IDs": {
			WebIdentity: policy.WebIdentity{Provider: "github", Repository: "octo-org/octo-repo", OwnerID: "123", RepositoryID: "456", Branches: []string{"main"}},
			issuer:      github, audience: "sts.amazonaws.com",
			in:  "repo:octo-org@123/octo-repo@456:ref:refs/heads/main",
			out: []string{"repo:octo-org/octo-repo:ref:refs/heads/main", "repo:octo-org@124/octo-repo@456:ref:refs/heads/main", "repo:octo-org@123/octo-repo@457:ref:refs/heads/main"},
		},
		"github in both forms": {
			WebIdentity: policy.WebIdentity{Provider: "github", Repository: "octo-org/octo-repo", OwnerID: "123", RepositoryID: "456", Form: "both", Branches: []string{"main"}},
			issuer:      github, audience: "sts.amazonaws.com",
			in:  "repo:octo-org/octo-repo:ref:refs/heads/main",
			out: []string{"repo:octo-org@124/octo-repo@456:ref:refs/heads/main"},
		},
		"github environment and branch": {
			WebIdentity: policy.WebIdentity{Provider: "github", Repository: "octo-org/octo-repo", Environments: []string{"live"}, Branches: []string{"main"}},
			issuer:      github, audience: "sts.amazonaws.com",
			in: "repo:octo-org/octo-repo:environment:live", claims: map[string]string{"ref": "refs/heads/main"},
			out: []string{"repo:octo-org/octo-repo:environment:test", "repo:octo-org/octo-repo:ref:refs/heads/main"},
			odd: []map[string]string{{"ref": "refs/heads/other"}, {}},
		},
		"gitlab": {
			WebIdentity: policy.WebIdentity{Provider: "gitlab", Repository: "octo/sub/repo", Branches: []string{"main"}},
			issuer:      "https://gitlab.com", audience: "https://gitlab.com",
			in:  "project_path:octo/sub/repo:ref_type:branch:ref:main",
			out: []string{"project_path:fork/repo:ref_type:branch:ref:main", "project_path:octo/sub/repo:ref_type:tag:ref:main", "project_path:octo/sub/repo:ref_type:branch:ref:main2"},
		},
		"buildkite": {
			WebIdentity: policy.WebIdentity{Provider: "buildkite", Pipeline: "octo/app", Branches: []string{"main"}},
			issuer:      "https://agent.buildkite.com", audience: "sts.amazonaws.com",
			in:  "organization:octo:pipeline:app:ref:refs/heads/main:commit:0a1b:step:build",
			out: []string{"organization:octo:pipeline:app2:ref:refs/heads/main:commit:0a1b:step:build", "organization:octo:pipeline:app:ref:refs/heads/main2:commit:0a1b:step:build", "organization:fork:pipeline:app:ref:refs/heads/main:commit:0a1b:step:build"},
		},
		"circleci": {
			WebIdentity: policy.WebIdentity{Provider: "circleci", OrganizationID: org, ProjectID: project, Branches: []string{"main"}},
			issuer:      "https://oidc.circleci.com/org/" + org, audience: org,
			in: "org/" + org + "/project/" + project + "/user/" + other + "/vcs-origin/github.com/octo/repo/vcs-ref/refs/heads/main",
			out: []string{
				"org/" + org + "/project/" + other + "/user/" + other + "/vcs-origin/github.com/octo/repo/vcs-ref/refs/heads/main",
				"org/" + org + "/project/" + project + "/user/" + other + "/vcs-origin/github.com/octo/repo/vcs-ref/refs/heads/main2",
				"org/" + org + "/project/" + project + "/user/" + other,
			},
		},
		"bitbucket": {
			WebIdentity: policy.WebIdentity{Provider: "bitbucket", Workspace: "octo", WorkspaceID: workspace, Repository: repository, Environments: []string{project}},
			issuer:      "https://api.bitbucket.org/2.0/workspaces/octo/pipelines-config/identity/oidc", audience: "ari:cloud:bitbucket::workspace/" + workspace,
			in:  "{" + repository + "}:{" + project + "}:{" + other + "}",
			out: []string{"{" + other + "}:{" + project + "}:{" + other + "}", "{" + repository + "}:{" + other + "}", "{" + repository + "}:{" + other + "}:{" + project + "}"},
		},
		"azure": {
			WebIdentity: policy.WebIdentity{Provider: "azure", OrganizationID: org, Connection: "octo/My project/aws"},
			issuer:      "https://vstoken.dev.azure.com/" + org, audience: "api://AzureADTokenExchange",
			in:  "sc://octo/My project/aws",
			out: []string{"sc://octo/My project/aws2", "sc://octo/Other/aws", "p://octo/My project/aws", "sc://fork/My project/aws"},
		},
		"eks": {
			WebIdentity: policy.WebIdentity{Provider: "eks", Issuer: "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", Namespace: "builds", ServiceAccount: "runner"},
			issuer:      "https://oidc.eks.eu-west-1.amazonaws.com/id/ABC", audience: "sts.amazonaws.com",
			in:  "system:serviceaccount:builds:runner",
			out: []string{"system:serviceaccount:builds:runner2", "system:serviceaccount:default:runner"},
		},
	}
}

// TestTrustOfEachProvider: under the trust policy that awsvars writes, a token
// of the right repository and branch becomes the role; one of a fork, another
// branch, another audience or another issuer does not.
func TestTrustOfEachProvider(t *testing.T) {
	t.Parallel()
	for name, p := range providers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := policy.Trust{Account: "222222222222", WebIdentities: []policy.WebIdentity{p.WebIdentity}}.Document()
			if err != nil {
				t.Fatal(err)
			}
			config, err := json.Marshal(map[string]any{"region": "eu-west-1", "accounts": map[string]any{"222222222222": map[string]any{
				"oidc-providers": []map[string]any{{"issuer": p.issuer, "audiences": []string{p.audience, "another-audience"}}, {"issuer": "https://other.example.com", "audiences": []string{p.audience}}},
				"roles":          map[string]any{"deployer": map[string]any{"trust-policy": string(d.JSON())}},
			}}})
			if err != nil {
				t.Fatal(err)
			}
			world, err := simulator.ParseConfig(config)
			if err != nil {
				t.Fatal(err)
			}
			s := simulated(t, simulator.Options{Config: world, SecretsFile: filepath.Join(os.Getenv(recordVariable), "secrets")})
			enters := func(issuer, audience, subject string, more map[string]string) bool {
				t.Helper()
				claims := map[string]any{"iss": issuer, "aud": audience, "sub": subject}
				for key, value := range more {
					claims[key] = value
				}
				return entered(t, s, claims)
			}
			if !enters(p.issuer, p.audience, p.in, p.claims) {
				t.Errorf("%s does not get in", p.in)
			}
			for _, subject := range p.out {
				if enters(p.issuer, p.audience, subject, p.claims) {
					t.Errorf("%s gets in", subject)
				}
			}
			for _, claims := range p.odd {
				if enters(p.issuer, p.audience, p.in, claims) {
					t.Errorf("%s gets in with %v", p.in, claims)
				}
			}
			if enters(p.issuer, "another-audience", p.in, p.claims) || enters("https://other.example.com", p.audience, p.in, p.claims) {
				t.Error("another audience or another issuer gets in")
			}
		})
	}
}

// entered tells whether a job with this token becomes the role.
func entered(t *testing.T, s *simulator.Simulator, claims map[string]any) bool {
	t.Helper()
	token, err := s.TokenOf(claims)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "token")
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	c := exec.Command("awsvars", "sts", "--source", "web-identity", "--web-identity-token-file", path, "--role-arn", "arn:aws:iam::222222222222:role/deployer", "--format", "json", "--output", "out.json")
	c.Dir = dir
	c.Env = append(s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir, raceVariable+"="+noWait, recordVariable+"="+os.Getenv(recordVariable))
	output, err := c.CombinedOutput()
	switch {
	case err == nil:
		return true
	case c.ProcessState.ExitCode() != statusRefused || !strings.Contains(string(output), "ot authorized to perform sts:AssumeRoleWithWebIdentity"):
		t.Fatalf("status %d\n%s", c.ProcessState.ExitCode(), output)
	}
	return false
}
