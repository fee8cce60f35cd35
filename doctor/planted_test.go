package doctor_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/doctor"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/tasks"
)

// planted is a misconfiguration, and what is to be found.
type planted struct {
	name string
	patient
	station string
	// causes are all that are named; where AWS tells it is one.
	causes []doctor.Cause
	kind   doctor.Kind
	// remedy is a part of what mends it.
	remedy string
}

func fault(text string) []simulator.Fault {
	f, err := simulator.ParseFault(text)
	if err != nil {
		panic(err)
	}
	return []simulator.Fault{f}
}

// to are the settings of a chain of roles from the instance.
func to(pairs ...string) map[string]string {
	s := map[string]string{"source": "instance"}
	for i := 0; i < len(pairs); i += 2 {
		s[pairs[i]] = pairs[i+1]
	}
	return s
}

func allow(role, actions string) []string {
	return []string{"      " + role + ":\n", "      " + role + ":\n        allow: [" + actions + "]\n"}
}

const (
	agent       = "arn:aws:iam::111111111111:role/agent"
	narrow      = "repo:octo-org/octo-repo:ref:refs/heads/main"
	wide        = "repo:octo-org/octo-repo:*"
	denied      = `"sts:*"`
	handshake   = "secret-handshake"
	newTrust    = "awsvars policy trust --principal " + agent
	pullingOnly = `"ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"`
)

// unsure are the causes of a refusal that AWS keeps to itself.
func unsure(first ...doctor.Cause) []doctor.Cause {
	return append(first, doctor.TrustPolicy, doctor.Permission, doctor.RoleName)
}

