package dropins

import (
	"fmt"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// given is a pipeline's: inputs and variables, K=V each; a variable is written
// in upper case.
func given(task string, pairs ...string) Given {
	inputs, environment := map[string]string{}, map[string]string{}
	for _, pair := range pairs {
		name, text, _ := strings.Cut(pair, "=")
		if name == strings.ToUpper(name) {
			environment[name] = text
		} else {
			inputs[name] = text
		}
	}
	return Given{
		Task: task,
		Input: func(name string) (variables.Input, bool) {
			text, ok := inputs[name]
			return variables.Input{Text: variables.NewSecret(text), Origin: variables.InputName(name)}, ok
		},
		Lookup: func(name string) (string, bool) { text, ok := environment[name]; return text, ok },
	}
}

// TestWhoseInputs: the tool is told by its own words; awsvars' own words go
// before them, and a script is never another tool's.
func TestWhoseInputs(t *testing.T) {
	t.Parallel()
	const configure, login, none = "configure-aws-credentials", "amazon-ecr-login", ""
	for _, c := range []struct {
		want, runner, task string
		pairs              []string
	}{
		{configure, "github", "sts", []string{"task=sts", "aws-region=eu-west-1"}},
		{configure, "github", "sts", []string{"task=sts", "role-to-assume=r", "audience=a", "add-caller-identity=true", "log-level=debug"}},
		{configure, "github", "sts", []string{"task=sts", "ROLE_TO_ASSUME=r"}},
		{configure, "github", "sts", []string{"task=sts", "role-to-assume=r", "AWSVARS_LOG_LEVEL=debug"}},
		{none, "github", "sts", []string{"task=sts", "AWS_REGION=eu-west-1", "NO_PROXY=x"}},
		{none, "github", "sts", []string{"task=sts"}},
		{none, "github", "sts", []string{"aws-region=eu-west-1"}},
		{none, "github", "sts", []string{"ROLE_TO_ASSUME=r"}},
		{none, "github", "sts", []string{"task=sts", "aws-region=eu-west-1", "source=instance"}},
		{none, "github", "sts", []string{"task=sts", "role-to-assume=r", "connector=deploy"}},
		{none, "github", "sts", []string{"task=sts", "role-to-assume=r", "AWSVARS_SOURCE=instance"}},
		{none, "github", "sts", []string{"task=sts", "role-session-name=x", "allowed-account-ids=1"}},
		{none, "github", "ecr", []string{"task=ecr", "aws-region=eu-west-1"}},
		{none, "drone", "sts", []string{"task=sts", "aws-region=eu-west-1"}},
		{none, "envfile", "sts", []string{"task=sts", "aws-region=eu-west-1"}},
		{login, "github", "login", []string{"task=login"}},
		{login, "github", "login", []string{"task=login", "registries=1", "private=true", "AWS_REGION=eu-west-1"}},
		{login, "github", "login", []string{"task=login", "ROLE_TO_ASSUME=r"}},
		{none, "github", "login", []string{"task=login", "allowed-account-ids=1"}},
		{none, "github", "login", nil},
		{none, "github", "login", []string{"task=login", "registry=1"}},
		{none, "github", "login", []string{"task=login", "region=eu-west-1"}},
		{none, "github", "login", []string{"task=login", "role-to-assume=r", "aws-region=eu-west-1"}},
		{none, "github", "login", []string{"task=login", "AWSVARS_ROLE_ARN=r"}},
	} {
		got := none
		if tool := Translate(c.runner, given(c.task, c.pairs...)).Tool; tool != nil {
			got = tool.Name
		}
		if got != c.want {
			t.Errorf("%s %s %v: %q, want %q", c.runner, c.task, c.pairs, got, c.want)
		}
	}
}

// TestInputsOfNobody: an input that only another tool has must not be without
// effect in a pipeline that is not its own.
func TestInputsOfNobody(t *testing.T) {
	t.Parallel()
	for _, pairs := range [][]string{
		{"task=sts", "source=instance", "role-chaining=true"},
		{"task=ecr", "role-skip-session-tagging=true"},
		{"task=sts", "aws-region=eu-west-1", "mask-password=false"},
		{"task=login", "registry=1", "registry-type=public"},
	} {
		name, _, _ := strings.Cut(pairs[len(pairs)-1], "=")
		task := strings.TrimPrefix(pairs[0], "task=")
		found := Translate("github", given(task, pairs...))
		if len(found.Faults) != 1 || found.Faults[0].Setting != name {
			t.Errorf("%v: %v", pairs, found.Faults)
		}
		if elsewhere := Translate("drone", given(task, pairs...)); len(elsewhere.Faults) > 0 {
			t.Errorf("%v in drone: %v", pairs, elsewhere.Faults)
		}
	}
}

// TestWordsOfBoth: a word of the tool and of awsvars means what the tool says,
// and is not read past the translation.
func TestWordsOfBoth(t *testing.T) {
	t.Parallel()
	found := Translate("github", given("sts", "task=sts", "aws-region=eu-west-1", "role-to-assume=r", "role-external-id=a,b", "AWS_REGION=us-east-1"))
	for name, want := range map[string]string{"region": "eu-west-1", "role-arn": "r", "external-id": `["a,b"]`, "duration": "3600", "aws-region": "", "role-to-assume": "", "task": "sts"} {
		input, ok := found.Source(name)
		if got := input.Text.Open(); got != want || ok != (want != "") {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
}

// TestVariablesAreInputs: a variable that a tool reads besides means the same
// as the input, and gives way to it.
func TestVariablesAreInputs(t *testing.T) {
	t.Parallel()
	bases := map[string][]string{
		"sts":   {"task=sts", "aws-region=eu-west-1", "role-to-assume=r", "custom-tags={}"},
		"login": {"task=login"},
	}
	for _, tool := range []Tool{configureAWSCredentials(), amazonECRLogin()} {
		task := tool.Tasks[0]
		for _, input := range tool.Inputs {
			for i, name := range input.Plain {
				if name != strings.ToUpper(name) {
					continue
				}
				var base []string
				for _, pair := range bases[task] {
					if !strings.HasPrefix(pair, input.Name+"=") {
						base = append(base, pair)
					}
				}
				text := "true"
				if strings.Contains(input.Name, "seconds") || strings.Contains(input.Name, "attempts") {
					text = "901"
				}
				with := func(more ...string) string {
					return meaning(Translate("github", given(task, append(base[:len(base):len(base)], more...)...)))
				}
				want := with(input.Name + "=" + text)
				if got := with(name + "=" + text); got != want {
					t.Errorf("%s means\n%s and %s\n%s", name, got, input.Name, want)
				}
				if got := with(input.Name+"="+text, name+"=false"); got != want {
					t.Errorf("%s goes before %s", name, input.Name)
				}
				if i > 0 {
					if got := with(name+"=false", input.Plain[0]+"="+text); got != want {
						t.Errorf("%s goes before %s", name, input.Plain[0])
					}
				}
			}
		}
	}
}

// meaning writes a translation, without where its texts were given.
func meaning(found *Translation) string {
	settings := map[string]string{}
	for name, input := range found.settings {
		settings[name] = input.Text.Open()
	}
	return fmt.Sprint(settings, found.Warnings, found.Faults)
}
