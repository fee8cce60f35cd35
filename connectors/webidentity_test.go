package connectors_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

const gitHubRole = "arn:aws:iam::111111111111:role/github"

// gitHub is the environment of a job with id-token: write.
func gitHub(s *simulator.Simulator) env {
	return environment(s.OIDCEnv(), []string{"GITHUB_ACTIONS=true"})
}

// providers are tokens of other CI systems, and a role that lets them in.
const otherIssuers = `      github:
        trust:
          - web-identity: {issuer: https://gitlab.example.com, audience: sts.amazonaws.com, subject: "project_path:octo/app:ref_type:branch:ref:main"}
          - web-identity: {issuer: https://agent.buildkite.com, audience: sts.amazonaws.com, subject: "organization:octo:pipeline:app:ref:refs/heads/main:*"}
          - web-identity: {issuer: https://oidc.circleci.com/org/7, audience: "7", subject: "org/7/project/8/user/9"}
          - web-identity: {issuer: https://api.bitbucket.org/2.0/workspaces/octo/pipelines-config/identity/oidc, audience: "ari:cloud:bitbucket::workspace/7", subject: "{8}:{9}"}
          - web-identity: {issuer: https://app.harness.io/ng/api/oidc/account/7, audience: sts.amazonaws.com, subject: "account/7:org/a:project/b"}
`

// TestEveryCISystemsTokenOpensARole: the token comes the way that the system
// has for it.
func TestEveryCISystemsTokenOpensARole(t *testing.T) {
	t.Parallel()
	s := world(t, "      github:\n        trust:\n", otherIssuers)
	token := func(issuer, audience, subject string) string {
		text, err := s.TokenOf(map[string]any{"iss": issuer, "aud": audience, "sub": subject})
		if err != nil {
			t.Fatal(err)
		}
		return text
	}
	gitLab := token("https://gitlab.example.com", "sts.amazonaws.com", "project_path:octo/app:ref_type:branch:ref:main")
	buildkite := token("https://agent.buildkite.com", "sts.amazonaws.com", "organization:octo:pipeline:app:ref:refs/heads/main:commit:1:step:")
	circle := token("https://oidc.circleci.com/org/7", "7", "org/7/project/8/user/9")
	bitbucket := token("https://api.bitbucket.org/2.0/workspaces/octo/pipelines-config/identity/oidc", "ari:cloud:bitbucket::workspace/7", "{8}:{9}")
	harness := token("https://app.harness.io/ng/api/oidc/account/7", "sts.amazonaws.com", "account/7:org/a:project/b")
	file := secretFile(t, gitLab+"\n")
	eks, err := s.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	named := settings{"source": "web-identity", "role-arn": gitHubRole}
	for _, c := range []struct {
		name     string
		settings settings
		env      env
		want     string
	}{
		{"GitHub", named, gitHub(s), "web identity of GitHub, repo:octo-org/octo-repo:ref:refs/heads/main"},
		{"GitLab, a variable", named.with(settings{"web-identity-token": gitLab}), env{"GITLAB_CI": "true"}, "web identity of web-identity-token, project_path:octo/app"},
		{"GitLab, without a source", settings{"web-identity-token": gitLab, "role-arn": gitHubRole}, nil, "web identity of web-identity-token, project_path:octo/app"},
		{"a file", settings{"web-identity-token-file": file, "role-arn": gitHubRole}, gitHub(s), "web identity of web-identity-token-file, project_path:octo/app"},
		{"Buildkite", named, env{"BUILDKITE": "true", "PATH": buildkiteAgent(t, buildkite, "")}, "web identity of Buildkite, organization:octo"},
		{
			"Buildkite, with tags", named.with(settings{"oidc-token-lifetime": "2h", "token-tags": "organization_slug,agent_tag:queue"}),
			env{"BUILDKITE": "true", "PATH": buildkiteAgent(t, buildkite, " --lifetime 7200 --aws-session-tag organization_slug,agent_tag:queue")},
			"web identity of Buildkite",
		},
		{"CircleCI", named, env{"CIRCLECI": "true", "CIRCLE_OIDC_TOKEN_V2": circle}, "web identity of CircleCI, org/7"},
		{"Bitbucket", named, env{"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_STEP_OIDC_TOKEN": bitbucket}, "web identity of Bitbucket, {8}:{9}"},
		{"Harness", named.with(settings{"oidc-token-id": harness}), nil, "web identity of web-identity-token, account/7"},
		{"EKS", settings{"source": "web-identity"}, env{"AWS_WEB_IDENTITY_TOKEN_FILE": secretFile(t, eks), "AWS_ROLE_ARN": gitHubRole}, "web identity of AWS_WEB_IDENTITY_TOKEN_FILE, repo:octo-org"},
		{"EKS, the role given", named, env{"AWS_WEB_IDENTITY_TOKEN_FILE": secretFile(t, eks)}, "web identity of AWS_WEB_IDENTITY_TOKEN_FILE, repo:octo-org"},
		{"EKS in a job of GitHub, named", named.with(settings{"web-identity-provider": "kubernetes"}), environment(s.OIDCEnv(), []string{"GITHUB_ACTIONS=true", "AWS_WEB_IDENTITY_TOKEN_FILE=" + secretFile(t, eks)}), "web identity of AWS_WEB_IDENTITY_TOKEN_FILE"},
	} {
		session, log, err := job{aws: s, settings: c.settings, env: c.env}.open(t)
		if err != nil {
			t.Errorf("%s: %s", c.name, message(s, err))
			continue
		}
		if !strings.Contains(log, c.want) || session.KnownAccount() != "111111111111" || session.SessionToken.Empty() {
			t.Errorf("%s: the log does not say %q:\n%s", c.name, c.want, log)
		}
	}
}

func secretFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// buildkiteAgent is a PATH with an agent that hands out a token, as the real
// one does after it has asked Buildkite, with more on its command line.
func buildkiteAgent(t *testing.T, token, more string) string {
	t.Helper()
	dir := t.TempDir()
	script := "#!/bin/sh\n[ \"$*\" = 'oidc request-token --audience sts.amazonaws.com" + more + "' ] || { echo \"unexpected: $*\" >&2; exit 1; }\necho " + token + "\n"
	if err := os.WriteFile(filepath.Join(dir, "buildkite-agent"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	return dir
}

// TestMoreRolesFollowAWebIdentity, with their external IDs and tags, which the
// first one cannot have.
func TestMoreRolesFollowAWebIdentity(t *testing.T) {
	t.Parallel()
	s := world(t, "          - principal: arn:aws:iam::111111111111:role/agent\n            external-id: secret-handshake", "          - principal: "+gitHubRole+"\n            external-id: secret-handshake")
	given := settings{
		"source": "web-identity", "role-arn": gitHubRole + "\n" + deployer, "external-id": "-,secret-handshake",
		"custom-tags": "Team=payments", "duration": "30m", "policy": `{"Statement":[]}`,
	}
	session, log := job{aws: s, settings: given, env: gitHub(s)}.mustOpen(t)
	if got, want := asked(s), "oidc token\nsts AssumeRoleWithWebIdentity by repo:octo-org/octo-repo:ref:refs/heads/main\nsts AssumeRole by github"; got != want {
		t.Errorf("AWS was asked:\n%s\nwant:\n%s", got, want)
	}
	if got := lastParams(s); !strings.Contains(got, "DurationSeconds=1800") || !strings.Contains(got, "Tags.member.1.Key=Team") || !strings.Contains(got, "Policy=") {
		t.Errorf("the last role is not the last: %s", got)
	}
	if !strings.Contains(log, `msg="hop 1/2"`) || !strings.Contains(log, `msg="hop 2/2"`) || len(session.Facts) != 3 {
		t.Errorf("%d facts, and the log says\n%s", len(session.Facts), log)
	}
	for name, c := range map[string]struct {
		settings settings
		want     string
	}{
		"an external ID": {given.with(settings{"external-id": "one,secret-handshake"}), "external-id: AssumeRoleWithWebIdentity takes none for the first role; write - for it, or leave it out"},
		"tags":           {settings{"source": "web-identity", "role-arn": gitHubRole, "custom-tags": "a=b"}, "custom-tags: AssumeRoleWithWebIdentity takes none: tags and source identity come with the token"},
		"a name":         {settings{"source": "web-identity", "role-arn": "github"}, `role-arn "github": a web identity has no account of its own: write the whole ARN`},
		"two hours":      {given.with(settings{"duration": "2h"}), `duration "2h": 15m to 12h for an assumed role, and 1h at most for hop 2 of a chain`},
		"no role":        {settings{"source": "web-identity"}, "role-arn: missing: a web identity needs the role that it is to assume"},
		"as it is":       {settings{"source": "web-identity", "principal-type": "provided", "role-arn": gitHubRole}, `principal-type "provided": a web identity is a token and no credentials`},
		"another source": {settings{"source": "instance", "web-identity-token": "x.y.z"}, "web-identity-token: the source is instance, which would ignore it"},
		"a web page":     {settings{"web-identity-token": "<html>", "role-arn": gitHubRole}, "getting the web identity of web-identity-token: this is no OIDC token"},
		"an empty file":  {settings{"web-identity-token-file": secretFile(t, "\n"), "role-arn": gitHubRole}, "getting the web identity of web-identity-token-file: this is no OIDC token"},
		"no file":        {settings{"web-identity-token-file": "/nonexistent/token", "role-arn": gitHubRole}, "getting the web identity of web-identity-token-file: open /nonexistent/token: no such file or directory"},
		"mfa":            {settings{"source": "web-identity", "role-arn": gitHubRole, "mfa-serial": mfaDevice, "mfa-code": "123456"}, "mfa-serial: only IAM users have an MFA device, and the source web-identity gives temporary ones"},
		"tags of GitHub": {settings{"source": "web-identity", "role-arn": gitHubRole, "token-tags": "a_b"}, "token-tags: only Buildkite is asked for it"},
		"no token":       {settings{"source": "instance", "role-arn": reader, "token-lifetime": "300"}, "token-lifetime: only Buildkite is asked for it"},
		"a long life":    {settings{"source": "web-identity", "role-arn": gitHubRole, "web-identity-provider": "buildkite", "token-lifetime": "7201"}, `token-lifetime "7201": Buildkite gives a token 2 hours at most`},
		"a bad claim":    {settings{"source": "web-identity", "role-arn": gitHubRole, "web-identity-provider": "buildkite", "token-tags": "--job"}, `token-tags "--job": a claim has letters, digits and _:.-`},
		"a bad audience": {settings{"source": "web-identity", "role-arn": gitHubRole, "audience": "a&b=c"}, `audience "a&b=c": an audience has 1 to 255 letters`},
	} {
		_, _, err := job{aws: s, settings: c.settings, env: gitHub(s)}.open(t)
		if !strings.Contains(message(s, err), c.want) {
			t.Errorf("%s: %s, want %s", name, message(s, err), c.want)
		}
	}
}

// TestThePermissionForATokenChangesNoSource: a job with id-token: write stays
// who it was.
func TestThePermissionForATokenChangesNoSource(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for _, source := range []string{"instance", "auto"} {
		_, log := job{aws: s, settings: settings{"source": source, "role-arn": reader}, env: gitHub(s)}.mustOpen(t)
		if !strings.Contains(log, "instance role agent") {
			t.Errorf("%s: %s", source, log)
		}
	}
	if strings.Contains(asked(s), "oidc") {
		t.Errorf("GitHub was asked for a token:\n%s", asked(s))
	}
}

// TestWhatIsMissingForATokenIsSaid, with the remedy of each system.
func TestWhatIsMissingForATokenIsSaid(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	named := settings{"source": "web-identity", "role-arn": gitHubRole}
	for _, c := range []struct {
		name string
		env  env
		want string
	}{
		{"GitHub", env{"GITHUB_ACTIONS": "true"}, "getting the web identity of GitHub: ACTIONS_ID_TOKEN_REQUEST_URL is not set, so this job may not ask for one\nhint: give the job the permission, and those that it had without saying so:\n  permissions:\n    id-token: write"},
		{"GitHub in EKS", env{"GITHUB_ACTIONS": "true", "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token", "AWS_ROLE_ARN": reader}, "For the token of an EKS service account, set web-identity-provider to kubernetes"},
		{"GitHub over http", env{"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "http://github.example.com/", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}, "getting the web identity of GitHub: ACTIONS_ID_TOKEN_REQUEST_URL is no https URL"},
		{"Buildkite", env{"BUILDKITE": "true", "PATH": "/nonexistent"}, "getting the web identity of Buildkite: there is no buildkite-agent in PATH"},
		{"CircleCI", env{"CIRCLECI": "true"}, "getting a web identity: CIRCLE_OIDC_TOKEN_V2 is not set\nhint: run the job with a context"},
		{"Bitbucket", env{"BITBUCKET_BUILD_NUMBER": "1"}, "getting a web identity: BITBUCKET_STEP_OIDC_TOKEN is not set\nhint: write oidc: true into the step"},
		{"elsewhere", nil, "getting a web identity: no token is given, this is no job of a CI system whose tokens awsvars knows, and AWS_WEB_IDENTITY_TOKEN_FILE is not set\nhint: give the job's OIDC token as AWSVARS_WEB_IDENTITY_TOKEN"},
	} {
		_, _, err := job{aws: s, settings: named, env: c.env}.open(t)
		if !strings.Contains(message(s, err), c.want) {
			t.Errorf("%s: %s, want %s", c.name, message(s, err), c.want)
		}
	}
	if got := asked(s); got != "" {
		t.Errorf("AWS was asked %s", got)
	}
}

// TestARefusedTokenIsExplainedByItsClaims: what the token says, what a trust
// policy needs for it, and what costs people hours.
func TestARefusedTokenIsExplainedByItsClaims(t *testing.T) {
	t.Parallel()
	const issuer = "https://token.actions.githubusercontent.com"
	named := settings{"source": "web-identity", "role-arn": gitHubRole}
	for _, c := range []struct {
		name     string
		replace  []string
		settings settings
		advance  time.Duration
		want     []string
	}{
		{
			"another letter case",
			[]string{"repository: octo-org/octo-repo", "repository: Octo-Org/octo-repo"},
			nil, 0,
			[]string{
				"access denied: Not authorized to perform sts:AssumeRoleWithWebIdentity", "iss " + issuer, "aud sts.amazonaws.com", "sub repo:Octo-Org/octo-repo:ref:refs/heads/main",
				`{"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"}`,
				`{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:Octo-Org/octo-repo:ref:refs/heads/main"}}`,
				"this sub has capital letters", "sub has no immutable IDs",
			},
		},
		{
			"an environment",
			[]string{"repository: octo-org/octo-repo", "repository: octo-org/octo-repo\n  environment: production", "subject: repo:octo-org/octo-repo:*", "subject: repo:octo-org/octo-repo:ref:refs/heads/main"},
			nil, 0,
			[]string{"sub repo:octo-org/octo-repo:environment:production", "the job names an environment, so sub has the environment in place of the branch"},
		},
		{
			"immutable IDs",
			[]string{"repository: octo-org/octo-repo", "repository: octo-org/octo-repo\n  immutable: true\n  owner-id: 42\n  repository-id: 77"},
			nil, 0,
			[]string{"sub repo:octo-org@42/octo-repo@77:ref:refs/heads/main", "sub holds the immutable IDs of owner and repository"},
		},
		{
			"a pull request",
			[]string{"repository: octo-org/octo-repo", "repository: octo-org/octo-repo\n  event: pull_request", "subject: repo:octo-org/octo-repo:*", "subject: repo:octo-org/octo-repo:ref:refs/heads/main"},
			nil, 0,
			[]string{"sub repo:octo-org/octo-repo:pull_request", "this is a pull request, so sub names no branch"},
		},
		{
			"another audience", nil,
			settings{"audience": "https://example.com"},
			0,
			[]string{"InvalidIdentityToken: Incorrect token audience", "aud https://example.com", "must list this aud as a client ID", "--audience"},
		},
		{
			"no provider",
			[]string{"issuer: https://token.actions.githubusercontent.com\n  repo", "issuer: https://github.example.com/_services/token\n  repo"},
			nil, 0,
			[]string{"the account 111111111111 of the role has no identity provider of this issuer", "aws iam create-open-id-connect-provider --url https://github.example.com/_services/token --client-id-list sts.amazonaws.com"},
		},
	} {
		s := world(t, c.replace...)
		_, _, err := job{aws: s, settings: named.with(c.settings), env: gitHub(s)}.open(t)
		got := message(s, err)
		for _, part := range c.want {
			if !strings.Contains(got, part) {
				t.Errorf("%s: the error does not say %q:\n%s", c.name, part, got)
			}
		}
	}
	s := start(t, simulator.Options{})
	old, err := s.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	s.Advance(time.Hour)
	_, _, err = job{aws: s, settings: named.with(settings{"web-identity-token": old})}.open(t)
	if got := message(s, err); !strings.Contains(got, "ExpiredToken") || !strings.Contains(got, "it expired at ") {
		t.Errorf("an expired token: %s", got)
	}
	hostile, err := s.TokenOf(map[string]any{"iss": "https://x\n::error::y", "aud": []string{"a", "b"}, "sub": "'$(reboot)'\u2028::add-mask::x"})
	if err != nil {
		t.Fatal(err)
	}
	_, _, err = job{aws: s, settings: named.with(settings{"web-identity-token": hostile})}.open(t)
	if got := message(s, err); strings.Contains(got, "\n::") || strings.Contains(got, "\u2028") || !strings.Contains(got, "aud a, b") {
		t.Errorf("a hostile token: %q", got)
	}
}

// TestGitHubIsAskedAgainWhereThatHelps, and a refusal is not repeated.
func TestGitHubIsAskedAgainWhereThatHelps(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		status []int
		body   string
		want   string
		calls  int
	}{
		{[]int{500, 429, 200}, `{"value":"a.b.c"}`, "", 3},
		{[]int{200, 200, 200}, `{"value":""}`, "the answer holds no token", 1},
		{[]int{200, 200, 200}, `{"value":"eyJ`, "the answer is not of the expected form", 3},
		{[]int{403}, "secret words", "GitHub answered with status 403\nhint: does the job have the permission id-token: write", 1},
		{[]int{302}, "", "GitHub answered with status 302", 1},
	} {
		calls := 0
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Authorization") != "bearer key" || r.URL.Query().Get("audience") != "sts.amazonaws.com" || r.URL.Query().Get("run") != "1" {
				t.Errorf("the request is %s with %v", r.URL, r.Header)
			}
			w.WriteHeader(c.status[min(calls, len(c.status)-1)])
			calls++
			_, _ = w.Write([]byte(c.body))
		}))
		t.Cleanup(server.Close)
		s := start(t, simulator.Options{})
		_, _, err := job{
			aws: s, retries: 2, settings: settings{"source": "web-identity", "role-arn": gitHubRole},
			env: env{"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": server.URL + "/?run=1", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "key"},
		}.open(t)
		got := message(s, err)
		if calls != c.calls || !strings.Contains(got, c.want) || strings.Contains(got, "secret words") || strings.Contains(got, "run=1") {
			t.Errorf("%v: %d calls, %s", c.status, calls, got)
		}
	}
}

