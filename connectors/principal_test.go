package connectors_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/variables"
)

const mfaDevice = "arn:aws:iam::111111111111:mfa/ci"

// userWorld has an IAM user with an MFA device, a role for it, and a root user.
func userWorld(t *testing.T) (s *simulator.Simulator, user, root settings) {
	t.Helper()
	s = world(t, "      ci: {}\n", "      ci: {mfa: {serial: '"+mfaDevice+"', code: '123456'}}\n      owner: {root: true}\n")
	of := func(name string) settings {
		id, secret := s.StaticKeys(name)
		return settings{"access-key-id": id, "secret-access-key": secret}
	}
	return s, of("ci"), of("owner")
}

func (s settings) with(more settings) settings {
	all := settings{}
	for _, one := range []settings{s, more} {
		for name, text := range one {
			all[name] = text
		}
	}
	return all
}

// lastParams are the parameters of the last request to STS, written in a line.
func lastParams(s *simulator.Simulator) string {
	requests := s.Requests()
	last := requests[len(requests)-1]
	return strings.TrimSpace(last.Action + " " + strings.ReplaceAll(mustUnescape(url.Values(last.Params).Encode()), "&", " "))
}

func mustUnescape(text string) string {
	plain, err := url.QueryUnescape(text)
	if err != nil {
		panic(err)
	}
	return plain
}

