package runners

import (
	"os"
	"path/filepath"
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

func TestBambooGetsTheNamesOfTheDesign(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	delivery := deliver(t, "bamboo", m.Host, stsSet(t), settings(t, nil))
	path := filepath.Join(m.Dir, "awsvars.properties")
	if want := "aws.accessKeyId=" + fakeKey + "\naws.secretAccessKey.password=" + fakeSecret + "\naws.region=eu-west-1\n"; readText(t, path) != want {
		t.Errorf("%s", readText(t, path))
	}
	if want := "3 variables to " + path + "; inject them with namespace custom"; delivery.Text != want {
		t.Errorf("%s", delivery.Text)
	}
	set := variables.NewSet("team.aws")
	if err := set.Add("x", variables.NewSecret("y")); err != nil {
		t.Fatal(err)
	}
	delivery = deliver(t, "bamboo", m.Host, set, settings(t, map[string]string{"output": "sub.properties"}))
	if readText(t, filepath.Join(m.Dir, "sub.properties")) != "aws.x=y\n" || !strings.HasSuffix(delivery.Text, "namespace team") {
		t.Errorf("%s", delivery.Text)
	}
	for _, value := range []string{`a\b`, " a", "a ", "a\nb", "é", "\t"} {
		_, err := open(t, "bamboo", m.Host).Deliver(setOf(t, value), settings(t, nil))
		wantError(t, err, "writing custom.v0 for Bamboo: the value ", "these formats carry it: shell")
	}
	wantError(t, open(t, "bamboo", m.Host).Check(settings(t, map[string]string{"format": "json"})), "format \"json\": the runner bamboo writes properties")
	wantError(t, open(t, "bamboo", m.Host).Check(settings(t, map[string]string{"prefix": "x"})), "prefix: the runner bamboo")
}

func TestHarnessSplitsSecretsFromTheRest(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	secrets, rest := filepath.Join(dir, "secrets"), filepath.Join(dir, "rest")
	if err := os.WriteFile(rest, []byte("BEFORE=1"), 0o644); err != nil {
		t.Fatal(err)
	}
	m := newMachine(t, map[string]string{"HARNESS_OUTPUT_SECRET_FILE": secrets, "HARNESS_OUTPUT_FILE": rest})
	delivery := deliver(t, "harness", m.Host, stsSet(t), settings(t, map[string]string{"upper-case": "true"}))
	if want := "CUSTOM_AWS_SECRETACCESSKEY_PASSWORD=" + fakeSecret + "\n"; readText(t, secrets) != want {
		t.Errorf("secrets: %s", readText(t, secrets))
	}
	if want := "BEFORE=1\nCUSTOM_AWS_ACCESSKEYID=" + fakeKey + "\nCUSTOM_AWS_REGION=eu-west-1\n"; readText(t, rest) != want {
		t.Errorf("rest: %s", readText(t, rest))
	}
	if delivery.Text != "3 output variables of the step" {
		t.Error(delivery.Text)
	}
	_, err := open(t, "harness", m.Host).Deliver(setOf(t, "fine", "a\nb"), settings(t, nil))
	wantError(t, err, "handing custom.v1 on to Harness: the value has a line break", "these formats carry it")
	if strings.Contains(readText(t, rest), "fine") {
		t.Error("something was written")
	}
	wantError(t, open(t, "harness", newMachine(t, map[string]string{"DRONE_OUTPUT": rest}).Host).Check(settings(t, nil)), "looking for $HARNESS_OUTPUT_SECRET_FILE: it is not set")
	wantError(t, open(t, "harness", m.Host).Check(settings(t, map[string]string{"format": "json"})), "choose the runner envfile")
}

func TestHarnessLinesMeanTheSameToBothReaders(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": "", fakeSecret: fakeSecret, `{"a":"b"}`: `{"a":"b"}`, "a#b": "'a#b'", "$X": "'$X'", " a": "' a'", `a\b`: `a\b`, "it's": "it's", "a=b: c": "a=b: c",
		`'a'`: "refused", `"a`: "refused", `a'#`: "refused", `a\$`: "refused", "a\nb": "refused", "\xff": "refused", strings.Repeat("x", 64*1024): "refused",
	} {
		line, err := harnessLine("K", value)
		if err != nil {
			line = "K=refused\n"
		}
		if line != "K="+want+"\n" {
			t.Errorf("%.100q is written as %.100q", value, line)
		}
	}
}
