package runners

import (
	"testing"

	"github.com/awsvars/awsvars/variables"
)

func TestRunnerIsDetected(t *testing.T) {
	t.Parallel()
	cases := []struct {
		environment         map[string]string
		without, withFormat string
	}{
		{nil, "envfile", "envfile"},
		{map[string]string{"CI": "true"}, "envfile", "envfile"},
		{map[string]string{"GITHUB_ACTIONS": "true"}, "github", "envfile"},
		{map[string]string{"GITHUB_ACTIONS": "false"}, "envfile", "envfile"},
		{map[string]string{"DRONE": "true", "PLUGIN_REGION": "x"}, "drone", "drone"},
		{map[string]string{"DRONE": "true"}, "envfile", "envfile"},
		{map[string]string{"CI": "woodpecker", "DRONE": "true", "PLUGIN_REGION": ""}, "woodpecker", "woodpecker"},
		{map[string]string{"CI": "woodpecker"}, "envfile", "envfile"},
		{map[string]string{"DRONE": "true", "PLUGIN_REGION": "x", "HARNESS_BUILD_ID": "1"}, "harness", "envfile"},
		{map[string]string{"DRONE": "true", "HARNESS_OUTPUT_SECRET_FILE": "/x"}, "harness", "envfile"},
		{map[string]string{"DRONE": "true", "HARNESS_BUILD_ID": "1"}, "envfile", "envfile"},
		{map[string]string{"bamboo_agentId": "1"}, "bamboo", "envfile"},
		{map[string]string{"bamboo_buildKey": "A-B-C", "bamboo_buildResultKey": "A-B-C-1"}, "bamboo", "envfile"},
		// Another plugin's hook, whose stdout is the log.
		{map[string]string{"BUILDKITE": "true", "BUILDKITE_PLUGIN_NAME": "OTHER"}, "envfile", "envfile"},
		{map[string]string{"bamboo_custom_aws_ecr_password": "x"}, "envfile", "envfile"},
		{map[string]string{"GITLAB_CI": "true"}, "gitlab", "envfile"},
		{map[string]string{"TF_BUILD": "True"}, "azure", "envfile"},
		{map[string]string{"CIRCLECI": "true"}, "circleci", "envfile"},
		{map[string]string{"BITBUCKET_BUILD_NUMBER": "1"}, "bitbucket", "envfile"},
		{map[string]string{"CODEBUILD_BUILD_ID": "app:1"}, "codebuild", "envfile"},
		{map[string]string{"JENKINS_URL": "https://jenkins.example.com/"}, "jenkins", "envfile"},
		{map[string]string{"TEAMCITY_VERSION": "2025.07"}, "teamcity", "envfile"},
		{map[string]string{"TRAVIS": "true"}, "envfile", "envfile"},
	}
	for _, c := range cases {
		h := newMachine(t, c.environment).Host
		if got := Detect(h, Asked{}); got != c.without {
			t.Errorf("%v: %s, want %s", c.environment, got, c.without)
		}
		if got := Detect(h, Asked{Format: true}); got != c.withFormat {
			t.Errorf("%v with a format: %s, want %s", c.environment, got, c.withFormat)
		}
	}
}

func TestUnknownRunnerIsAFault(t *testing.T) {
	t.Parallel()
	_, err := Open("gitea", newMachine(t, nil).Host)
	wantError(t, err, `runner "gitea": choose one of github, drone, woodpecker, harness, bamboo, gitlab, azure, circleci, bitbucket, codebuild, jenkins, teamcity, buildkite, envfile`)
	for _, name := range Names() {
		if got := open(t, name, newMachine(t, nil).Host).Name(); got != name {
			t.Errorf("%s is called %s", name, got)
		}
	}
}

func TestInputsArriveInEverySpelling(t *testing.T) {
	t.Parallel()
	cases := []struct{ runner, variable, text, name, want string }{
		{"github", "INPUT_ROLE-ARN", " arn \n", "role-arn", "arn"},
		{"github", "INPUT_ROLE_ARN", "arn", "role-arn", "arn"},
		{"github", "INPUT_ROLE-ARN", "", "role-arn", ""},
		{"github", "PLUGIN_ROLE_ARN", "arn", "role-arn", ""},
		{"drone", "PLUGIN_ROLE-ARN", "arn", "role-arn", "arn"},
		{"drone", "PLUGIN_ROLE_ARN", "arn", "role-arn", "arn"},
		{"drone", "PLUGIN_ACCESS_KEY", "k", "access_key", "k"},
		{"woodpecker", "PLUGIN_ROLE_ARN", "", "role-arn", ""},
		{"woodpecker", "PLUGIN_REGISTRY", `["a","b"]`, "registry", `["a","b"]`},
		{"woodpecker", "PLUGIN_REGISTRY", "1.2345678901e+10", "registry", "1.2345678901e+10"},
		{"harness", "PLUGIN_ROLE_ARN", "arn", "role-arn", "arn"},
		{"envfile", "PLUGIN_ROLE_ARN", "arn", "role-arn", "arn"},
		{"envfile", "INPUT_ROLE-ARN", "arn", "role-arn", ""},
	}
	for _, c := range cases {
		input, ok := open(t, c.runner, newMachine(t, map[string]string{c.variable: c.text}).Host).Input(c.name)
		if input.Text.Open() != c.want || ok != (c.want != "") || ok && input.Origin != c.variable {
			t.Errorf("%s, %s=%q: %q from %q", c.runner, c.variable, c.text, input.Text.Open(), input.Origin)
		}
	}
	onGitHub := newMachine(t, map[string]string{"GITHUB_ACTIONS": "true", "INPUT_FORMAT": "json"}).Host
	if input, ok := Input(onGitHub, "format"); !ok || input.Text.Open() != "json" {
		t.Error("an Action with a format lost its inputs")
	}
}

func TestSettingsAreSound(t *testing.T) {
	t.Parallel()
	v := settings(t, nil)
	if v.Text("format") != "" || !v.Bool("standard-names") || v.Bool("output-credentials") || formatOf(v).name != "shell" {
		t.Error("other defaults than the design's")
	}
	for text, ok := range map[string]bool{"bamboo_": true, "_": true, "A1": true, "1a": false, "a-b": false, "a b": false, "é": false} {
		if (checkPrefix(text) == nil) != ok {
			t.Errorf("prefix %q", text)
		}
	}
	for _, s := range Settings() {
		if s.Help == "" || s.Secret || variables.KebabName(s.Name) != s.Name {
			t.Errorf("setting %q", s.Name)
		}
	}
}
