package policy

import (
	"strings"
	"testing"
	"time"
	"unicode"
)

// trust is a trust policy whose statement has its principal in line 5, its
// action in line 6 and its condition, if any, from line 7.
func trustOf(principal, action, condition string) string {
	text := "{\n\"Version\": \"2012-10-17\",\n\"Statement\":\n{\"Effect\": \"Allow\",\n\"Principal\": " + principal + ",\n\"Action\": " + action
	if condition != "" {
		text += ",\n\"Condition\": {" + condition + "}"
	}
	return text + "}}"
}

func TestCheckOfPrincipals(t *testing.T) {
	t.Parallel()
	const assume, id = `"sts:AssumeRole"`, `"StringEquals": {"sts:ExternalId": "abc"}`
	for _, c := range []struct {
		principal, action, condition string
		wants                        []string
	}{
		{`{"AWS": "arn:aws:iam::222222222222:role/ci/agent"}`, assume, "", nil},
		{`{"AWS": "arn:aws:iam::111111111111:role/agent"}`, assume, "", []string{"warning 5 in another account, and no external ID"}},
		{`{"AWS": "arn:aws:iam::111111111111:role/agent"}`, assume, id, nil},
		{`{"AWS": "arn:aws:iam::111111111111:root"}`, assume, `"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}`, nil},
		{`{"AWS": "arn:aws:iam::111111111111:root"}`, assume, id, nil},
		{`{"AWS": "222222222222"}`, assume, "", nil},
		{`{"AWS": "arn:aws:iam::111111111111:root"}`, assume, "", []string{"warning 5 every role and user of account 111111111111", "warning 5 in another account"}},
		{`"*"`, assume, "", []string{"error 5 everybody in the world"}},
		{`{"AWS": "*"}`, assume, "", []string{"error 5 everybody in the world"}},
		{`{"AWS": "*"}`, assume, id, []string{"warning 5 everybody in the world who knows it"}},
		{`"*"`, assume, `"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}`, nil},
		{`"*"`, assume, `"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}`, []string{"error 5 everybody in the world"}},
		{`"*"`, assume, `"StringLike": {"aws:PrincipalOrgID": "*"}`, []string{"error 5 everybody in the world"}},
		{`{"AWS": "AROAEXAMPLEEXAMPLE123"}`, assume, "", []string{"error 5 that was deleted"}},
		{`{"AWS": "arn:aws:sts::222222222222:assumed-role/agent/build-42"}`, assume, "", []string{"warning 5 one session of a role"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/*"}`, assume, "", []string{"error 5 no wildcard in a principal"}},
		{`{"AWS": "arn:aws:iam::*:role/a"}`, assume, "", []string{"error 5 no wildcard in a principal"}},
		{`{"AWS": "arn:aws:iam::222222222222:group/devs"}`, assume, "", []string{"error 5 a group is no principal"}},
		{`{"AWS": "agent"}`, assume, "", []string{"error 5 neither an account ID nor the ARN"}},
		{`{"AWS": "arn:aws:iam::222222222222:policy/x"}`, assume, "", []string{"error 5 neither a role nor a user"}},
		{`{"Service": "ec2.amazonaws.com"}`, assume, "", nil},
		{`{"Service": ["ecs.amazonaws.com", "ecr.amazonaws.com"]}`, assume, "", nil},
		{`{"Service": "ec2"}`, assume, "", []string{"error 5 services are named as"}},
		{`{"Service": "ecs-task.amazonaws.com"}`, assume, "", []string{"warning 5 did you mean ecs-tasks.amazonaws.com?"}},
		{`{"Service": "ec2.amazonaws.com"}`, assume, id, []string{"warning 7 send no external ID"}},
		{`{"Service": "ec2.amazonaws.com"}`, assume, `"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}`, []string{"warning 7 addresses of its own"}},
		{`{"Service": "pods.eks.amazonaws.com"}`, assume, "", []string{"error 5 does not allow sts:TagSession"}},
		{`{"Service": "pods.eks.amazonaws.com"}`, `["sts:AssumeRole", "sts:TagSession"]`, "", nil},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, `"sts:AssumeRoleWithWebIdentity"`, "", []string{"error 6 Federated with an OIDC provider"}},
		{`{"Federated": "arn:aws:iam::222222222222:saml-provider/idp"}`, assume, "", []string{"error 6 AWS or Service"}},
		{`{"Federated": "arn:aws:iam::222222222222:saml-provider/idp"}`, `"sts:AssumeRoleWithSAML"`, `"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}`, nil},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, `"sts:TagSession"`, "", []string{"warning 6 lets nobody in by itself"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, `["sts:AssumeRole", "ecr:PutImage"]`, "", []string{"error 6 has no place in a trust policy"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, `"sts:*"`, "", []string{"warning 6 among them sts:AssumeRole"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, assume, `"StringLike": {"sts:ExternalId": "*"}`, []string{"warning 7 any external ID will do"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, assume, `"StringEquals": {"sts:ExternalId": "a"}`, []string{"error 7 cannot be one"}},
		{`{"AWS": "arn:aws:iam::222222222222:role/a"}`, assume, `"StringEqualsIfExists": {"sts:ExternalId": "abc"}`, []string{"warning 7 lets in who sends no external ID"}},
	} {
		text := trustOf(c.principal, c.action, c.condition)
		expect(t, text, Check(Read([]byte(text)), CheckOptions{Account: "222222222222"}), c.wants...)
	}
	text := strings.Replace(trustOf(`{"AWS": "arn:aws:iam::222222222222:role/a"}`, assume, ""), "Principal", "NotPrincipal", 1)
	expect(t, text, Check(Read([]byte(text)), CheckOptions{}), "error 5 everybody in the world but")
}

func TestCheckOfProviders(t *testing.T) {
	t.Parallel()
	const (
		github = "token.actions.githubusercontent.com"
		aud    = `"StringEquals": {"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"}`
	)
	for _, c := range []struct {
		provider, condition string
		wants               []string
	}{
		{github, aud, []string{"error 5 every job of everybody"}},
		{github, aud + `, "StringLike": {"` + github + `:sub": "*"}`, []string{"error 5 every job of everybody"}},
		{github, aud + `, "StringLike": {"` + github + `:sub": ["repo:octo-org/octo-repo:ref:*", "*"]}`, []string{"error 5 every job of everybody"}},
		{github, aud + `, "StringNotEquals": {"` + github + `:sub": "repo:a/b:pull_request"}`, []string{"error 5 every job of everybody"}},
		{github, aud + `, "ForAllValues:StringLike": {"` + github + `:sub": "repo:a/b:*"}`, []string{"error 5 every job of everybody", "warning 7 also true where"}},
		{github, `"StringEquals": {"` + github + `:sub": "repo:octo-org/octo-repo:environment:prod"}`, []string{"warning 5 every audience"}},
		{github, `"StringEquals": {"` + github + `:aud": "sts.amazonaws.com", "` + github + `:repository_id": "456789"}`, nil},
		{github, `"StringEquals": {"` + github + `:aud": "a", "gitlab.com:sub": "project_path:a/b:ref_type:branch:ref:main"}`, []string{"error 5 every job of everybody", "error 7 the condition is about tokens of gitlab.com"}},
		{"https://" + github, "", []string{"error 5 named without https://"}},
		{"oidc.eks.eu-west-1.amazonaws.com/id/E", `"StringEquals": {"oidc.eks.eu-west-1.amazonaws.com/id/E:aud": "sts.amazonaws.com"}`, []string{"warning 5 every job of this provider"}},
		{"gitlab.com", `"StringEquals": {"gitlab.com:aud": "a", "gitlab.com:project_path": "a/b", "gitlab.com:sub": "project_path:a/b:ref_type:branch:ref:main"}`, []string{`warning 7 AWS takes no claim "project_path"`}},
		{github, `"StringEquals": {"` + github + `:aud": "a", "` + github + `:repositoryid": "1", "` + github + `:sub": "repo:a/b:pull_request"}`, []string{"warning 7 did you mean repository_id?"}},
		{"gitlab.example.com", `"StringEquals": {"gitlab.example.com:aud": "a", "gitlab.example.com:sub": "anything"}`, nil},
	} {
		text := trustOf(`{"Federated": "arn:aws:iam::222222222222:oidc-provider/`+c.provider+`"}`, `"sts:AssumeRoleWithWebIdentity"`, c.condition)
		expect(t, text, Check(Read([]byte(text)), CheckOptions{Account: "222222222222"}), c.wants...)
	}
	text := trustOf(`{"Federated": "arn:aws:iam::111111111111:oidc-provider/a.example.com"}`, `"sts:AssumeRole"`, `"StringEquals": {"a.example.com:aud": "a", "a.example.com:sub": "b"}`)
	expect(t, text, Check(Read([]byte(text)), CheckOptions{Account: "222222222222"}), "error 5 must be one of the role's account", "error 6 AWS or Service")
}

// TestCheckOfApplications: tokens of a pool of Cognito are told by aud and amr.
func TestCheckOfApplications(t *testing.T) {
	t.Parallel()
	for condition, wants := range map[string][]string{
		`"StringEquals": {"cognito-identity.amazonaws.com:aud": "eu-west-1:1"}, "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}`: nil,
		`"StringEquals": {"cognito-identity.amazonaws.com:amr": "authenticated"}`:                                                                                  {"error 5 which application's tokens"},
	} {
		text := trustOf(`{"Federated": "cognito-identity.amazonaws.com"}`, `"sts:AssumeRoleWithWebIdentity"`, condition)
		expect(t, text, Check(Read([]byte(text)), CheckOptions{}), wants...)
	}
}

func TestCheckOfSubjects(t *testing.T) {
	t.Parallel()
	const (
		github    = "token.actions.githubusercontent.com"
		circle    = "oidc.circleci.com/org/1d0a"
		bitbucket = "api.bitbucket.org/2.0/workspaces/octo-org/pipelines-config/identity/oidc"
		cluster   = "oidc.eks.eu-west-1.amazonaws.com/id/E"
	)
	for _, c := range []struct{ host, operator, subject, want string }{
		{github, "StringEquals", "repo:octo-org/octo-repo:ref:refs/heads/main", ""},
		{github, "StringEquals", "repo:octo-org@1/octo-repo@2:ref:refs/heads/main", ""},
		{github, "StringEquals", "repo:octo-org/octo-repo:environment:prod eu", ""},
		{github, "StringEquals", "repo:octo-org/octo-repo:pull_request", ""},
		{github, "StringLike", "repo:octo-org/octo-repo:*", ""},
		{github, "StringLike", "repo:octo-org/octo-repo:ref:refs/tags/v*", ""},
		{github, "StringLike", "repo:octo-org/octo-repo:env*", ""},
		{github, "StringEquals", "repo:octo-org/octo-repo:*", "error 7 as a character"},
		{github, "StringEquals", "repo:octo-org/octo-repo", "error 7 never fits: GitHub adds"},
		{github, "StringEquals", "repo:octo-org/octo-repo:ref:main", "error 7 written in full"},
		{github, "StringEquals", "repo:octo-org/octo-repo:refs/heads/main", "error 7 before the ref stands ref:"},
		{github, "StringEquals", "repo:octo-org/octo-repo:main", "error 7 behind the repository stands"},
		{github, "StringEquals", "repo:octo-org/octo-repo:ref:refs/heads/main:environment:prod", "error 7 in place of ref"},
		{github, "StringEquals", "octo-org/octo-repo:ref:refs/heads/main", "error 7 GitHub begins with repo:"},
		{github, "StringEquals", "repository_owner:octo-org", "warning 7 a template of its own"},
		{github, "StringLike", "repo:*", "error 7 in the name of the owner"},
		{github, "StringLike", "repo:octo-*/app:*", "error 7 in the name of the owner"},
		{github, "StringLike", "repo:octo-org*", "error 7 in the name of the owner"},
		{github, "StringLike", "r*:ref:refs/heads/main", "error 7 repositories of everybody"},
		{github, "StringLike", "repo:octo-org/*", "warning 7 more than one repository of octo-org"},
		{github, "StringLike", "repo:octo-org/app*", "warning 7 more than one repository of octo-org"},
		{github, "StringEquals", "repo:octo-org:ref:refs/heads/main", "error 7 names no repository"},
		{"gitlab.com", "StringEquals", "project_path:octo-org/sub/app:ref_type:branch:ref:main", ""},
		{"gitlab.com", "StringLike", "project_path:octo-org/app:*", ""},
		{"gitlab.com", "StringLike", "project_path:*/app:ref_type:branch:ref:main", "error 7 in the name of the group"},
		{"gitlab.com", "StringLike", "project_path:octo-org/*", "warning 7 more than one project"},
		{"gitlab.com", "StringEquals", "project_path:octo-org/app", "error 7 never fits"},
		{"gitlab.com", "StringEquals", "project_path:octo-org", "error 7 names no project"},
		{"gitlab.com", "StringEquals", "octo-org/app", "error 7 GitLab begins with"},
		{"agent.buildkite.com", "StringLike", "organization:octo-org:pipeline:app:ref:refs/heads/main:*", ""},
		{"agent.buildkite.com", "StringEquals", "organization:octo-org:pipeline:app:ref:refs/heads/main", "error 7 commit and step"},
		{"agent.buildkite.com", "StringLike", "organization:*", "error 7 in the name of the organization"},
		{"agent.buildkite.com", "StringLike", "organization:octo-org:*", "error 7 stands pipeline:SLUG"},
		{"agent.buildkite.com", "StringLike", "organization:octo-org:pipeline:*", "warning 7 more than one pipeline"},
		{circle, "StringLike", "org/1d0a/project/2b7e/user/*", ""},
		{circle, "StringEquals", "org/1d0a/project/2b7e", "error 7 never fits"},
		{circle, "StringLike", "org/1d0a/project/*", "warning 7 every project"},
		{bitbucket, "StringLike", "{4d5e}:*", ""},
		{bitbucket, "StringEquals", "{4d5e}", "error 7 behind the repository stands the step"},
		{bitbucket, "StringEquals", "4d5e:a", "error 7 in braces"},
		{bitbucket, "StringLike", "{*", "warning 7 every repository of the workspace"},
		{cluster, "StringEquals", "system:serviceaccount:builds:runner", ""},
		{cluster, "StringEquals", "builds:runner", "error 7 never fits"},
		{cluster, "StringLike", "system:serviceaccount:*:runner", "warning 7 more than one namespace"},
	} {
		text := trustOf(`{"Federated": "arn:aws:iam::222222222222:oidc-provider/`+c.host+`"}`, `"sts:AssumeRoleWithWebIdentity"`,
			`"StringEquals": {"`+c.host+`:aud": "a"}, "`+c.operator+`": {"`+c.host+`:sub": "`+c.subject+`"}`)
		if c.operator == "StringEquals" {
			text = strings.Replace(text, `:aud": "a"}, "StringEquals": {`, `:aud": "a", `, 1)
		}
		var wants []string
		if c.want != "" {
			wants = []string{c.want}
		}
		expect(t, text, Check(Read([]byte(text)), CheckOptions{}), wants...)
	}
}

func TestCheckOfRepositoryPolicies(t *testing.T) {
	t.Parallel()
	for actions, wants := range map[string][]string{
		`["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]`:                              nil,
		`"ecr:GetDownloadUrlForLayer"`:                                                     {"warning 6 lacks ecr:BatchGetImage"},
		`["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:GetAuthorizationToken"]`: {"error 6 has no effect in the policy of a repository"},
		`["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer", "ecr:PutImage"]`:              {"warning 6 pushing to this repository lacks ecr:BatchCheckLayerAvailability"},
	} {
		text := strings.Replace(trustOf(`{"AWS": "arn:aws:iam::111111111111:role/a"}`, actions, ""), `{"Effect"`, `{"Sid": "new statement", "Effect"`, 1)
		expect(t, text, Check(Read([]byte(text)), CheckOptions{Account: "222222222222"}), wants...)
	}
	text := trustOf(`{"AWS": "111111111111"}`, `["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]`, "")
	expect(t, text, Check(Read([]byte(text)), CheckOptions{}))
	text = trustOf(`"*"`, `["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]`, "")
	expect(t, text, Check(Read([]byte(text)), CheckOptions{}), "error 5 everybody in the world")
}

func TestKindIsToldByElements(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]Kind{
		identity(`"Action": "s3:*", "Resource": "*"`):                           IdentityPolicy,
		identity(`"Principal": "*", "Action": "s3:GetObject", "Resource": "*"`): ResourcePolicy,
		trustOf(`{"AWS": "111111111111"}`, `"sts:AssumeRole"`, ""):              TrustPolicy,
		trustOf(`{"AWS": "111111111111"}`, `["ecr:PutImage"]`, ""):              RepositoryPolicy,
		trustOf(`{"AWS": "111111111111"}`, `"*"`, ""):                           TrustPolicy,
		"{": NoPolicy,
	} {
		if got := Read([]byte(text)).Kind(); got != want {
			t.Errorf("%s is a %s", text, got)
		}
	}
}

// TestCheckIsFast on what is as long as Read takes.
func TestCheckIsFast(t *testing.T) {
	t.Parallel()
	for _, list := range []string{
		"\"Action\": [\"ecr:*\"" + strings.Repeat(",\"ecr:*\"", 5000) + "], \"Resource\": \"*\"",
		"\"Action\": \"ecr:*\", \"Resource\": [\"*\"" + strings.Repeat(",\"*\"", 14000) + "]",
		"\"Action\": [\"ecr:PutImage\",\"ecr:BatchGetImage\"], \"Resource\": [\"*\"" + strings.Repeat(",\"a*b*c*d*\"", 5000) + "]",
	} {
		begin := time.Now()
		Check(Read([]byte(identity(list))), CheckOptions{})
		// It takes about a second.
		if took := time.Since(begin); took > time.Minute {
			t.Errorf("%.40s: %s", list, took)
		}
	}
}

// FuzzCheck: whatever stands in a policy, Check comes to an end, and each
// finding has a line and a text.
func FuzzCheck(f *testing.F) {
	f.Add([]byte(identity(`"Action": ["ecr:*", "sts:TagSession", "x"], "Resource": ["*", "arn:aws:iam::1:role/${a}"], "Condition": {"ForAllValues:StringLike": {"aws:TagKeys": "*"}}`)))
	f.Add([]byte(trustOf(`{"Federated": "arn:aws:iam::222222222222:oidc-provider/gitlab.com"}`, `"sts:AssumeRoleWithWebIdentity"`, `"StringLike": {"gitlab.com:sub": ["project_path:*", ":", "*?"]}`)))
	f.Add([]byte(trustOf(`{"AWS": ["*", "AIDAEXAMPLEEXAMPLE123"], "Service": "ec2"}`, `"*"`, `"Null": {"sts:ExternalId": 1}`)))
	f.Add([]byte(identity(`"Sid": "a\nb", "Action": ["sts:AssumeRole"], "Resource": "arn:aws:iam::222222222222:role/a\n::error::\u001b[2J"`)))
	f.Fuzz(func(t *testing.T, text []byte) {
		lines := strings.Count(string(text), "\n") + 1
		for _, found := range Check(Read(text), CheckOptions{Account: "222222222222"}) {
			if found.Line < 1 || found.Line > lines || found.Text == "" || strings.ContainsFunc(found.Text+found.Remedy+found.Sid, unicode.IsControl) {
				t.Errorf("%+v of %d lines", found, lines)
			}
		}
	})
}