// TestEachPrincipalTypeTakesWhatItsAPITakes tries every setting of the
// principal types with each of them: either its parameter is in the request, or
// it is refused and nothing was asked.
func TestEachPrincipalTypeTakesWhatItsAPITakes(t *testing.T) {
	t.Parallel()
	base := map[string]struct {
		settings settings
		request  string
	}{
		"provided":       {settings{"principal-type": "provided"}, ""},
		"assumed-role":   {settings{"role-arn": reader}, "AssumeRole RoleArn=" + reader + " RoleSessionName=job-1"},
		"federated-user": {settings{"principal-type": "federated-user", "policy-arns": "arn:aws:iam::aws:policy/ReadOnlyAccess"}, "GetFederationToken Name=job-1 PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess"},
		"session-token":  {settings{"principal-type": "session-token"}, "GetSessionToken"},
	}
	const taken = "taken, and part of no request"
	for _, c := range []struct {
		name  string
		given settings
		// want is the parameter, or the fault, by the principal type.
		want map[string]string
	}{
		{"a role", settings{"role-arn": reader}, map[string]string{
			"provided":       "role-arn: provided hands the credentials on as they are; leave it out, or choose assumed-role",
			"assumed-role":   "RoleArn=" + reader,
			"federated-user": "role-arn: federated-user assumes no role; leave it out, or choose assumed-role",
			"session-token":  "role-arn: session-token assumes no role; leave it out, or choose assumed-role",
		}},
		{"an external ID", settings{"external-id": "secret-handshake"}, map[string]string{
			"provided":       "external-id: 1 given for 0 roles; give one for each, - for none",
			"assumed-role":   "ExternalId=secret-handshake",
			"federated-user": "external-id: federated-user assumes no role; leave it out, or choose assumed-role",
			"session-token":  "external-id: session-token assumes no role; leave it out, or choose assumed-role",
		}},
		{"a duration", settings{"duration": "20m"}, map[string]string{
			"provided":       `duration "20m": there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role`,
			"assumed-role":   "DurationSeconds=1200",
			"federated-user": "DurationSeconds=1200",
			"session-token":  "DurationSeconds=1200",
		}},
		{"a short duration", settings{"duration": "899"}, map[string]string{
			"provided":       `duration "899": there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role`,
			"assumed-role":   `duration "899": 15m to 12h for an assumed role, and 1h at most for a role behind another one`,
			"federated-user": `duration "899": 15m to 36h for federated-user`,
			"session-token":  `duration "899": 15m to 36h for session-token`,
		}},
		{"a day", settings{"duration": "24h"}, map[string]string{
			"provided":       `duration "24h": there is no role-arn: credentials that are handed on as they are last as long as their source says; leave the duration out, or give a role`,
			"assumed-role":   `duration "24h": 15m to 12h for an assumed role, and 1h at most for a role behind another one`,
			"federated-user": "DurationSeconds=86400",
			"session-token":  "DurationSeconds=86400",
		}},
		{"a policy", settings{"policy": "{\n  \"Statement\": []\n}"}, map[string]string{
			"provided":       "policy: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   `Policy={"Statement":[]}`,
			"federated-user": `Policy={"Statement":[]}`,
			"session-token":  "policy: GetSessionToken takes no policy; choose federated-user or assumed-role",
		}},
		{"managed policies", settings{"policy-arns": "arn:aws:iam::aws:policy/A,arn:aws:iam::111111111111:policy/x/B"}, map[string]string{
			"provided":       "policy-arns: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "PolicyArns.member.1.arn=arn:aws:iam::aws:policy/A PolicyArns.member.2.arn=arn:aws:iam::111111111111:policy/x/B",
			"federated-user": "PolicyArns.member.1.arn=arn:aws:iam::aws:policy/A PolicyArns.member.2.arn=arn:aws:iam::111111111111:policy/x/B",
			"session-token":  "policy-arns: GetSessionToken takes no policy; choose federated-user or assumed-role",
		}},
		{"no policy, said", settings{"policy-arns": "", "omit-policy": "true"}, map[string]string{
			"provided":       "omit-policy: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "omit-policy: a role has policies of its own, and goes without a session policy anyway; leave it out",
			"federated-user": "GetFederationToken Name=job-1",
			"session-token":  "omit-policy: GetSessionToken takes no policy; choose federated-user or assumed-role",
		}},
		{"no policy, not said", settings{"policy-arns": ""}, map[string]string{
			"provided":       taken,
			"assumed-role":   "AssumeRole RoleArn=" + reader + " RoleSessionName=job-1",
			"federated-user": "policy: missing: a federated user can do only what its session policy allows, so give policy or policy-arns; omit-policy says that it is meant to have none",
			"session-token":  "GetSessionToken",
		}},
		{"a session name", settings{"role-session-name": "mine"}, map[string]string{
			"provided": taken, "assumed-role": "RoleSessionName=mine", "federated-user": taken, "session-token": taken,
		}},
		{"a user's name", settings{"federated-user-name": "mine"}, map[string]string{
			"provided":       "federated-user-name: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "federated-user-name: assumed-role takes none; choose federated-user",
			"federated-user": "Name=mine",
			"session-token":  "federated-user-name: GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role",
		}},
		{"tags of the job", settings{"session-tags": "repository,tag,branch"}, map[string]string{
			"provided":       "session-tags: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "Tags.member.1.Key=Repository Tags.member.1.Value=octo/app Tags.member.2.Key=Branch Tags.member.2.Value=feature/=231=3D",
			"federated-user": "Tags.member.1.Key=Repository Tags.member.1.Value=octo/app Tags.member.2.Key=Branch Tags.member.2.Value=feature/=231=3D",
			"session-token":  "session-tags: GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role",
		}},
		{"own tags", settings{"custom-tags": "Team=payments"}, map[string]string{
			"provided":       "custom-tags: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "Tags.member.1.Key=Team Tags.member.1.Value=payments",
			"federated-user": "Tags.member.1.Key=Team Tags.member.1.Value=payments",
			"session-token":  "custom-tags: GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role",
		}},
		{"transitive tags", settings{"transitive-tag-keys": "Repository", "session-tags": "repository"}, map[string]string{
			"provided":       "transitive-tag-keys: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "TransitiveTagKeys.member.1=Repository",
			"federated-user": "transitive-tag-keys: GetFederationToken takes none; choose assumed-role",
			"session-token":  "transitive-tag-keys: GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role",
		}},
		{"a source identity", settings{"source-identity": "ann"}, map[string]string{
			"provided":       "source-identity: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "SourceIdentity=ann",
			"federated-user": "source-identity: GetFederationToken takes none; choose assumed-role",
			"session-token":  "source-identity: GetSessionToken takes none: the session is the IAM user itself; choose federated-user or assumed-role",
		}},
		{"MFA", settings{"mfa-serial": mfaDevice, "mfa-code": "123456"}, map[string]string{
			"provided":       "mfa-serial: credentials that are handed on as they are have no use for it; give a role-arn, or another principal-type",
			"assumed-role":   "SerialNumber=" + mfaDevice,
			"federated-user": "mfa-serial: GetFederationToken takes no MFA code; choose session-token or assumed-role",
			"session-token":  "SerialNumber=" + mfaDevice,
		}},
	} {
		for principal, b := range base {
			t.Run(principal+", "+c.name, func(t *testing.T) {
				t.Parallel()
				want, known := c.want[principal]
				if !known {
					t.Fatal("the table does not say what this gives")
				}
				s, user, _ := userWorld(t)
				j := job{aws: s, settings: user.with(b.settings).with(c.given), session: "job-1", job: variables.Job{Repository: "octo/app", Branch: "feature/#1="}}
				_, _, err := j.open(t)
				if strings.Contains(want, ": ") && !strings.HasPrefix(want, "Policy=") {
					if err == nil || !strings.Contains(err.Error(), "\n  "+want) || len(s.Requests()) > 0 {
						t.Errorf("%v, and AWS was asked %q; want\n%s", err, asked(s), want)
					}
					return
				}
				if err != nil {
					t.Fatal(err)
				}
				got := ""
				if len(s.Requests()) > 0 {
					got = lastParams(s)
				}
				switch {
				case want == taken && got != b.request:
					t.Errorf("AWS was asked %q, want %q", got, b.request)
				case want != taken && !strings.Contains(got, want):
					t.Errorf("AWS was asked %q, want %q in it", got, want)
				}
			})
		}
	}
}