// TestAnIssuerThatAWSCannotReachIsTriedAgain: STS says so itself.
func TestAnIssuerThatAWSCannotReachIsTriedAgain(t *testing.T) {
	t.Parallel()
	fault, err := simulator.ParseFault("sts:AssumeRoleWithWebIdentity=code:IDPCommunicationError*2")
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, simulator.Options{Faults: []simulator.Fault{fault}})
	job{aws: s, retries: 3, settings: settings{"source": "web-identity", "role-arn": gitHubRole}, env: gitHub(s)}.mustOpen(t)
	if n := strings.Count(asked(s), "AssumeRoleWithWebIdentity"); n != 3 {
		t.Errorf("AWS was asked %d times, want 3", n)
	}
}

// TestTheRoleOfTheEnvironmentTakesWhatTheSettingsSay: a session policy that is
// given and lost would be no policy.
func TestTheRoleOfTheEnvironmentTakesWhatTheSettingsSay(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	token, err := s.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	eks := env{"AWS_WEB_IDENTITY_TOKEN_FILE": secretFile(t, token), "AWS_ROLE_ARN": gitHubRole}
	given := settings{"source": "web-identity", "policy": `{"Statement":[]}`, "policy-arns": "arn:aws:iam::aws:policy/ReadOnlyAccess", "duration": "20m"}
	job{aws: s, settings: given, env: eks}.mustOpen(t)
	if got := lastParams(s); !strings.Contains(got, `Policy={"Statement":[]}`) || !strings.Contains(got, "ReadOnlyAccess") || !strings.Contains(got, "DurationSeconds=1200") {
		t.Errorf("AWS was asked %s", got)
	}
	before := asked(s)
	for name, text := range map[string]string{"custom-tags": "a=b", "source-identity": "bob", "external-id": "one", "session-tags": "branch"} {
		_, _, err := job{aws: s, settings: given.with(settings{name: text}), env: eks}.open(t)
		if err == nil || !strings.Contains(err.Error(), name+": AssumeRoleWithWebIdentity takes none") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if asked(s) != before {
		t.Error("AWS was asked all the same")
	}
}

// TestATokenOfTheSystemChangesNoSource: Harness hands one to every plugin step,
// and the environment of a job serves steps with other sources.
func TestATokenOfTheSystemChangesNoSource(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	for _, given := range []settings{{"source": "instance"}, {}, {"role-arn": reader}} {
		for origin, ignored := range map[string]bool{"PLUGIN_OIDC_TOKEN_ID": false, "AWSVARS_WEB_IDENTITY_TOKEN": true} {
			if ignored && given["source"] == "" {
				continue
			}
			j := job{aws: s, settings: given.with(settings{"web-identity-token": "a.b.c"}), origins: map[string]string{"web-identity-token": origin}}
			_, log := j.mustOpen(t)
			if !strings.Contains(log, "instance role agent") || strings.Contains(log, origin) != ignored {
				t.Errorf("%v, %s: %s", given, origin, log)
			}
		}
	}
}
