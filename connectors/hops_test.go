package connectors_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// chainWorld has five roles behind the instance's, each in an account of its
// own, which trusts the one before and asks for an external ID of its own.
func chainWorld(t *testing.T) *simulator.Simulator {
	t.Helper()
	text, before := simulator.BuiltIn(), "arn:aws:iam::111111111111:role/agent"
	for i := 1; i <= 5; i++ {
		text += fmt.Sprintf("  \"55555555555%d\":\n    roles:\n      hop:\n        max-session-duration: 12h\n        trust:\n          - principal: %s\n            external-id: id-of-%d\n", i, before, i)
		before = hopRole(i)
	}
	config, err := simulator.ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, simulator.Options{Config: config})
}

func hopRole(i int) string { return fmt.Sprintf("arn:aws:iam::55555555555%d:role/hop", i) }

// chainOf are the settings for n roles, with an ID for each.
func chainOf(n int, id func(i int) string) settings {
	var roles, ids []string
	for i := 1; i <= n; i++ {
		roles, ids = append(roles, hopRole(i)), append(ids, id(i))
	}
	return settings{"source": "instance", "role-arn": strings.Join(roles, "\n"), "external-id": strings.Join(ids, ",")}
}

func idOf(i int) string { return fmt.Sprintf("id-of-%d", i) }

func TestChainsOfOneToFiveRoles(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 5; n++ {
		s := chainWorld(t)
		session, log := job{aws: s, settings: chainOf(n, idOf)}.mustOpen(t)
		if want := fmt.Sprintf("55555555555%d", n); session.KnownAccount() != want {
			t.Errorf("%d roles end in account %s, want %s", n, session.KnownAccount(), want)
		}
		if got := strings.Count(asked(s), "sts AssumeRole"); got != n || !strings.Contains(log, fmt.Sprintf("hop %d/%d", n, n)) {
			t.Errorf("%d roles took %d calls\n%s", n, got, log)
		}
	}
}

// TestARefusedHopIsNamed: whichever of five it is, and why.
func TestARefusedHopIsNamed(t *testing.T) {
	t.Parallel()
	for bad := 1; bad <= 5; bad++ {
		step := fmt.Sprintf("assuming role %d of 5, %s, as ", bad, hopRole(bad))
		for name, c := range map[string]struct {
			settings settings
			want     string
		}{
			"a wrong external ID": {
				chainOf(5, func(i int) string { return map[bool]string{true: "wrong", false: idOf(i)}[i == bad] }),
				"the external ID must be the one that the trust policy names, in the same letter case",
			},
			"no external ID": {
				chainOf(5, func(i int) string { return map[bool]string{true: "-", false: idOf(i)}[i == bad] }),
				fmt.Sprintf("if it requires an external ID, give one for hop %d: --external-id ID-OF-HOP-1,", bad),
			},
			"no trust": {
				chainOf(5, idOf).with(settings{"role-arn": strings.Replace(chainOf(5, idOf)["role-arn"], hopRole(bad), fmt.Sprintf("arn:aws:iam::55555555555%d:role/other", bad), 1)}),
				"the role's trust policy must allow ",
			},
		} {
			s := chainWorld(t)
			_, _, err := job{aws: s, settings: c.settings}.open(t)
			got := message(s, err)
			if !strings.HasPrefix(strings.Replace(got, "role/other", "role/hop", 1), step) || !strings.Contains(got, c.want) {
				t.Errorf("hop %d, %s: %s", bad, name, got)
			}
			if calls := strings.Count(asked(s), "sts AssumeRole"); calls != bad {
				t.Errorf("hop %d, %s: %d calls of AssumeRole", bad, name, calls)
			}
		}
	}
	s := chainWorld(t)
	_, _, err := job{aws: s, settings: chainOf(5, idOf).with(settings{"duration": "2h"})}.open(t)
	if got := message(s, err); !strings.Contains(got, `duration "2h": 15m to 12h for an assumed role, and 1h at most for hop 5 of a chain`) || asked(s) != "" {
		t.Errorf("a too long duration: %s\n%s", got, asked(s))
	}
	s = chainWorld(t)
	_, _, err = job{aws: s, settings: chainOf(1, idOf).with(settings{"duration": "12h", "role-arn": reader, "external-id": ""})}.open(t)
	if got := message(s, err); !strings.HasPrefix(got, "assuming role 1 of 1, "+reader) || !strings.Contains(got, "Asked for: 43200 seconds") {
		t.Errorf("longer than the role allows: %s", got)
	}
}

