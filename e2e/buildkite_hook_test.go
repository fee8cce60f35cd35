package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// buildkiteWorld has a role for Buildkite's tokens.
const buildkiteWorld = `
region: eu-west-1
instance-id: i-0a1b2c3d4e5f67890
instance-role: arn:aws:iam::111111111111:role/agent
accounts:
  "111111111111":
    users:
      ci: {}
    roles:
      agent:
        trust: [{service: ec2.amazonaws.com}]
      reader:
        trust: [{principal: "arn:aws:iam::111111111111:role/agent"}]
      buildkite:
        trust:
          - web-identity: {issuer: https://agent.buildkite.com, audience: sts.amazonaws.com, subject: "organization:octo-org:*"}
  "222222222222":
    roles:
      deployer:
        trust:
          - web-identity: {issuer: https://agent.buildkite.com, audience: sts.amazonaws.com, subject: "organization:octo-org:*"}
`

// step is a step with the plugin, as its hook sees it.
type step struct {
	*world
	stubs string
	r     result
	env   map[string]string
}

// buildkiteHook runs a hook as the agent does: in a shell that sources it and
// hands on what has changed.
func buildkiteHook(t *testing.T, name string, options map[string]any, prepare ...func(*step)) *step {
	t.Helper()
	return sourceHook(t, `. "$1"; status=$?; env -0 >"$2"; exit "$status"`, name, options, prepare...)
}

// sourceHook runs a script with the hook and the file for the environment as
// its arguments, on a machine that was prepared.
func sourceHook(t *testing.T, script, name string, options map[string]any, prepare ...func(*step)) *step {
	t.Helper()
	need(t, "bash")
	config, err := simulator.ParseConfig([]byte(buildkiteWorld))
	if err != nil {
		t.Fatal(err)
	}
	s := &step{world: newWorldWith(t, config), stubs: t.TempDir()}
	token, err := s.TokenOf(map[string]any{"iss": "https://agent.buildkite.com", "aud": "sts.amazonaws.com", "sub": "organization:octo-org:pipeline:app:ref:refs/heads/main:commit:1:step:"})
	if err != nil {
		t.Fatal(err)
	}
	agent := "#!/bin/sh\nprintf '%s\\n' \"$*\" >>'" + s.stubs + "/asked'\ncase $1 in\noidc) echo " + token + " ;;\nredactor) cat >/dev/null ;;\nesac\n"
	writeFile(t, filepath.Join(s.stubs, "buildkite-agent"), agent, 0o755)
	id, secret := s.StaticKeys("ci")
	writeFile(t, filepath.Join(s.home, "credentials"), "[team]\naws_access_key_id = "+id+"\naws_secret_access_key = "+secret+"\n", 0o600)
	document, err := json.Marshal(options)
	if err != nil {
		t.Fatal(err)
	}
	env := append(optionVariables("BUILDKITE_PLUGIN_AWSVARS", options),
		"BUILDKITE=true", "BUILDKITE_JOB_ID=7", "BUILDKITE_PLUGIN_NAME=AWSVARS", "BUILDKITE_PLUGIN_CONFIGURATION="+string(document),
		"BUILDKITE_AGENT_JOB_API_SOCKET=/stub", "PATH="+s.stubs+":"+binDir()+":"+os.Getenv("PATH"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(s.home, "credentials"))
	hook, err := filepath.Abs(filepath.Join(root, "hooks", name))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range prepare {
		f(s)
	}
	after := filepath.Join(t.TempDir(), "env")
	s.r = s.run(t, env, "bash", "-c", script, "bash", hook, after)
	s.noLeak(t, "the log", s.r.log())
	s.env = map[string]string{}
	content, err := os.ReadFile(after)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, pair := range strings.Split(string(content), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		s.env[name] = value
	}
	return s
}

// keys tells under which prefix the credentials are in the environment.
func (s *step) keys() string {
	for _, prefix := range []string{"", "MY_"} {
		if s.handedOut(s.env[prefix+"AWS_SESSION_TOKEN"]) && s.handedOut(s.env[prefix+"AWS_SECRET_ACCESS_KEY"]) && s.env[prefix+"AWS_ACCESS_KEY_ID"] != "" {
			return prefix + "AWS"
		}
	}
	return ""
}

// optionVariables are what the agent makes of an option
// (buildkite/agent, agent/plugin/plugin.go).
func optionVariables(prefix string, value any) []string {
	switch value := value.(type) {
	case nil:
		return nil
	case []any:
		var all []string
		for i, one := range value {
			all = append(all, optionVariables(fmt.Sprintf("%s_%d", prefix, i), one)...)
		}
		return all
	case map[string]any:
		var all []string
		for key, one := range value {
			all = append(all, optionVariables(prefix+"_"+regexp.MustCompile(`-|\s`).ReplaceAllString(strings.ToUpper(key), "_"), one)...)
		}
		return all
	}
	return []string{fmt.Sprintf("%s=%v", prefix, value)}
}

// TestBuildkiteHookIsSourcedAnyhow: by hooks of people's own, under options of
// theirs, which stay as they were. A trace shows no secret, and a task that
// fails ends the hook with its status.
func TestBuildkiteHookIsSourcedAnyhow(t *testing.T) {
	t.Parallel()
	options := map[string]any{"task": "sts", "source": "web-identity", "role-arn": tokenRole}
	for _, before := range []string{"set -euo pipefail", "set -x", "PS4='+$variables '; set -x", "set -a", "set -v", `set -T; trap 'echo "$BASH_COMMAND" >&2' DEBUG`, "set -xeuo pipefail; set -a; IFS=,/; export CDPATH=/usr; trap 'echo trapped >&2' ERR", "set -o posix", "cd /"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			s := sourceHook(t, before+`; old=$-; . "$1"; [ "$old" = "$-" ] || exit 99; env -0 >"$2"`, "environment", options)
			if s.r.status != 0 || s.keys() != "AWS" || s.env["variables"]+s.env["binary"] != "" {
				t.Errorf("status %d\n%s", s.r.status, s.r.stderr)
			}
			s = sourceHook(t, before+`; . "$1"; status=$?; env -0 >"$2"; exit "$status"`, "environment", map[string]any{"task": "sts", "source": "web-identity", "role-arn": readerRole})
			if s.r.status != 3 || s.keys() != "" {
				t.Errorf("status %d, want AWS's refusal\n%s", s.r.status, s.r.stderr)
			}
		})
	}
}