// TestTemporaryCredentialsMakeNoUsersSession: AWS would answer AccessDenied and
// say nothing of why.
func TestTemporaryCredentialsMakeNoUsersSession(t *testing.T) {
	t.Parallel()
	for _, principal := range []string{"federated-user", "session-token"} {
		s, user, _ := userWorld(t)
		base := settings{"principal-type": principal}
		if principal == "federated-user" {
			base["omit-policy"] = "true"
		}
		profile := atHome(environment(s.UserEnv("ci")))
		for _, c := range []struct {
			name     string
			settings settings
			env      env
			home     string
			want     string
		}{
			{"instance", settings{"source": "instance"}, nil, "", "the source instance gives temporary ones"},
			{"container", settings{"source": "container"}, environment(s.ContainerEnv()), "", "the source container gives temporary ones"},
			{"web identity", settings{"source": "web-identity"}, nil, "", "the source web-identity gives temporary ones"},
			{"static", user.with(settings{"session-token": "x"}), nil, "", "a session token is given, so these are temporary ones"},
			{"auto, from the instance", nil, nil, "", "instance role agent (IMDSv2) gives temporary ones"},
			{"environment", settings{"source": "environment"}, environment(s.UserEnv("ci"), []string{"AWS_SESSION_TOKEN=x"}), "", " gives temporary ones"},
			{"a profile with a role", settings{"profile": "p"}, profile, files(t, "[profile p]\nrole_arn = "+reader+"\ncredential_source = Environment\n", ""), "role " + reader + " gives temporary ones"},
		} {
			_, _, err := job{aws: s, settings: base.with(c.settings), env: c.env, home: c.home}.open(t)
			if err == nil || !strings.Contains(err.Error(), principal+" needs the long-term keys of an IAM user, and ") || !strings.Contains(err.Error(), c.want+"; use assumed-role") {
				t.Errorf("%s, %s: %v, want %s", principal, c.name, err, c.want)
			}
		}
		if log := asked(s); strings.Contains(log, "Get") {
			t.Errorf("AWS was asked all the same:\n%s", log)
		}
	}
}

