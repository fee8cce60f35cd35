package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

const fromMetadata = "imds token\nimds role\nimds credentials"

func TestEverySourceIsAskedAloneAndNamed(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	id, secret := s.StaticKeys("ci")
	keys := "\n[default]\naws_access_key_id = " + id + "\naws_secret_access_key = " + secret + "\n"
	process := "[profile run]\ncredential_process = echo {\\\"Version\\\":1,\\\"AccessKeyId\\\":\\\"" + id + "\\\",\\\"SecretAccessKey\\\":\\\"" + secret + "\\\"}\n"
	for _, c := range []struct {
		name        string
		settings    settings
		env         env
		home        string
		log, asking string
	}{
		{name: "instance", settings: settings{"source": "instance"}, log: "instance role agent (IMDSv2)", asking: fromMetadata},
		{name: "auto without anything is the instance", log: "instance role agent (IMDSv2)", asking: fromMetadata},
		{name: "instance in spite of keys in the environment", settings: settings{"source": "instance"}, env: environment(s.UserEnv("ci")), log: "instance role agent (IMDSv2)", asking: fromMetadata},
		{name: "environment", settings: settings{"source": "environment"}, env: environment(s.UserEnv("ci")), log: "environment, keys " + id},
		{name: "auto takes the environment first", env: environment(s.UserEnv("ci"), s.ContainerEnv()), home: files(t, "", keys), log: "environment, keys " + id},
		{name: "older names of the SDKs", settings: settings{"source": "environment"}, env: env{"AWS_ACCESS_KEY": id, "AWS_SECRET_KEY": secret}, log: "environment, keys " + id},
		{name: "static", settings: settings{"access-key-id": id, "secret-access-key": secret}, env: environment(s.ContainerEnv()), log: "static keys " + id},
		{name: "container", settings: settings{"source": "container"}, env: environment(s.ContainerEnv()), log: "container role at ", asking: "container credentials"},
		{name: "auto takes the container before the instance", env: environment(s.ContainerEnv()), log: "container role at ", asking: "container credentials"},
		{name: "profile", settings: settings{"source": "profile"}, home: files(t, "", keys), log: "profile default, keys " + id},
		{name: "a given profile is the source", settings: settings{"profile": "other"}, home: files(t, strings.Replace(keys, "default", "profile other", 1), ""), log: "profile other, keys " + id},
		{name: "AWS_PROFILE names it", env: env{"AWS_PROFILE": "other"}, home: files(t, strings.Replace(keys, "default", "profile other", 1), ""), log: "profile other, keys " + id},
		{name: "a process", settings: settings{"profile": "run"}, home: files(t, process, ""), log: "profile run"},
		{name: "auto takes the profile before the container", env: environment(s.ContainerEnv()), home: files(t, "", keys), log: "profile default, keys " + id},
		{name: "a profile without credentials leads on", home: files(t, "[default]\nregion = eu-central-1\n", ""), log: "instance role agent (IMDSv2)", asking: fromMetadata},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			own := start(t, simulator.Options{})
			if strings.Contains(c.asking, "container") {
				// The token belongs to this simulator.
				for name, text := range environment(own.ContainerEnv()) {
					c.env[name] = text
				}
			}
			session, log := job{aws: own, settings: c.settings, env: atHome(c.env), home: c.home}.mustOpen(t)
			if !strings.Contains(log, c.log) {
				t.Errorf("the log does not say %q:\n%s", c.log, log)
			}
			if diff := cmp.Diff(c.asking, asked(own)); diff != "" {
				t.Errorf("AWS was asked something else:\n%s", diff)
			}
			if session.AccessKeyID == "" || session.SecretAccessKey.Empty() {
				t.Error("there are no keys")
			}
		})
	}
}

