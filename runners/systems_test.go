package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

func TestBambooGetsTheNamesOfTheDesign(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	delivery := deliver(t, "bamboo", m.Host, stsSet(t), settings(t, nil))
	path := filepath.Join(m.Dir, "awsvars.aws.properties")
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
	wantError(t, open(t, "harness", newMachine(t, map[string]string{"HARNESS_OUTPUT_SECRET_FILE": secrets}).Host).Check(settings(t, nil)), "looking for $HARNESS_OUTPUT_FILE and $DRONE_OUTPUT: neither is set")
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