func oidc() []planted {
	token := map[string]string{"source": "web-identity", "role-arn": github}
	with := func(name, text string) map[string]string {
		return map[string]string{"source": "web-identity", "role-arn": github, name: text}
	}
	return []planted{
		{
			name: "OIDC: letter case of the organisation", patient: patient{oidc: true, settings: token, world: []string{"  repository: octo-org/octo-repo", "  repository: Octo-Org/octo-repo"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.LetterCase, doctor.Subject, doctor.RoleName}, remedy: "--repository Octo-Org/octo-repo --branch main",
		},
		{
			name: "OIDC: environment in place of a ref", patient: patient{oidc: true, settings: token, world: []string{wide, narrow, "  ref: refs/heads/main", "  ref: refs/heads/main\n  environment: production"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.SubjectOfEnv, doctor.Subject, doctor.RoleName}, remedy: "--environment production",
		},
		{
			name: "OIDC: immutable IDs", patient: patient{oidc: true, settings: token, world: []string{"  ref: refs/heads/main", "  ref: refs/heads/main\n  immutable: true\n  owner-id: \"42\"\n  repository-id: \"4711\""}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.ImmutableIDs, doctor.Subject, doctor.RoleName}, remedy: "--owner-id 42 --repository-id 4711",
		},
		{
			name: "OIDC: pull request", patient: patient{oidc: true, settings: token, world: []string{wide, narrow, "  ref: refs/heads/main", "  ref: refs/pull/1/merge\n  event: pull_request"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.SubjectOfPull, doctor.Subject, doctor.RoleName}, remedy: "--pull-requests",
		},
		{
			name: "OIDC: wrong audience", patient: patient{oidc: true, settings: with("audience", "https://github.com/octo-org")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.Audience}, remedy: "--audience https://github.com/octo-org",
		},
		{
			name: "OIDC: provider missing in the account", patient: patient{oidc: true, settings: with("role-arn", deployer)},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.ProviderMissing}, remedy: "aws iam create-open-id-connect-provider",
		},
		{
			name: "OIDC: service account of EKS that the role does not trust", patient: patient{settings: map[string]string{}, world: []string{wide, "repo:octo-org/other:*"}, prepare: func(t *testing.T, w *ward) {
				token, err := w.IDToken("sts.amazonaws.com")
				path := filepath.Join(w.bin, "token")
				if err := errors.Join(err, os.WriteFile(path, []byte(token), 0o600)); err != nil {
					t.Fatal(err)
				}
				w.env["AWS_WEB_IDENTITY_TOKEN_FILE"], w.env["AWS_ROLE_ARN"] = path, github
			}},
			station: "source", kind: doctor.Refused, causes: []doctor.Cause{doctor.Subject, doctor.RoleName}, remedy: "repo:octo-org/octo-repo:ref:refs/heads/main",
		},
		{
			name: "OIDC: expired token", patient: patient{oidc: true, settings: token, faults: fault("sts:AssumeRoleWithWebIdentity=clock:2h")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.ExpiredToken}, remedy: "get a new one",
		},
	}
}

func chains() []planted {
	return []planted{
		{
			name: "external ID: missing", patient: patient{settings: to("role-arn", deployer)},
			station: "hop 1 of 1", kind: doctor.Refused, causes: unsure(doctor.ExternalID), remedy: "--external-id ID-OF-HOP-1",
		},
		{
			name: "external ID: wrong", patient: patient{settings: to("role-arn", deployer, "external-id", "Secret-Handshake")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: unsure(doctor.ExternalID), remedy: "in the same letter case",
		},
		{
			name: "external ID: one for the wrong hop", patient: patient{settings: to("role-arn", deployer+","+pusher, "external-id", "second-handshake,"+handshake)},
			station: "hop 1 of 2", kind: doctor.Refused, causes: []doctor.Cause{doctor.ExternalIDOrder}, remedy: "given for hop 2",
		},
		{
			name: "denied caller", patient: patient{settings: to("role-arn", deployer, "external-id", handshake), world: allow("agent", "")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: unsure(doctor.ExternalID), remedy: `"Action": "sts:AssumeRole"`,
		},
		{
			name: "denied caller, and AWS says so", patient: patient{settings: to("role-arn", deployer, "external-id", handshake), world: allow("agent", ""), prepare: spoken("because no identity-based policy allows the sts:AssumeRole action")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.Permission}, remedy: `"Resource": "` + deployer + `"`,
		},
		{
			name: "trust policy without the caller, and AWS says so", patient: patient{settings: to("role-arn", deployer), prepare: spoken("because no role trust policy allows the sts:AssumeRole action")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.TrustPolicy}, remedy: newTrust,
		},
		{
			name: "trust policy that names another principal", patient: patient{settings: to("role-arn", deployer, "external-id", handshake), world: []string{"principal: " + agent + "\n            external-id", "principal: arn:aws:iam::111111111111:role/agents\n            external-id"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: unsure(doctor.ExternalID), remedy: newTrust,
		},
		{
			name: "role name misspelt", patient: patient{settings: to("role-arn", strings.Replace(reader, "reader", "raeder", 1))},
			station: "hop 1 of 1", kind: doctor.Refused, causes: unsure(), remedy: newTrust,
		},
		{
			name: "duration over the role's maximum", patient: patient{settings: to("role-arn", reader, "duration", "2h")},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.Duration}, remedy: "--duration 1h",
		},
		{
			name: "chained duration over 1h", patient: patient{settings: to("role-arn", deployer, "external-id", handshake, "duration", "2h"), world: []string{"instance-role-chained: false", "instance-role-chained: true"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.ChainedDuration}, remedy: "--duration 1h",
		},
		{
			name: "MFA demanded", patient: patient{user: "ci", settings: map[string]string{"role-arn": reader}, world: []string{"principal: arn:aws:iam::111111111111:user/ci\n", "principal: arn:aws:iam::111111111111:user/ci\n            mfa: true\n"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.TrustPolicy, doctor.Permission, doctor.MFA, doctor.RoleName}, remedy: "policy trust --principal arn:aws:iam::111111111111:user/ci",
		},
		{
			name: "tags without sts:TagSession", patient: patient{settings: to("role-arn", reader, "custom-tags", "team=blue"), world: []string{"principal: " + agent + "\n          - principal", "principal: " + agent + "\n            without: [sts:TagSession]\n          - principal"}},
			station: "hop 1 of 1", kind: doctor.Refused, causes: []doctor.Cause{doctor.SessionTags}, remedy: "--session-tags",
		},
	}
}

func machines() []planted {
	return []planted{
		{
			name: "clock off by 10 minutes", patient: patient{settings: to("role-arn", reader), faults: fault("sts:*=clock:10m")},
			station: "clock", kind: doctor.Refused, causes: []doctor.Cause{doctor.ClockOff}, remedy: "chronyc makestep",
		},
		{
			name: "proxy refusing", patient: patient{settings: to(), env: map[string]string{"AWS_ENDPOINT_URL_STS": ""}, prepare: refusingProxy},
			station: "environment", kind: doctor.Unreachable, causes: []doctor.Cause{doctor.Proxy}, remedy: "NO_PROXY",
		},
		{
			name: "no proxy where one is named", patient: patient{settings: to(), env: map[string]string{"AWS_ENDPOINT_URL_STS": ""}, prepare: deadProxy},
			station: "environment", kind: doctor.Unreachable, causes: []doctor.Cause{doctor.Proxy}, remedy: "HTTPS_PROXY",
		},
		{
			name: "unknown CA", patient: patient{tls: true, settings: to(), env: map[string]string{"AWS_CA_BUNDLE": "", "SSL_CERT_FILE": ""}},
			station: "trust store", kind: doctor.Unreachable, causes: []doctor.Cause{doctor.Authority}, remedy: "AWS_CA_BUNDLE=",
		},
		{
			name: "no bundle where one is named", patient: patient{tls: true, settings: to(), env: map[string]string{"AWS_CA_BUNDLE": "/nowhere/ca.pem"}},
			station: "trust store", kind: doctor.Settings, causes: []doctor.Cause{doctor.Bundle}, remedy: "unset AWS_CA_BUNDLE",
		},
		{
			name: "no metadata service", patient: patient{settings: to("role-arn", reader), prepare: func(t *testing.T, w *ward) { w.env["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = "http://" + closed(t) }},
			station: "source", kind: doctor.Unreachable, causes: []doctor.Cause{doctor.NoMetadata}, remedy: "hop limit",
		},
		{
			name: "no role on the instance", patient: patient{settings: to("role-arn", reader), world: []string{"instance-role: " + agent, `instance-role: ""`}},
			station: "source", kind: doctor.Settings, causes: []doctor.Cause{doctor.NoInstanceRole}, remedy: "associate-iam-instance-profile",
		},
		{
			name: "expired static keys", patient: patient{user: "ci", settings: map[string]string{"role-arn": reader}, faults: fault("sts:*=expired")},
			station: "source", kind: doctor.Refused, causes: []doctor.Cause{doctor.ExpiredKeys}, remedy: "get new ones",
		},
		{
			name: "wrong secret key", patient: patient{user: "ci", settings: map[string]string{}, env: map[string]string{}, prepare: func(_ *testing.T, w *ward) { w.env["AWS_SECRET_ACCESS_KEY"] = strings.Repeat("x", 40) }},
			station: "source", kind: doctor.Refused, causes: []doctor.Cause{doctor.WrongSecret}, remedy: "does not belong to the key ID",
		},
		{
			name: "deleted key", patient: patient{user: "ci", settings: map[string]string{}, prepare: func(_ *testing.T, w *ward) { w.env["AWS_ACCESS_KEY_ID"] = "AKIAIOSFODNN7EXAMPLE" }},
			station: "source", kind: doctor.Refused, causes: []doctor.Cause{doctor.UnknownKeys}, remedy: "deleted or inactive",
		},
		{
			name: "account that is not allowed", patient: patient{settings: to("role-arn", reader, "allowed-account-ids", "222222222222")},
			station: "source", kind: doctor.Refused, causes: []doctor.Cause{doctor.ForeignAccount}, remedy: "--allowed-account-ids",
		},
		{
			name: "external ID: one for two hops", patient: patient{settings: to("role-arn", deployer+","+pusher, "external-id", handshake)},
			station: "settings", kind: doctor.Settings, causes: []doctor.Cause{doctor.ExternalID}, remedy: "awsvars ecr --help",
		},
		{
			name: "duration over 1h behind another role", patient: patient{settings: to("role-arn", deployer+","+pusher, "external-id", handshake+",second-handshake", "duration", "2h")},
			station: "settings", kind: doctor.Settings, causes: []doctor.Cause{doctor.Duration}, remedy: "awsvars ecr --help",
		},
		{
			name: "settings that contradict", patient: patient{settings: to("access-key-id", "AKIAIOSFODNN7EXAMPLE")},
			station: "settings", kind: doctor.Settings, causes: []doctor.Cause{doctor.BadSettings}, remedy: "awsvars ecr --help",
		},
		{
			name: "region of a registry missing", patient: patient{user: "ci", settings: map[string]string{}, env: map[string]string{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}},
			station: "token", kind: doctor.Settings, causes: []doctor.Cause{doctor.NoRegion}, remedy: "set --region",
		},
		{
			name: "region missing", patient: patient{user: "ci", settings: map[string]string{"role-arn": reader}, env: map[string]string{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}},
			station: "source", kind: doctor.Settings, causes: []doctor.Cause{doctor.NoRegion}, remedy: "--region",
		},
	}
}

func registries() []planted {
	pull, push := tasks.Repositories{Pull: []string{"app"}}, tasks.Repositories{Push: []string{"app"}}
	ours := to("role-arn", deployer, "external-id", handshake)
	return []planted{
		{
			name: "ecr:GetAuthorizationToken denied", patient: patient{settings: ours, world: allow("deployer", `"ecr:BatchGetImage"`)},
			station: "token", kind: doctor.Refused, causes: []doctor.Cause{doctor.Permission}, remedy: `"Action": "ecr:GetAuthorizationToken"`,
		},
		{
			name: "session policy too tight", patient: patient{settings: to("role-arn", deployer, "external-id", handshake, "policy", `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`)},
			station: "token", kind: doctor.Refused, causes: []doctor.Cause{doctor.SessionPolicy}, remedy: "the session's own policy",
		},
		{
			name: "registry of another account without repository policy", patient: patient{settings: to("role-arn", reader, "registry", "222222222222/eu-west-1"), use: pull},
			station: "repository", kind: doctor.Refused, causes: []doctor.Cause{doctor.RepositoryPolicy}, remedy: `"AWS": "` + reader + `"`,
		},
		{
			name: "pull denied", patient: patient{settings: ours, use: pull, world: allow("deployer", `"ecr:GetAuthorizationToken"`)},
			station: "repository", kind: doctor.Refused, causes: []doctor.Cause{doctor.Permission}, remedy: "arn:aws:ecr:eu-west-1:222222222222:repository/app",
		},
		{
			name: "push denied", patient: patient{settings: ours, use: push, world: allow("deployer", pullingOnly)},
			station: "repository", kind: doctor.Refused, causes: []doctor.Cause{doctor.Permission}, remedy: "ecr:InitiateLayerUpload",
		},
		{
			name: "repository missing", patient: patient{settings: ours, use: tasks.Repositories{Pull: []string{"apps"}}},
			station: "repository", kind: doctor.Refused, causes: []doctor.Cause{doctor.RepositoryMissing}, remedy: "aws ecr create-repository --registry-id 222222222222 --region eu-west-1 --repository-name apps",
		},
		{
			name: "broken Docker configuration", patient: patient{task: "login", settings: ours, prepare: func(t *testing.T, w *ward) { w.docker(t, `{"auths":`) }},
			station: "docker config", kind: doctor.Docker, causes: []doctor.Cause{doctor.Broken}, remedy: "mend the file",
		},
		{
			name: "missing credential helper", patient: patient{task: "login", settings: ours, prepare: func(t *testing.T, w *ward) { w.docker(t, `{"credsStore":"desktop"}`) }},
			station: "docker config", kind: doctor.Docker, causes: []doctor.Cause{doctor.HelperMissing}, remedy: "docker-credential-desktop",
		},
		{
			name: "credential store that fails", patient: patient{task: "login", settings: ours, prepare: func(t *testing.T, w *ward) {
				w.program(t, "docker-credential-locked", "echo the keychain is locked; exit 1")
				w.docker(t, `{"credsStore":"locked"}`)
			}},
			station: "docker config", kind: doctor.Docker, causes: []doctor.Cause{doctor.StoreFails}, remedy: "--private",
		},
		{
			name: "no engine", patient: patient{task: "push", settings: to("role-arn", deployer, "external-id", handshake, "image", "app", "repository", "app"), env: map[string]string{"DOCKER_HOST": "unix:///nowhere/docker.sock"}},
			station: "docker engine", kind: doctor.Docker, causes: []doctor.Cause{doctor.NoEngine}, remedy: "DOCKER_HOST",
		},
	}
}

// TestPlantedMisconfigurations: each is found at its station, with its cause or
// the few among which AWS does not tell, with what mends it; nothing secret is
// said, and nothing is changed.
func TestPlantedMisconfigurations(t *testing.T) {
	t.Parallel()
	for _, c := range slices.Concat(oidc(), chains(), machines(), registries()) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := c.admit(t)
			before := disk(t, w.home, w.bin)
			report := c.examine(t, w)
			if after := disk(t, w.home, w.bin); after != before {
				t.Errorf("the disk has changed:\n%s\nwas\n%s", after, before)
			}
			worst := report.Worst()
			if worst == nil {
				t.Fatalf("nothing failed:\n%s", report.Text())
			}
			if worst.Station != c.station || worst.Kind != c.kind || !slices.Equal(worst.Causes, c.causes) {
				t.Errorf("found %s at %q, %s; want %s at %q, %s:\n%s", worst.Causes, worst.Station, worst.Kind, c.causes, c.station, c.kind, report.Text())
			}
			if !strings.Contains(strings.Join(worst.Remedies, "\n"), c.remedy) {
				t.Errorf("no remedy has %q:\n%s", c.remedy, report.Text())
			}
			healthy(t, w, report)
		})
	}
}

// healthy checks what every report must be.
func healthy(t *testing.T, w *ward, report doctor.Report) {
	t.Helper()
	for _, v := range report.Verdicts {
		if v.State != doctor.OK && v.State != doctor.Skipped && len(v.Remedies) == 0 {
			t.Errorf("nothing mends %s: %s", v.Station, v.Text)
		}
	}
	for _, form := range doctor.Forms() {
		if leaked := simulator.Leaks(report.Write(form), w.Secrets()); len(leaked) > 0 {
			t.Errorf("as %s it shows %d secrets", form, len(leaked))
		}
	}
	if all := changes(w.Requests()); len(all) > 0 {
		t.Errorf("asked for %s", all)
	}
}