func TestWhoTheSourceIsNeedsNoCallButIsTrue(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	session, _ := job{aws: s, settings: settings{"source": "instance"}}.mustOpen(t)
	identity, err := session.Identity(t.Context())
	if err != nil || identity.ARN != agentARN || identity.Account != "111111111111" || identity.UserID == "" {
		t.Errorf("the instance is %+v, %v", identity, err)
	}
	if _, err := session.Identity(t.Context()); err != nil {
		t.Error(err)
	}
	if got, want := asked(s), fromMetadata+"\nsts GetCallerIdentity by agent"; got != want {
		t.Errorf("AWS was asked:\n%s\nwant:\n%s", got, want)
	}
}

func TestTheInstanceKnowsItsRegion(t *testing.T) {
	t.Parallel()
	for _, source := range []string{"auto", "instance"} {
		s := start(t, simulator.Options{})
		session, _ := job{aws: s, settings: settings{"source": source}, env: env{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}}.mustOpen(t)
		if session.Config.Region != "eu-west-1" {
			t.Errorf("%s: the region is %q", source, session.Config.Region)
		}
		if got, want := asked(s), fromMetadata+"\nimds region"; got != want {
			t.Errorf("AWS was asked:\n%s\nwant:\n%s", got, want)
		}
	}
}

func TestTheRegionComesFromTheFirstThatSaysIt(t *testing.T) {
	t.Parallel()
	home := files(t, "[default]\nregion = eu-central-1\n[profile p]\nregion = eu-central-2\n", "")
	for _, c := range []struct {
		settings settings
		env      env
		want     string
	}{
		{settings{"region": "us-east-2"}, env{"AWS_REGION": "us-west-2"}, "us-east-2"},
		{settings{}, env{"AWS_REGION": "us-west-2", "AWS_DEFAULT_REGION": "us-west-1"}, "us-west-2"},
		{settings{}, env{"AWS_REGION": "", "AWS_DEFAULT_REGION": "us-west-1"}, "us-west-1"},
		{settings{}, env{"AWS_REGION": "", "AWS_DEFAULT_REGION": ""}, "eu-central-1"},
		{settings{}, env{"AWS_REGION": "", "AWS_DEFAULT_REGION": "", "AWS_PROFILE": "p"}, "eu-central-2"},
	} {
		s := start(t, simulator.Options{})
		c.settings["source"] = "instance"
		session, _ := job{aws: s, settings: c.settings, env: atHome(c.env), home: home}.mustOpen(t)
		if session.Config.Region != c.want {
			t.Errorf("%v %v: the region is %q, want %q", c.settings, c.env, session.Config.Region, c.want)
		}
	}
}

func TestVersionOneOfMetadataMustBeAskedFor(t *testing.T) {
	t.Parallel()
	// A service that does not give out tokens is played by a fault, since the
	// simulator always knows version 2.
	s := world(t, "imds-v1: false", "imds-v1: true")
	s.Inject(simulator.Fault{Service: "imds", Call: "token", Kind: "denied"})
	_, log := job{aws: s, settings: settings{"source": "instance", "imds-v1": "true"}}.mustOpen(t)
	if !strings.Contains(log, "IMDSv1 allowed") {
		t.Errorf("the log does not say that version 1 is allowed:\n%s", log)
	}
}

func TestAutoTakesThePodsIdentityBeforeTheNodes(t *testing.T) {
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
	pod := env{"AWS_WEB_IDENTITY_TOKEN_FILE": path, "AWS_ROLE_ARN": "arn:aws:iam::111111111111:role/github"}
	_, log := job{aws: s, env: pod}.mustOpen(t)
	if !strings.Contains(log, "web identity, role arn:aws:iam::111111111111:role/github") {
		t.Errorf("the log says\n%s", log)
	}
	if got := asked(s); got != "sts AssumeRoleWithWebIdentity" && !strings.HasPrefix(got, "sts AssumeRoleWithWebIdentity by") {
		t.Errorf("AWS was asked:\n%s", got)
	}
}
