package e2e

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// texts is one text or a list of them, as IAM's JSON allows.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

type statement struct {
	Effect    string
	Principal map[string]string
	Action    texts
	Resource  texts
	Condition map[string]map[string]string
}

// policyOf reads the policy of docs/permissions.md with these words.
func policyOf(t *testing.T, words string) []statement {
	t.Helper()
	for _, b := range blocksOf(t, "json", "policy") {
		if strings.Join(strings.Fields(strings.Join(b.words[2:], " ")), " ") != words {
			continue
		}
		var document struct{ Statement []statement }
		if err := json.Unmarshal([]byte(b.text), &document); err != nil {
			t.Fatal(err)
		}
		return document.Statement
	}
	t.Fatalf("no policy %s", words)
	return nil
}

// allowedBy are what a policy of a caller allows.
func allowedBy(t *testing.T, words string) []string {
	t.Helper()
	actions := []string{}
	for _, s := range policyOf(t, words) {
		if s.Effect != "Allow" || len(s.Resource) == 0 {
			t.Errorf("%s: a statement allows nothing", words)
		}
		actions = append(actions, s.Action...)
	}
	return actions
}

// trustOf is a trust policy in the simulator's words. What these have no word
// for is a mistake of the page, as nobody would have tried it.
func trustOf(t *testing.T, words string) []simulator.Trust {
	t.Helper()
	var all []simulator.Trust
	for _, s := range policyOf(t, words) {
		trust := simulator.Trust{Principal: s.Principal["AWS"]}
		action := "sts:AssumeRole"
		provider, isToken := strings.CutPrefix(s.Principal["Federated"], "arn:aws:iam::222222222222:oidc-provider/")
		if isToken {
			action = "sts:AssumeRoleWithWebIdentity"
			trust.WebIdentity = &simulator.WebIdentity{Issuer: "https://" + provider}
		}
		if s.Effect != "Allow" || !slices.Contains(s.Action, action) || trust.Principal == "" && !isToken {
			t.Errorf("%s: the statement lets nobody in", words)
		}
		for _, action := range []string{"sts:TagSession", "sts:SetSourceIdentity"} {
			if !isToken && !slices.Contains(s.Action, action) {
				trust.Without = append(trust.Without, action)
			}
		}
		for operator, conditions := range s.Condition {
			for key, value := range conditions {
				wild := strings.ContainsAny(value, "*?")
				switch {
				case operator == "StringEquals" && key == "sts:ExternalId":
					trust.ExternalID = value
				case operator == "Bool" && key == "aws:MultiFactorAuthPresent" && value == "true":
					trust.MFA = true
				case isToken && operator == "StringEquals" && key == provider+":aud":
					trust.WebIdentity.Audience = value
				case isToken && key == provider+":sub" && (operator == "StringEquals" && !wild || operator == "StringLike" && wild):
					trust.WebIdentity.Subject = value
				default:
					t.Errorf("%s: the condition %s %s = %q is not understood", words, operator, key, value)
				}
			}
		}
		if isToken && trust.WebIdentity.Subject == "" {
			t.Errorf("%s: every customer of %s comes in", words, provider)
		}
		all = append(all, trust)
	}
	return all
}

const (
	deployerRole = "arn:aws:iam::222222222222:role/deployer"
	device       = "arn:aws:iam::111111111111:mfa/ci"
)

// worldOf is an AWS whose role deployer has this trust, after changes.
func worldOf(t *testing.T, trust []simulator.Trust, changes ...func(*simulator.Config)) *world {
	t.Helper()
	config, err := simulator.ParseConfig([]byte(simulator.BuiltIn()))
	if err != nil {
		t.Fatal(err)
	}
	config.Accounts["222222222222"].Roles["deployer"] = simulator.Role{Trust: trust}
	config.Accounts["111111111111"].Users["ci"] = simulator.User{MFA: &simulator.MFA{Serial: device, Code: "123456"}}
	for _, change := range changes {
		change(config)
	}
	return newWorldWith(t, config)
}