// TestANameIsARoleOfTheCallersAccount, in the caller's partition, and later in
// the account of the role before.
func TestANameIsARoleOfTheCallersAccount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		replace []string
		region  string
		role    string
		want    string
	}{
		{nil, "eu-west-1", "reader", reader},
		{[]string{"region: eu-west-1", "region: cn-north-1", "arn:aws:", "arn:aws-cn:"}, "cn-north-1", "reader", "arn:aws-cn:iam::111111111111:role/reader"},
		{[]string{"region: eu-west-1", "region: us-gov-west-1", "arn:aws:", "arn:aws-us-gov:"}, "us-gov-west-1", "reader", "arn:aws-us-gov:iam::111111111111:role/reader"},
		{[]string{"      reader:\n", "      reader:\n        path: /ci/\n"}, "eu-west-1", "ci/reader", "arn:aws:iam::111111111111:role/ci/reader"},
	} {
		s := world(t, c.replace...)
		_, log := job{aws: s, settings: settings{"source": "instance", "role-arn": c.role, "region": c.region}}.mustOpen(t)
		if !strings.Contains(log, c.want+" until ") {
			t.Errorf("%s in %s: the log does not say %s\n%s", c.role, c.region, c.want, log)
		}
	}
	s := world(t, "      deployer:\n", "      second:\n        trust:\n          - principal: "+deployer+"\n      deployer:\n")
	_, log := job{aws: s, settings: settings{"source": "instance", "role-arn": deployer + "\nsecond", "external-id": "secret-handshake,-"}}.mustOpen(t)
	if !strings.Contains(log, "arn:aws:iam::222222222222:role/second until ") || strings.Contains(asked(s), "GetCallerIdentity") {
		t.Errorf("%s\n%s", log, asked(s))
	}
}

// TestASecretKeyWithoutSpecialCharacters: AWS is asked again, at the last step
// only and not for ever.
func TestASecretKeyWithoutSpecialCharacters(t *testing.T) {
	t.Parallel()
	// Every third key is plain.
	var made atomic.Int64
	s := start(t, simulator.Options{SecretKey: func() string {
		n := made.Add(1)
		return fmt.Sprintf("%039d", n) + map[bool]string{true: "a", false: "/"}[n%3 == 0]
	}})
	id, secret := s.StaticKeys("ci")
	user := settings{"access-key-id": id, "secret-access-key": secret}
	for _, given := range []settings{
		{"source": "instance", "role-arn": reader},
		user.with(settings{"role-arn": "reader"}),
		user.with(settings{"principal-type": "session-token"}),
		user.with(settings{"principal-type": "federated-user", "omit-policy": "true"}),
		{"source": "web-identity", "role-arn": gitHubRole},
	} {
		session, log := job{aws: s, settings: given.with(settings{"special-characters-workaround": "true"}), env: gitHub(s)}.mustOpen(t)
		if secret := session.SecretAccessKey.Open(); strings.ContainsAny(secret, "+/=") || len(secret) != 40 {
			t.Errorf("the secret key has special characters\n%s", log)
		}
	}
	if again := made.Load(); again < 10 {
		t.Errorf("AWS made %d keys only", again)
	}
	_, _, err := job{aws: s, settings: settings{"source": "instance", "special-characters-workaround": "true"}}.open(t)
	if want := "special-characters-workaround: credentials that are handed on as they are cannot be asked for again"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
	_, _, err = job{aws: start(t, simulator.Options{}), settings: settings{"special-characters-workaround": "true"}}.open(t)
	if err == nil || !strings.Contains(err.Error(), "these credentials are handed on as they are") {
		t.Error(err)
	}
	_, _, err = job{aws: s, settings: user.with(settings{"role-arn": reader, "special-characters-workaround": "true", "mfa-serial": mfaDevice, "mfa-code": "123456"})}.open(t)
	if err == nil || !strings.Contains(err.Error(), "an MFA code is good once") {
		t.Error(err)
	}
	always := start(t, simulator.Options{SecretKey: func() string { return strings.Repeat("a+", 20) }})
	_, _, err = job{aws: always, settings: settings{"source": "instance", "role-arn": reader, "special-characters-workaround": "true"}}.open(t)
	if err == nil || !strings.Contains(err.Error(), "AWS was asked 40 times") || strings.Count(asked(always), "sts AssumeRole") != 40 || strings.Contains(asked(always), "GetCallerIdentity") {
		t.Error(err)
	}
}

