package runners

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

// hook is the environment of a hook of the plugin.
func hook(more map[string]string) map[string]string {
	env := map[string]string{"BUILDKITE": "true", "BUILDKITE_PLUGIN_NAME": "TEAM_AWS", "AWSVARS_RUNNER": "buildkite", "BUILDKITE_REDACTED_VARS": "*_PASSWORD, *_ACCESS_KEY"}
	for name, text := range more {
		env[name] = text
	}
	return env
}

func TestBuildkiteReadsOptions(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		document  string
		variables map[string]string
		name      string
		want      string
		origin    string
	}{
		{`{"role-arn":" x "}`, nil, "role-arn", "x", "BUILDKITE_PLUGIN_TEAM_AWS_ROLE_ARN"},
		{`{"Role ARN":"x"}`, nil, "role-arn", "x", ""},
		{`{"verify":true}`, nil, "verify", "true", ""},
		{`{"duration":3600}`, nil, "duration", "3600", ""},
		{`{"registry":["012345678901","a,b"]}`, nil, "registry", `["012345678901","a,b"]`, ""},
		{`{"custom-tags":{"Team":"a&b"}}`, nil, "custom-tags", `{"Team":"a&b"}`, ""},
		{`{"assume-role":{"role-arn":"x"}}`, nil, "role-arn", "x", "BUILDKITE_PLUGIN_TEAM_AWS_ASSUME_ROLE_ROLE_ARN"},
		{`{"assume_role":{"duration_seconds":900}}`, nil, "duration", "900", ""},
		{`{"assume-role":{"oidc":true}}`, nil, "source", "web-identity", "BUILDKITE_PLUGIN_TEAM_AWS_ASSUME_ROLE_OIDC"},
		{`{"assume-role":{"oidc":false}}`, nil, "source", "", ""},
		{`{"assume-role":{"role-arn":"x"}}`, nil, "assume-role", "", ""},
		{`{"assume-role":"x"}`, nil, "assume-role", "x", ""},
		{`{"session-tags":["organization_slug","branch","agent_tag:queue"]}`, nil, "token-tags", "organization_slug,agent_tag:queue", "BUILDKITE_PLUGIN_TEAM_AWS_SESSION_TAGS"},
		{`{"session-tags":["organization_slug","branch"]}`, nil, "session-tags", "branch", ""},
		{`{"session-tags":"build_branch"}`, nil, "session-tags", "", ""},
		{`{"session-tags":"branch"}`, nil, "token-tags", "", ""},
		{`{"token-tags":["build_branch"]}`, nil, "token-tags", `["build_branch"]`, ""},
		{`{"region":null,"registry":[]}`, nil, "registry", "", ""},
		{`{}`, map[string]string{"BUILDKITE_PLUGIN_TEAM_AWS_REGION": "stale"}, "region", "", ""},
		{``, map[string]string{"BUILDKITE_PLUGIN_TEAM_AWS_REGION": "x"}, "region", "x", "BUILDKITE_PLUGIN_TEAM_AWS_REGION"},
		{``, map[string]string{"BUILDKITE_PLUGIN_TEAM_AWS_REGISTRY_0": "a,b", "BUILDKITE_PLUGIN_TEAM_AWS_REGISTRY_1": "c"}, "registry", `["a,b","c"]`, ""},
		{``, map[string]string{"BUILDKITE_PLUGIN_TEAM_AWS_ASSUME_ROLE_ROLE_ARN": "x"}, "role-arn", "x", ""},
		{``, map[string]string{"BUILDKITE_PLUGIN_OTHER_REGION": "x", "PLUGIN_REGION": "x"}, "region", "", ""},
	} {
		env := hook(c.variables)
		if c.document != "" {
			env["BUILDKITE_PLUGIN_CONFIGURATION"] = c.document
		}
		input, ok := open(t, "buildkite", newMachine(t, env).Host).Input(c.name)
		if input.Text.Open() != c.want || ok != (c.want != "") || c.origin != "" && input.Origin != c.origin {
			t.Errorf("%s %v: %s is %q from %s, want %q", c.document, c.variables, c.name, input.Text.Open(), input.Origin, c.want)
		}
		delete(env, "AWSVARS_RUNNER")
		if _, ok := open(t, "buildkite", newMachine(t, env).Host).Input(c.name); ok {
			t.Error("the options of another plugin were read")
		}
	}
}