// TestAWSDecidesWhereNothingIsGiven: the defaults are AWS's.
func TestAWSDecidesWhereNothingIsGiven(t *testing.T) {
	t.Parallel()
	s, user, root := userWorld(t)
	for _, c := range []struct {
		name     string
		settings settings
		want     time.Duration
		log      string
	}{
		{"a role", user.with(settings{"role-arn": reader}), time.Hour, "hop 1/1"},
		{"a federated user", user.with(settings{"principal-type": "federated-user", "omit-policy": "true"}), 12 * time.Hour, "msg=federated"},
		{"a session", user.with(settings{"principal-type": "session-token"}), 12 * time.Hour, "msg=session"},
		{"root", root.with(settings{"principal-type": "session-token"}), time.Hour, "msg=session"},
		{"root, 12 hours", root.with(settings{"principal-type": "session-token", "duration": "12h"}), time.Hour, "12h was asked for: AWS gives the keys of the root user an hour"},
	} {
		session, log := job{aws: s, settings: c.settings}.mustOpen(t)
		if left := time.Until(session.Expires).Round(time.Minute); left != c.want || !strings.Contains(log, c.log) {
			t.Errorf("%s: %s, want %s\n%s", c.name, left, c.want, log)
		}
	}
}

// TestTheSessionIsWhoWasAskedFor looks at what AWS says of the credentials.
func TestTheSessionIsWhoWasAskedFor(t *testing.T) {
	t.Parallel()
	s, user, _ := userWorld(t)
	for _, c := range []struct {
		settings settings
		want     string
	}{
		{settings{"principal-type": "federated-user", "omit-policy": "true", "federated-user-name": "ann"}, "arn:aws:sts::111111111111:federated-user/ann"},
		{settings{"principal-type": "session-token"}, "arn:aws:iam::111111111111:user/ci"},
		{settings{"role-arn": "reader"}, "arn:aws:sts::111111111111:assumed-role/reader/awsvars"},
	} {
		session, _ := job{aws: s, settings: user.with(c.settings)}.mustOpen(t)
		identity, err := session.Identity(t.Context())
		if err != nil || identity.ARN != c.want || identity.Account != "111111111111" {
			t.Errorf("%+v, %v, want %s", identity, err, c.want)
		}
	}
}

func TestAnMFACodeThatIsRefused(t *testing.T) {
	t.Parallel()
	s, user, _ := userWorld(t)
	mfa := user.with(settings{"mfa-serial": mfaDevice, "mfa-code": "123457"})
	for name, c := range map[string]struct {
		settings settings
		want     string
	}{
		"role":      {mfa.with(settings{"role-arn": reader}), "the MFA device must be the IAM user's, and a code is good once"},
		"session":   {mfa.with(settings{"principal-type": "session-token"}), "a code is good once"},
		"digits":    {mfa.with(settings{"role-arn": reader, "mfa-code": "12345x"}), "mfa-code: a code has six digits"},
		"no code":   {mfa.with(settings{"role-arn": reader, "mfa-code": ""}), "mfa-code: missing: the MFA device that mfa-serial names shows one"},
		"no device": {mfa.with(settings{"role-arn": reader, "mfa-serial": ""}), "mfa-serial: missing: AWS must know which device the code is from"},
		"instance":  {settings{"source": "instance", "role-arn": reader, "mfa-serial": mfaDevice, "mfa-code": "123456"}, "mfa-serial: only IAM users have an MFA device, and the source instance gives temporary ones"},
	} {
		_, _, err := job{aws: s, settings: c.settings}.open(t)
		if !strings.Contains(message(s, err), c.want) || strings.Contains(message(s, err), "12345") {
			t.Errorf("%s: %s, want %s", name, message(s, err), c.want)
		}
	}
}

// TestAProfileMayAskForMFA: its device, and the code of the settings.
func TestAProfileMayAskForMFA(t *testing.T) {
	t.Parallel()
	s, _, _ := userWorld(t)
	home := files(t, "[profile p]\nrole_arn = "+reader+"\ncredential_source = Environment\nmfa_serial = "+mfaDevice+"\n", "")
	job{aws: s, settings: settings{"profile": "p", "mfa-code": "123456"}, env: atHome(environment(s.UserEnv("ci"))), home: home}.mustOpen(t)
	if got := lastParams(s); !strings.Contains(got, "SerialNumber="+mfaDevice) {
		t.Errorf("AWS was asked %q", got)
	}
}

