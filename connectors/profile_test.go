package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

func TestAProfileIsResolvedToItsStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, config string
		settings     settings
		container    bool
		log          []string
		asked, arn   string
	}{
		{
			name:   "a role by another profile's keys",
			config: "[profile p]\nrole_arn = " + reader + "\nsource_profile = keys\nrole_session_name = mine\n",
			log:    []string{"profile p, source profile keys, keys AKIA", "p: " + reader + " until "},
			asked:  "sts AssumeRole by ci", arn: "arn:aws:sts::111111111111:assumed-role/reader/mine",
		},
		{
			name:   "a role by the instance, then one of the settings",
			config: "[profile p]\nrole_arn = " + deployer + "\ncredential_source = Ec2InstanceMetadata\nexternal_id = secret-handshake\n", settings: settings{"role-arn": pusher, "external-id": "second-handshake"},
			log:   []string{"profile p, instance role agent (IMDSv2)", "p: " + deployer + " until ", "hop 1/1"},
			asked: fromMetadata + "\nsts AssumeRole by agent\nsts AssumeRole by deployer", arn: "arn:aws:sts::333333333333:assumed-role/pusher/awsvars",
		},
		{
			name:   "a profile that names itself",
			config: "[profile p]\nrole_arn = " + reader + "\nsource_profile = p\nKEYS",
			log:    []string{"profile p, source profile p, keys AKIA"},
			asked:  "sts AssumeRole by ci", arn: "arn:aws:sts::111111111111:assumed-role/reader/awsvars",
		},
		{
			name:   "a role beside keys",
			config: "[profile p]\nrole_arn = " + reader + "\nKEYS",
			log:    []string{"profile p, keys AKIA"},
			asked:  "sts AssumeRole by ci", arn: "arn:aws:sts::111111111111:assumed-role/reader/awsvars",
		},
		{
			name:   "two roles",
			config: "[profile p]\nrole_arn = " + pusher + "\nexternal_id = second-handshake\nsource_profile = q\n[profile q]\nrole_arn = " + deployer + "\nexternal_id = secret-handshake\ncredential_source = Ec2InstanceMetadata\nduration_seconds = 900\n",
			log:    []string{"profile p, source profile q, instance role agent", "q: " + deployer, "p: " + pusher},
			asked:  fromMetadata + "\nsts AssumeRole by agent\nsts AssumeRole by deployer", arn: "arn:aws:sts::333333333333:assumed-role/pusher/awsvars",
		},
		{
			name:   "the container",
			config: "[profile p]\nrole_arn = " + reader + "\ncredential_source = EcsContainer\n", container: true,
			log:   []string{"profile p, container role at "},
			asked: "container credentials\nsts AssumeRole by task", arn: "arn:aws:sts::111111111111:assumed-role/reader/awsvars",
		},
		{
			name:   "no source at all",
			config: "[profile p]\nrole_arn = " + reader + "\n",
			log:    []string{"profile p, instance role agent"},
			asked:  fromMetadata + "\nsts AssumeRole by agent", arn: "arn:aws:sts::111111111111:assumed-role/reader/awsvars",
		},
		{
			name:   "a process, then a role",
			config: "[profile p]\nrole_arn = " + reader + "\ncredential_process = PROCESS\n",
			log:    []string{"profile p, credential_process"},
			asked:  "sts AssumeRole by ci", arn: "arn:aws:sts::111111111111:assumed-role/reader/awsvars",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			id, secret := s.StaticKeys("ci")
			e := env{}
			if c.container {
				e = environment(s.ContainerEnv())
			}
			keys := "aws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
			process := `echo '{"Version":1,"AccessKeyId":"` + id + `","SecretAccessKey":"` + secret + `"}'`
			home := files(t, strings.NewReplacer("KEYS", keys, "PROCESS", process).Replace(c.config), "[keys]\n"+keys)
			given := settings{"profile": "p"}
			for name, text := range c.settings {
				given[name] = text
			}
			session, log := job{aws: s, settings: given, env: atHome(e), home: home}.mustOpen(t)
			for _, part := range c.log {
				if !strings.Contains(log, part) {
					t.Errorf("the log does not say %q:\n%s", part, log)
				}
			}
			if diff := cmp.Diff(c.asked, asked(s)); diff != "" {
				t.Errorf("AWS was asked something else:\n%s", diff)
			}
			if identity, err := session.Identity(t.Context()); err != nil || identity.ARN != c.arn {
				t.Errorf("the session is %s, %v, want %s", identity.ARN, err, c.arn)
			}
		})
	}
}

