package runners

import (
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

func deliver(t testing.TB, runner string, h Host, set *variables.Set, v variables.Values) Delivery {
	t.Helper()
	r := open(t, runner, h)
	if err := r.Check(v); err != nil {
		t.Fatal(err)
	}
	delivery, err := r.Deliver(set, v)
	if err != nil {
		t.Fatal(err)
	}
	return delivery
}

func TestNamesFollowTheSettings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		given map[string]string
		want  string
	}{
		{map[string]string{"standard-names": "false"}, "export custom_aws_accessKeyId='" + fakeKey + "'\nexport custom_aws_secretAccessKey_password='" + fakeSecret + "'\nexport custom_aws_region='eu-west-1'\n"},
		{map[string]string{"format": "docker", "prefix": "bamboo_", "upper-case": "true"}, "BAMBOO_CUSTOM_AWS_REGION=eu-west-1\nAWS_ACCESS_KEY_ID=" + fakeKey + "\n"},
		{map[string]string{"format": "json"}, "{\n  \"custom.aws.accessKeyId\": \"" + fakeKey + "\",\n"},
		{map[string]string{"format": "properties"}, "custom.aws.accessKeyId=" + fakeKey + "\ncustom.aws.secretAccessKey.password=" + fakeSecret + "\ncustom.aws.region=eu-west-1\n"},
		{map[string]string{"format": "powershell"}, "$env:AWS_REGION = 'eu-west-1'\n"},
		{map[string]string{"format": "cmd"}, "set \"AWS_REGION=eu-west-1\"\r\n"},
		{map[string]string{"format": "fish"}, "set -gx AWS_REGION 'eu-west-1'\n"},
		{map[string]string{"format": "dotenv"}, "AWS_REGION='eu-west-1'\n"},
	} {
		m := newMachine(t, nil)
		deliver(t, "envfile", m.Host, stsSet(t), settings(t, c.given))
		if !strings.Contains(m.out.String(), c.want) || strings.Contains(m.out.String(), "222222222222") {
			t.Errorf("%v:\n%s", c.given, m.out.String())
		}
	}
}

func TestTwoVariablesUnderOneNameAreRefused(t *testing.T) {
	t.Parallel()
	set := variables.NewSet("custom")
	for _, name := range []string{"a.b", "a-B"} {
		if err := set.Add(name, variables.NewSecret("x")); err != nil {
			t.Fatal(err)
		}
	}
	for format, clash := range map[string]bool{"shell": false, "json": false, "cmd": true, "powershell": true} {
		_, err := open(t, "envfile", newMachine(t, nil).Host).Deliver(set, settings(t, map[string]string{"format": format}))
		if clash {
			wantError(t, err, "naming custom.a-B: custom.a.b would be called custom_a_B too")
		} else if err != nil {
			t.Errorf("%s: %v", format, err)
		}
	}
	_, err := open(t, "envfile", newMachine(t, nil).Host).Deliver(set, settings(t, map[string]string{"upper-case": "true"}))
	wantError(t, err, "would be called CUSTOM_A_B too")
}

func TestDottedFormatsTakeNoPrefix(t *testing.T) {
	t.Parallel()
	v := settings(t, map[string]string{"format": "json", "prefix": "x_", "upper-case": "true"})
	wantError(t, open(t, "envfile", newMachine(t, nil).Host).Check(v), "2 settings are wrong", "prefix: the format json keeps the dotted names")
}

func TestTerminalShowsNoSecret(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"", "shell", "json"} {
		m := newMachine(t, nil)
		m.Terminal = true
		v := settings(t, map[string]string{"format": format})
		delivery := deliver(t, "envfile", m.Host, stsSet(t), v)
		if strings.Contains(m.out.String(), fakeSecret) || !strings.Contains(m.out.String(), variables.Masked) || !strings.Contains(m.out.String(), "eu-west-1") {
			t.Errorf("%s\n%s", delivery.Text, m.out.String())
		}
	}
	m := newMachine(t, nil)
	m.Terminal = true
	deliver(t, "envfile", m.Host, setOf(t, "\x1b[2J", "é"), settings(t, nil))
	if want := "custom.v0  \"\\x1b[2J\"\ncustom.v1  é\n"; m.out.String() != want {
		t.Errorf("%q", m.out.String())
	}
}

// TestLogGetsNoSecretsByMistake: without a format a step of a CI job most
// likely has its log on stdout.
func TestLogGetsNoSecretsByMistake(t *testing.T) {
	t.Parallel()
	for _, s := range systems() {
		value := s.value
		if value == "" {
			value = "1"
		}
		m := newMachine(t, map[string]string{s.sign: value})
		check := func(given map[string]string) error { return open(t, "envfile", m.Host).Check(settings(t, given)) }
		wantError(t, check(nil), "format: not given: stdout may be the log of this job ("+s.name+"); add --format shell if a program reads it, or --output FILE")
		for _, given := range []map[string]string{{"format": "shell"}, {"output": "aws.env"}} {
			if err := check(given); err != nil {
				t.Errorf("%s, %v: %v", s.name, given, err)
			}
		}
		m.Terminal = true
		if err := check(nil); err != nil {
			t.Errorf("%s, on a terminal: %v", s.name, err)
		}
	}
	if err := open(t, "envfile", newMachine(t, nil).Host).Check(settings(t, nil)); err != nil {
		t.Errorf("outside of CI: %v", err)
	}
}

func TestEnvfileMasksOnGitHubOverStderr(t *testing.T) {
	t.Parallel()
	s := newStep(t, nil)
	if err := open(t, "envfile", s.Host).Mask(stsSet(t).Secrets()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(s.log.String(), "::add-mask::"+fakeSecret+"\n") || s.out.Len() > 0 {
		t.Errorf("stderr %q, stdout %q", s.log.String(), s.out.String())
	}
	m := newMachine(t, nil)
	if err := open(t, "envfile", m.Host).Mask(stsSet(t).Secrets()); err != nil || m.log.Len() > 0 {
		t.Errorf("masks elsewhere: %q, %v", m.log.String(), err)
	}
}