// TestWhatIsIgnoredIsNamed: people look for it when they wonder who they are.
func TestWhatIsIgnoredIsNamed(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	keys := environment(s.UserEnv("ci"))
	for _, c := range []struct {
		name     string
		settings settings
		env      env
		home     string
		want     string
	}{
		{"a profile", settings{"source": "instance"}, env{"AWS_PROFILE": "p"}, "", "AWS_PROFILE in this job's environment: the source is instance"},
		{"half a pair", settings{"source": "instance"}, env{"AWS_SECRET_ACCESS_KEY": "x"}, "", "AWS_SECRET_ACCESS_KEY in this job's environment: the source is instance"},
		{"keys", settings{"source": "instance"}, keys, "", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY in this job's environment"},
		{"keys before a profile", nil, environment(s.UserEnv("ci"), []string{"AWS_PROFILE=p"}), "", "AWS_PROFILE in this job's environment: the source is environment"},
		{"half a web identity", settings{"source": "environment"}, environment(s.UserEnv("ci"), []string{"AWS_ROLE_ARN=" + reader}), "", "AWS_ROLE_ARN in this job's environment: the source is environment"},
		{"another profile", settings{"profile": "p"}, atHome(env{"AWS_PROFILE": "q"}), files(t, "[profile p]\ncredential_source = Ec2InstanceMetadata\nrole_arn = "+reader, ""), "AWS_PROFILE in this job's environment: the source is profile"},
		{"the keys of a profile", settings{"profile": "p"}, atHome(environment(s.UserEnv("ci"))), files(t, "[profile p]\ncredential_source = Environment\nrole_arn = "+reader, ""), ""},
		{"nothing", settings{"source": "instance"}, nil, "", ""},
	} {
		_, log := job{aws: s, settings: c.settings, env: c.env, home: c.home}.mustOpen(t)
		if !strings.Contains(log, c.want) || c.want == "" && strings.Contains(log, "msg=ignored") {
			t.Errorf("%s: the log does not say %q:\n%s", c.name, c.want, log)
		}
	}
}

// TestEarlierCredentialsCanBeUnset: those that an earlier step left.
func TestEarlierCredentialsCanBeUnset(t *testing.T) {
	t.Parallel()
	s := start(t, simulator.Options{})
	stale := env{"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SECRET_ACCESS_KEY": "x", "AWS_SESSION_TOKEN": "y", "AWS_PROFILE": "nobody"}
	_, log := job{aws: s, settings: settings{"unset-current-credentials": "true", "role-arn": reader}, env: stale}.mustOpen(t)
	if !strings.Contains(log, "instance role agent") {
		t.Error(log)
	}
	_, _, err := job{aws: s, settings: settings{"unset-current-credentials": "true", "source": "environment"}, env: stale}.open(t)
	if want := "unset-current-credentials: the source is environment, which would have nothing left"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("%v, want %s", err, want)
	}
}