func TestAProfileWithAWebIdentity(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	token, err := s.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(path, []byte(token), 0o600); err != nil {
		t.Fatal(err)
	}
	home := files(t, "[profile p]\nrole_arn = arn:aws:iam::111111111111:role/github\nweb_identity_token_file = "+path+"\nrole_session_name = mine\n", "")
	session, log := job{aws: s, settings: settings{"profile": "p"}, env: atHome(nil), home: home}.mustOpen(t)
	if !strings.Contains(log, "profile p, web identity, role arn:aws:iam::111111111111:role/github") || session.KnownAccount() != "111111111111" {
		t.Errorf("the log says\n%s", log)
	}
	if n := len(s.Requests()); n != 1 {
		t.Errorf("%d requests, want 1", n)
	}
}

func TestAProfileTakesTheInstancesRegion(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	home := files(t, "[profile p]\nrole_arn = "+reader+"\ncredential_source = Ec2InstanceMetadata\n", "")
	session, _ := job{aws: s, settings: settings{"profile": "p"}, env: atHome(env{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}), home: home}.mustOpen(t)
	if session.Config.Region != "eu-west-1" {
		t.Errorf("the region is %q", session.Config.Region)
	}
}

func TestAProfilesRoleThatIsRefused(t *testing.T) {
	t.Parallel()
	const denied = ": access denied: User: " + agentARN + " is not authorized to perform: sts:AssumeRole on resource: "
	const written = "\nwhat the trust policy needs: awsvars policy trust --principal arn:aws:iam::111111111111:role/agent"
	const trust = "\nhint: the role's trust policy must allow arn:aws:iam::111111111111:role/agent to do sts:AssumeRole"
	for _, c := range []struct{ name, lines, want string }{
		{
			"no external ID", "role_arn = " + deployer + "\n",
			`assuming the role of profile "p", ` + deployer + ", as " + agentARN + denied + deployer + trust + `, and so must a policy of the caller itself; if it requires an external ID, profile "p" must have it as external_id` + written,
		},
		{
			"a wrong external ID", "role_arn = " + deployer + "\nexternal_id = Secret-Handshake\n",
			`assuming the role of profile "p", ` + deployer + ", as " + agentARN + denied + deployer + trust + ", and so must a policy of the caller itself; the external ID must be the one that the trust policy names, in the same letter case" + written + " --external-id ID",
		},
		{
			"longer than the role allows", "role_arn = " + reader + "\nduration_seconds = 7200\n",
			`assuming the role of profile "p", ` + reader + ", as " + agentARN + `: ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role.
hint: write duration_seconds = 3600 in profile "p", or raise the role's MaxSessionDuration; AWS allows 1h at most when the caller is itself a session of a role. Asked for: 7200 seconds`,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			home := files(t, "[profile p]\ncredential_source = Ec2InstanceMetadata\n"+c.lines, "")
			_, log, err := job{aws: s, settings: settings{"profile": "p"}, env: atHome(nil), home: home, retries: 5}.open(t)
			compare(t, c.name, c.want, message(s, err))
			if !strings.Contains(log, "profile p, instance role agent") {
				t.Errorf("the log does not say who asked:\n%s", log)
			}
		})
	}
}

func TestAProfileThatSaysTooLittleOrTooMuch(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, config, want string }{
		{"a circle", "[profile p]\nrole_arn = " + reader + "\nsource_profile = q\n[profile q]\nrole_arn = " + reader + "\nsource_profile = p\n", `the profiles name each other as source_profile in a circle: p -> q -> p
hint: one of them must say where credentials come from, by keys or credential_source`},
		{"itself without keys", "[profile p]\nrole_arn = " + reader + "\nsource_profile = p\n", `the profiles name each other as source_profile in a circle: p -> p
hint: one of them must say where credentials come from, by keys or credential_source`},
		{"nobody", "[profile p]\nrole_arn = " + reader + "\nsource_profile = nobody\n", `the AWS configuration files have no profile "nobody", the source_profile of "p"`},
		{"a source without credentials", "[profile p]\nrole_arn = " + reader + "\nsource_profile = q\n[profile q]\nregion = eu-west-1\n", `profile "q" says nothing of credentials`},
		{"no role", "[profile p]\nsource_profile = q\n", `profile "p" has source_profile and no role_arn to assume from there`},
		{"two starts", "[profile p]\nrole_arn = " + reader + "\ncredential_source = Environment\ncredential_process = echo hush\n", `profile "p" has credential_source and credential_process; it can have one of them`},
		{"half a pair", "[profile p]\naws_secret_access_key = hush\n", `FILE:2: aws_secret_access_key of profile "p": there is no aws_access_key_id with it`},
		{"the other half", "[profile p]\naws_access_key_id = hush\n", `FILE:2: aws_access_key_id of profile "p": there is no aws_secret_access_key with it`},
		{"MFA", "[profile p]\nrole_arn = " + reader + "\ncredential_source = Ec2InstanceMetadata\nmfa_serial = arn:aws:iam::1:mfa/me\n", `FILE:4: mfa_serial of profile "p": the role wants the code of an MFA device, and none is given
hint: for jobs take a role whose trust policy does not ask for MFA; somebody with the device sets AWSVARS_MFA_CODE`},
		{"a source that is none", "[profile p]\nrole_arn = " + reader + "\ncredential_source = hush\n", `FILE:3: credential_source of profile "p": write one of Environment, Ec2InstanceMetadata, EcsContainer`},
		{"a role that is none", "[profile p]\nrole_arn = hush\ncredential_source = Environment\n", `FILE:2: role_arn of profile "p": write the whole ARN, arn:aws:iam::ACCOUNT:role/NAME, with an account of 12 digits`},
		{"a session name", "[profile p]\nrole_arn = " + reader + "\ncredential_source = Environment\nrole_session_name = a/b\n", `FILE:4: role_session_name of profile "p": a session name has 2 to 64 letters, digits and _+=,.@-`},
		{"an external ID", "[profile p]\nrole_arn = " + reader + "\ncredential_source = Environment\nexternal_id = a b\n", `FILE:4: external_id of profile "p": an external ID has 2 to 1224 letters, digits and _+=,.@:/-; - stands for none`},
		{"a duration", "[profile p]\nrole_arn = " + reader + "\ncredential_source = Environment\nduration_seconds = 1h\n", `FILE:4: duration_seconds of profile "p": write seconds, 900 to 43200`},
		{"a sign-in with a role", "[profile p]\nrole_arn = " + reader + "\nsso_session = mine\n", `profile "p" has a role_arn beside its sign-in
hint: move the sign-in to a profile of its own, and name that one by source_profile`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, simulator.Options{})
			home := files(t, c.config, "")
			_, _, err := job{aws: s, settings: settings{"profile": "p"}, env: atHome(nil), home: home}.open(t)
			compare(t, c.name, `reading profile "p": `+strings.ReplaceAll(c.want, "FILE", filepath.Join(home, ".aws", "config")), message(s, err))
			if got := asked(s); got != "" {
				t.Errorf("AWS was asked all the same:\n%s", got)
			}
		})
	}
}