// agentMay and userMay limit the callers.
func agentMay(actions ...string) func(*simulator.Config) {
	return func(c *simulator.Config) {
		role := c.Accounts["111111111111"].Roles["agent"]
		role.Allow = append([]string{}, actions...)
		c.Accounts["111111111111"].Roles["agent"] = role
	}
}

func userMay(actions ...string) func(*simulator.Config) {
	return func(c *simulator.Config) {
		user := c.Accounts["111111111111"].Users["ci"]
		user.Allow = append([]string{}, actions...)
		c.Accounts["111111111111"].Users["ci"] = user
	}
}

// wants runs awsvars and compares its status: 0 for in, 3 for refused by AWS.
func (w *world) wants(t *testing.T, what string, status int, env []string, args ...string) {
	t.Helper()
	if r := w.run(t, env, "awsvars", append(args, "--format", "json")...); r.status != status {
		t.Errorf("%s: status %d, want %d\n%s", what, r.status, status, r.stderr)
	}
}

// TestTrustPoliciesForCallers: each lets in whom the page says, and nobody who
// lacks what it asks for.
func TestTrustPoliciesForCallers(t *testing.T) {
	t.Parallel()
	chain := []string{"sts", "--source", "instance", "--role-arn", deployerRole, "--external-id", "secret-handshake"}
	tagged := append(slices.Clone(chain), "--custom-tags", "Team=payments", "--source-identity", "ann")
	user := []string{"sts", "--source", "environment", "--role-arn", deployerRole}

	w := worldOf(t, trustOf(t, "trust role"), agentMay(allowedBy(t, "caller role")...))
	w.wants(t, "role", 0, nil, chain...)
	w.wants(t, "role, another external ID", 3, nil, append(slices.Clone(chain[:6]), "wrong-handshake")...)
	w.wants(t, "role, with tags", 3, nil, tagged...)
	worldOf(t, trustOf(t, "trust role"), agentMay()).wants(t, "role, no policy of the caller", 3, nil, chain...)

	w = worldOf(t, trustOf(t, "trust tags"), agentMay(allowedBy(t, "caller tags")...))
	w.wants(t, "tags", 0, nil, tagged...)
	worldOf(t, trustOf(t, "trust tags"), agentMay(allowedBy(t, "caller role")...)).wants(t, "tags, the caller may not", 3, nil, tagged...)

	w = worldOf(t, trustOf(t, "trust user"), userMay(allowedBy(t, "caller role")...))
	w.wants(t, "user", 0, w.UserEnv("ci"), user...)
	w.wants(t, "user, the instance comes", 3, nil, chain[:5]...)

	w = worldOf(t, trustOf(t, "trust mfa"), userMay(allowedBy(t, "caller role")...))
	w.wants(t, "mfa, no code", 3, w.UserEnv("ci"), user...)
	w.wants(t, "mfa", 0, append(w.UserEnv("ci"), "AWSVARS_MFA_CODE=123456"), append(slices.Clone(user), "--mfa-serial", device)...)
}

// visitor is a token that a trust policy lets in, and the sub of one that it
// must not.
type visitor struct{ issuer, audience, subject, stranger string }