// TestWhatIsInheritedGoesWithTheFirstRole: AWS hands source identity and
// transitive tags on, and refuses them again.
func TestWhatIsInheritedGoesWithTheFirstRole(t *testing.T) {
	t.Parallel()
	s := world(t)
	job{
		aws: s, job: variables.Job{Repository: "octo/app", Actor: "ann"},
		settings: settings{
			"source": "instance", "role-arn": deployer + "\n" + pusher, "external-id": "secret-handshake,second-handshake", "duration": "15m",
			"session-tags": "repository,actor", "custom-tags": "Team=payments", "transitive-tag-keys": "Repository,Team", "source-identity": "ann", "policy": `{"Statement":[]}`,
		},
	}.mustOpen(t)
	var got []string
	for _, r := range s.Requests() {
		if r.Service == "sts" {
			got = append(got, strings.ReplaceAll(mustUnescape(url.Values(r.Params).Encode()), "&", " "))
		}
	}
	want := []string{
		"ExternalId=secret-handshake RoleArn=" + deployer + " RoleSessionName=awsvars SourceIdentity=ann Tags.member.1.Key=Team Tags.member.1.Value=payments Tags.member.2.Key=Repository Tags.member.2.Value=octo/app TransitiveTagKeys.member.1=Team TransitiveTagKeys.member.2=Repository",
		`DurationSeconds=900 ExternalId=second-handshake Policy={"Statement":[]} RoleArn=` + pusher + " RoleSessionName=awsvars Tags.member.1.Key=Actor Tags.member.1.Value=ann",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestTagsThatAreTooLargeAreDroppedFromTheEnd, those of the job only.
func TestTagsThatAreTooLargeAreDroppedFromTheEnd(t *testing.T) {
	t.Parallel()
	s := world(t)
	long := func(text string) string { return strings.Repeat(text, 240/len(text)) }
	tags := ""
	for i := range 4 {
		tags += fmt.Sprintf("Key%d=%s,", i, randomText(t, 240))
	}
	j := job{
		aws: s, job: variables.Job{Repository: long("octo/app"), Branch: randomText(t, 240), Commit: randomText(t, 200)},
		settings: settings{"source": "instance", "role-arn": reader, "custom-tags": tags, "session-tags": "repository,branch,commit", "transitive-tag-keys": "Commit"},
	}
	_, log := j.mustOpen(t)
	last := lastParams(s)
	if !strings.Contains(log, "Commit left out") || strings.Contains(last, "Commit") || !strings.Contains(last, "Key3") {
		t.Errorf("the log:\n%s\nthe last request: %s", log, last)
	}
	j.settings = j.settings.with(settings{"custom-tags": tags + "Key4=" + randomText(t, 240) + ",Key5=" + randomText(t, 240), "session-tags": ""})
	j.settings["transitive-tag-keys"] = ""
	_, _, err := j.open(t)
	if !strings.Contains(message(s, err), "PackedPolicyTooLarge") || !strings.Contains(message(s, err), "hint: shorten the session policies and tags") {
		t.Error(message(s, err))
	}
}

// TestOptionalTagsAreDroppedFromTheEnd, behind those of the job.
func TestOptionalTagsAreDroppedFromTheEnd(t *testing.T) {
	t.Parallel()
	s := world(t)
	j := job{
		aws: s, job: variables.Job{Branch: randomText(t, 240)},
		settings: settings{"source": "instance", "role-arn": reader, "custom-tags": "Own=" + randomText(t, 240), "session-tags": "branch"},
	}
	j.settings["optional-tags"] = fmt.Sprintf("First=%s,Second=%s,Third=%s", randomText(t, 240), randomText(t, 240), randomText(t, 240))
	j.settings["transitive-tag-keys"] = "First"
	_, log := j.mustOpen(t)
	last := lastParams(s)
	if !strings.Contains(log, "Branch left out") || strings.Contains(last, "Branch") || !strings.Contains(last, "Own") || !strings.Contains(last, "TransitiveTagKeys.member.1=First") {
		t.Errorf("the log:\n%s\nthe last request: %s", log, last)
	}
	j.settings["custom-tags"] = "first=x"
	if _, _, err := j.open(t); err == nil || !strings.Contains(err.Error(), `optional-tags: there are two tags "First"`) {
		t.Error(err)
	}
}