// TestAutoStopsAtAProfileThatIsSetUp: the instance's role is somebody else
// than who the profile names.
func TestAutoStopsAtAProfileThatIsSetUp(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	home := files(t, "[default]\nrole_arn = "+reader+"\ncredential_source = Environment\n", "")
	_, _, err := job{aws: s, env: atHome(nil), home: home}.open(t)
	compare(t, "auto", `getting credentials of profile "default": reading keys from the environment: AWS_ACCESS_KEY_ID is not set`, message(s, err))
	if got := asked(s); got != "" {
		t.Errorf("AWS was asked all the same:\n%s", got)
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	broken := files(t, "[default]\nregion = eu-central-1\n[oops\n", "")
	const problem = "/.aws/config:3: write a section as [name], with nothing but a comment behind it"
	for _, source := range []string{"auto", "profile"} {
		_, _, err := job{aws: s, settings: settings{"source": source}, env: atHome(nil), home: broken}.open(t)
		compare(t, source, "reading the AWS configuration files: "+broken+problem, message(s, err))
	}
	if _, _, err := (job{aws: s, settings: settings{"source": "instance"}, env: atHome(nil), home: broken}).open(t); err != nil {
		t.Errorf("a source that needs no file fails: %v", err)
	}
	folder := t.TempDir()
	if err := os.MkdirAll(filepath.Join(folder, ".aws", "credentials"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, log, err := (job{aws: s, env: atHome(nil), home: folder}).open(t); err != nil || !strings.Contains(log, "instance role agent") {
		t.Errorf("auto does not go on past a file that is not for it: %v\n%s", err, log)
	}
	_, _, err := job{aws: s, settings: settings{"source": "profile"}, env: atHome(nil), home: folder}.open(t)
	compare(t, "a folder", "reading the AWS configuration files: read "+folder+"/.aws/credentials: is a directory", message(s, err))
}

// TestTheProfilesEndpointsCount: the environment wins, then the service's own
// URL, then the one for all.
func TestTheProfilesEndpointsCount(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	url, _ := s.Lookup("AWS_ENDPOINT_URL_STS")
	for name, config := range map[string]string{
		"service":                         "endpoint_url = http://127.0.0.1:1\nservices = mine\n[services mine]\nsts =\n  endpoint_url = " + url + "\n",
		"all":                             "endpoint_url = " + url + "\n",
		"the environment does not ignore": "endpoint_url = http://127.0.0.1:1\nignore_configured_endpoint_urls = true\n",
	} {
		e := env{"AWS_ENDPOINT_URL_STS": "", "AWS_ENDPOINT_URL": ""}
		if name == "the environment does not ignore" {
			e = env{"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}
		}
		home := files(t, "[profile p]\nrole_arn = "+reader+"\ncredential_source = Ec2InstanceMetadata\n"+config, "")
		_, _, err := job{aws: s, settings: settings{"profile": "p"}, env: atHome(e), home: home}.open(t)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}