// visitors are tokens as the systems make them.
func visitors() map[string]visitor {
	const (
		org       = "1d0a5a6c-8f0e-4a6b-9b57-9d2f9b0c6f10"
		project   = "org/" + org + "/project/2b7e1516-28ae-42d2-a6ab-f7158809cf4f"
		workspace = "ari:cloud:bitbucket::workspace/3c2f4a9e-7d61-4c58-8f0b-5a1e6d9c7b20"
		aws       = "sts.amazonaws.com"
		github    = "https://token.actions.githubusercontent.com"
	)
	return map[string]visitor{
		"github":     {github, aws, "repo:octo-org/octo-repo:ref:refs/heads/main", "repo:octo-org/octo-repo:pull_request"},
		"github-ids": {github, aws, "repo:octo-org@123456/octo-repo@456789:ref:refs/heads/main", "repo:octo-org/octo-repo:ref:refs/heads/main"},
		"gitlab":     {"https://gitlab.com", aws, "project_path:octo-org/octo-repo:ref_type:branch:ref:main", "project_path:octo-org/octo-repo:ref_type:tag:ref:main"},
		"buildkite": {
			"https://agent.buildkite.com", aws,
			"organization:octo-org:pipeline:octo-repo:ref:refs/heads/main:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build",
			"organization:octo-org:pipeline:octo-repo:ref:refs/heads/main2:commit:9f3182061f1e2cca4702c368cbc039b7dc9d4485:step:build",
		},
		"circleci":  {"https://oidc.circleci.com/org/" + org, org, project + "/user/9/vcs-origin/github.com/octo-org/octo-repo/vcs-ref/refs/heads/main", "org/" + org + "/project/8/user/9"},
		"bitbucket": {"https://api.bitbucket.org/2.0/workspaces/octo-org/pipelines-config/identity/oidc", workspace, "{4d5e6f70-8192-43a4-b5c6-d7e8f9a0b1c2}:{5}", "{6}:{5}"},
		"harness":   {"https://app.harness.io/ng/api/oidc/account/octo", aws, "account/octo:org/default:project/deploy", "account/octo:org/default:project/other"},
		"eks":       {"https://oidc.eks.eu-west-1.amazonaws.com/id/EXAMPLED539D4633E53DE1B716D3041E", aws, "system:serviceaccount:builds:runner", "system:serviceaccount:default:default"},
	}
}

// token is what the visitor shows, with its own sub or another.
func (w *world) token(t *testing.T, v visitor, subject string) string {
	t.Helper()
	token, err := w.TokenOf(map[string]any{"iss": v.issuer, "aud": v.audience, "sub": subject})
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func TestTrustPoliciesForTokens(t *testing.T) {
	t.Parallel()
	for name, v := range visitors() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, trustOf(t, "trust "+name))
			for subject, status := range map[string]int{v.subject: 0, v.stranger: 3} {
				w.wants(t, subject, status, []string{"AWSVARS_WEB_IDENTITY_TOKEN=" + w.token(t, v, subject)}, "sts", "--role-arn", deployerRole)
			}
		})
	}
}

// TestPoliciesForUsers: with the policy it works, with less it does not.
func TestPoliciesForUsers(t *testing.T) {
	t.Parallel()
	federated := []string{"ecr", "--source", "environment", "--principal-type", "federated-user", "--policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`}
	w := worldOf(t, nil, userMay(allowedBy(t, "user federated")...))
	w.wants(t, "federated user", 0, w.UserEnv("ci"), federated...)
	w = worldOf(t, nil, userMay("sts:GetFederationToken"))
	w.wants(t, "federated user of a user who may do nothing else", 3, w.UserEnv("ci"), federated...)

	w = worldOf(t, nil, userMay())
	w.wants(t, "federated user of a user who may do nothing", 3, w.UserEnv("ci"), federated...)
	w.wants(t, "session of a user who may do nothing", 0, w.UserEnv("ci"), "sts", "--source", "environment", "--principal-type", "session-token")
}

// TestEveryPolicyIsTried: a policy that nobody tries is one that nobody should
// copy. What AWS itself hands out is not tried; it names its service.
func TestEveryPolicyIsTried(t *testing.T) {
	t.Parallel()
	tried := []string{"trust role", "trust tags", "trust user", "trust mfa", "caller role", "caller tags", "user federated", "task ecr", "task public"}
	for name := range visitors() {
		tried = append(tried, "trust "+name)
	}
	for _, b := range blocksOf(t, "json", "policy") {
		words := strings.Join(strings.Fields(strings.Join(b.words[2:], " ")), " ")
		if strings.HasPrefix(words, "service ") {
			for _, s := range policyOf(t, words) {
				if !strings.HasSuffix(s.Principal["Service"], ".amazonaws.com") || !slices.Contains(s.Action, "sts:AssumeRole") {
					t.Errorf("%s: no service of AWS may assume the role", words)
				}
			}
			continue
		}
		if !slices.Contains(tried, words) {
			t.Errorf("%s: the policy %q is not tried", b.page, words)
		}
	}
}