func FuzzBuildkiteOption(f *testing.F) {
	f.Add(`{"assume-role":{"role-arn":"x"}}`, "a,b", "c")
	f.Fuzz(func(t *testing.T, document, one, other string) {
		HookOption(newMachine(t, hook(map[string]string{"BUILDKITE_PLUGIN_CONFIGURATION": document})).Host, "assume-role", "role-arn")
		text, err := json.Marshal(map[string]any{"registry": []string{one, other}})
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		if err := json.Unmarshal([]byte(HookOption(newMachine(t, hook(map[string]string{"BUILDKITE_PLUGIN_CONFIGURATION": string(text)})).Host, "registry")), &got); err != nil {
			t.Fatal(err)
		}
		// JSON itself replaces what is no UTF-8.
		want = append(want, one, other)
		if utf8.ValidString(one) && utf8.ValidString(other) && !cmp.Equal(got, want) {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestBuildkiteExportsInUpperCase(t *testing.T) {
	t.Parallel()
	m := newMachine(t, hook(nil))
	delivery := deliver(t, "buildkite", m.Host, stsSet(t), settings(t, map[string]string{"prefix": "x_", "credential-name-prefix": "old_"}))
	want := "export X_CUSTOM_AWS_ACCESSKEYID='" + fakeKey + "'\nexport X_CUSTOM_AWS_SECRETACCESSKEY_PASSWORD='" + fakeSecret + "'\nexport X_CUSTOM_AWS_REGION='eu-west-1'\n" +
		"export old_AWS_ACCESS_KEY_ID='" + fakeKey + "'\nexport old_AWS_SECRET_ACCESS_KEY='" + fakeSecret + "'\nexport AWS_REGION='eu-west-1'\nexport AWS_DEFAULT_REGION='eu-west-1'\n"
	if diff := cmp.Diff(want, m.out.String()); diff != "" {
		t.Error(diff)
	}
	if delivery.Text != "7 variables to the later hooks and the command" {
		t.Error(delivery.Text)
	}
}

func TestBuildkiteRefuses(t *testing.T) {
	t.Parallel()
	check := func(env, given map[string]string) error {
		return open(t, "buildkite", newMachine(t, env).Host).Check(settings(t, given))
	}
	for name, text := range map[string]string{"format": "shell", "output": "x", "upper-case": "false", "secret-name": "x"} {
		wantError(t, check(hook(nil), map[string]string{name: text}), name)
	}
	for _, name := range []string{"BUILDKITE", "BUILDKITE_PLUGIN_NAME", "AWSVARS_RUNNER"} {
		wantError(t, check(hook(map[string]string{name: ""}), nil), "looking for the plugin's hook: this is none")
	}
	if err := check(hook(nil), map[string]string{"upper-case": "true"}); err != nil {
		t.Error(err)
	}
	set := variables.NewSet("a")
	for _, name := range []string{"b", "B"} {
		if err := set.Add(name, variables.NewSecret("x")); err != nil {
			t.Fatal(err)
		}
	}
	_, err := open(t, "buildkite", newMachine(t, hook(nil)).Host).Deliver(set, settings(t, nil))
	wantError(t, err, "naming a.B")
	for list, refused := range map[string]bool{"": true, "*_SECRET,*_password": true, "*_PASSWORD,*_ACCESS_KEY": false, "*": false, "[,*_PASSWORD,*_ACCESS_KEY": false, "*_PASSWORD": true} {
		m := newMachine(t, hook(map[string]string{"BUILDKITE_REDACTED_VARS": list}))
		_, err := open(t, "buildkite", m.Host).Deliver(stsSet(t), settings(t, nil))
		if (err != nil) != refused || refused && m.out.Len() > 0 {
			t.Errorf("%q: %v", list, err)
		}
	}
}

// TestBuildkiteTellsTheAgent: all secrets and what is made of them in one
// document, on stdin. An agent that fails, and none at all, are errors.
func TestBuildkiteTellsTheAgent(t *testing.T) {
	t.Parallel()
	need(t, "sh")
	dir := t.TempDir()
	script := "#!/bin/sh\n[ \"$*\" = 'redactor add --format json' ] || exit 9\ncat >'" + dir + "/told'\necho \"$FAIL\" >&2\nexit ${FAIL:-0}\n"
	if err := os.WriteFile(filepath.Join(dir, "buildkite-agent"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	secrets := []variables.Secret{variables.NewSecret(fakeSecret), variables.NewSecret("a quote \" and\na line")}
	env := hook(map[string]string{"BUILDKITE_AGENT_JOB_API_SOCKET": "/x", "PATH": "relative:" + dir + ":/usr/bin:/bin"})
	m := newMachine(t, env)
	if err := open(t, "buildkite", m.Host).Mask(secrets); err != nil {
		t.Fatal(err)
	}
	var told map[string]string
	if err := json.Unmarshal([]byte(readText(t, filepath.Join(dir, "told"))), &told); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, text := range told {
		got = append(got, text)
	}
	for _, text := range masks(secrets) {
		if !strings.Contains(strings.Join(got, "\n"), text) {
			t.Error("a form was not told")
		}
	}
	if len(got) != len(masks(secrets)) || m.out.Len()+m.log.Len() > 0 {
		t.Errorf("told %d of %d, and printed %q", len(got), len(masks(secrets)), m.out.String()+m.log.String())
	}
	env["FAIL"] = "3"
	wantError(t, open(t, "buildkite", newMachine(t, env).Host).Mask(secrets), "masking secrets: running buildkite-agent redactor add: exit status 3; an agent of version 3.66.0")
	env["PATH"] = "/nonexistent"
	wantError(t, open(t, "buildkite", newMachine(t, env).Host).Mask(secrets), "masking secrets: there is no buildkite-agent in PATH")
}