// TestBuildkiteLogsOutUnderAnyIFS: the hook pre-exit is sourced as the others are.
func TestBuildkiteLogsOutUnderAnyIFS(t *testing.T) {
	t.Parallel()
	config := filepath.Join(t.TempDir(), "the job's")
	for _, before := range []string{"IFS=$'\\n\\t'", "IFS=,/; set -euo pipefail", "IFS=-"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			s := sourceHook(t, before+`; . "$1"`, "pre-exit", map[string]any{"task": "login", "docker-config": config})
			if s.r.status != 0 || !strings.Contains(s.r.stderr, "nothing of this job's in "+config) {
				t.Errorf("status %d\n%s", s.r.status, s.r.stderr)
			}
		})
	}
}

// TestBuildkiteHandsOnWhereTheLoginWent: the user's store cannot take it, and
// docker finds it all the same.
func TestBuildkiteHandsOnWhereTheLoginWent(t *testing.T) {
	t.Parallel()
	s := buildkiteHook(t, "environment", map[string]any{"task": "login"}, func(s *step) {
		writeFile(t, filepath.Join(s.home, ".docker", "config.json"), `{"credsStore":"nobody"}`, 0o600)
	})
	dir := s.env["DOCKER_CONFIG"]
	if s.r.status != 0 || dir == "" {
		t.Fatalf("status %d\n%s", s.r.status, s.r.log())
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if !strings.Contains(readFile(t, filepath.Join(dir, "config.json")), ownLogin) {
		t.Error("no login there")
	}
	for name := range s.env {
		if strings.HasSuffix(name, "_PASSWORD") {
			t.Errorf("%s was handed on, and nobody asked for it", name)
		}
	}
}

// TestBuildkiteOptionsThatContradict are refused before AWS is asked.
func TestBuildkiteOptionsThatContradict(t *testing.T) {
	t.Parallel()
	for says, options := range map[string]map[string]any{
		"role-arn: given twice, in two spellings":                                 {"role-arn": readerRole, "role_arn": tokenRole},
		"assume-role.role-arn: given twice, in two spellings":                     {"assume-role": map[string]any{"role-arn": readerRole, "role_arn": tokenRole}},
		"role-arn: given twice, the second time as assume-role.role-arn":          {"role-arn": readerRole, "assume-role": map[string]any{"role-arn": tokenRole}},
		"source: given twice, the second time as assume-role.oidc":                {"source": "instance", "role-arn": readerRole, "assume-role": map[string]any{"oidc": true}},
		`assume-role.oidc "yes": write true or false`:                             {"assume-role": map[string]any{"role-arn": readerRole, "oidc": "yes"}},
		"assume-role.external: there is no such option":                           {"assume-role": map[string]any{"role-arn": readerRole, "external": "x"}},
		"duration: given twice with different values":                             {"duration": 900, "role-session-duration": 1800, "role-arn": readerRole},
		"secret-access-key: a pipeline is no place for a secret":                  {"secret-access-key": "abcdefgh"},
		"runner: the plugin has no such option":                                   {"runner": "envfile"},
		"regoin: the plugin has no such option; did you mean region?":             {"regoin": "eu-west-1"},
		"token-tags: only Buildkite is asked for it, for the source web-identity": {"session-tags": []any{"build_branch"}, "role-arn": readerRole},
		`an account ID has 12 digits`:                                             {"account-ids": 12345678901},
	} {
		options["task"] = "login"
		s := buildkiteHook(t, "environment", options)
		if s.r.status != 2 || !strings.Contains(s.r.stderr, says) || len(s.Requests()) > 0 {
			t.Errorf("want %q, got status %d\n%s", says, s.r.status, s.r.stderr)
		}
	}
}

// TestBuildkiteLogsInToAllOrNone: the second registry fails, and the first one
// has no login.
func TestBuildkiteLogsInToAllOrNone(t *testing.T) {
	t.Parallel()
	s := buildkiteHook(t, "environment", map[string]any{"task": "login", "account-ids": []any{"111111111111", "public.ecr.aws"}, "retries": 0}, func(s *step) {
		fault, err := simulator.ParseFault("ecr-public:GetAuthorizationToken=500*9")
		if err != nil {
			t.Fatal(err)
		}
		s.Inject(fault)
	})
	if s.r.status != 4 || s.logins(t) != "" {
		t.Errorf("status %d, logins %q\n%s", s.r.status, s.logins(t), s.r.log())
	}
}
