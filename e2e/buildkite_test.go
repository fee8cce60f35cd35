//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The agents: one that has its Job API and redacts what it is told, and an old
// one that redacts by name.
const (
	currentAgent = "buildkite-agent"
	oldAgent     = "buildkite-agent-3.50.0"
)

var deployOptions = map[string]any{"task": "sts", "source": "instance", "role-arn": "arn:aws:iam::222222222222:role/deployer", "external-id": "secret-handshake"}

func with(options map[string]any, more ...any) map[string]any {
	all := map[string]any{}
	for name, value := range options {
		all[name] = value
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i].(string)] = more[i+1]
	}
	return all
}

func exists(path string) bool { _, err := os.Stat(path); return err == nil }

// environmentIn is the environment that a command left in the file.
func environmentIn(t *testing.T, path string) map[string]string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("the command was not run: %v", err)
	}
	env := map[string]string{}
	for _, pair := range strings.Split(string(content), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	return env
}

// TestBuildkiteHandsOnAndRedacts: the command has the credentials, and may
// print them, in base64 too where the agent can be told.
func TestBuildkiteHandsOnAndRedacts(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "awsvars")
	for _, agent := range []string{currentAgent, oldAgent} {
		t.Run(agent, func(t *testing.T) {
			t.Parallel()
			b := newBuildkite(t, newWorld(t), agent)
			file := filepath.Join(t.TempDir(), "env")
			command := "env -0 >'" + file + "'; echo \"$$ $AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN $CUSTOM_AWS_SECRETACCESSKEY_PASSWORD\""
			if agent == currentAgent {
				command += `; printf %s "$AWS_SECRET_ACCESS_KEY" | base64 -w0; printf %s ":$AWS_SESSION_TOKEN" | base64 -w0`
			}
			r := b.job(t, emptyRepository(t, nil), plugins(t, repository, deployOptions), command)
			if r.status != 0 {
				t.Fatalf("status %d\n%s", r.status, r.log())
			}
			env := environmentIn(t, file)
			if !b.handedOut(env["AWS_SECRET_ACCESS_KEY"]) || !b.handedOut(env["AWS_SESSION_TOKEN"]) || env["CUSTOM_AWS_SECRETACCESSKEY_PASSWORD"] != env["AWS_SECRET_ACCESS_KEY"] || env["AWS_REGION"] != "eu-west-1" {
				t.Error("the command has not the credentials")
			}
			if !strings.Contains(r.log(), "[REDACTED] [REDACTED] [REDACTED]") {
				t.Errorf("nothing was redacted\n%s", r.log())
			}
			warned := strings.Count(r.log(), "the agent redacts by the names of variables only")
			told := strings.Contains(b.asked(t), "redactor add --format json")
			if want := agent == oldAgent; want != (warned == 1) || want == told {
				t.Errorf("warned %d times, told the agent: %t\n%s", warned, told, r.log())
			}
		})
	}
}

// TestBuildkiteTaskFails: the job ends with the task's status, the command
// does not run, and no later hook has anything.
func TestBuildkiteTaskFails(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "awsvars")
	for _, c := range []struct {
		name    string
		options map[string]any
		env     []string
		agent   string
		status  int
		says    string
	}{
		{"refused by AWS", with(deployOptions, "external-id", "wrong"), nil, currentAgent, 3, "access denied"},
		{"a wrong setting", with(deployOptions, "duration", "13h"), nil, currentAgent, 2, `duration "13h"`},
		{"a secret in the pipeline", with(deployOptions, "session-token", "abcdefgh"), []string{"BUILDKITE_PLUGIN_VALIDATION=false"}, currentAgent, 2, "a pipeline is no place for a secret"},
		{"a misspelt option", with(deployOptions, "allowed-account-idss", "1"), []string{"BUILDKITE_PLUGIN_VALIDATION=false"}, currentAgent, 2, "the plugin has no such option; did you mean allowed-account-ids?"},
		{"the agent cannot be told", deployOptions, []string{"PATH=" + binDir() + ":/usr/bin:/bin"}, currentAgent, 5, "no buildkite-agent in PATH"},
		{"an old agent with a list of its own", deployOptions, []string{"BUILDKITE_REDACTED_VARS=*_SECRET"}, oldAgent, 5, "the agent redacts no variable of this name"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := newBuildkite(t, newWorld(t), c.agent)
			ran := filepath.Join(t.TempDir(), "ran")
			r := b.job(t, emptyRepository(t, nil), plugins(t, repository, c.options), "touch "+ran, c.env...)
			if r.status != c.status || !strings.Contains(r.log(), c.says) || exists(ran) {
				t.Errorf("status %d, want %d and %q\n%s", r.status, c.status, c.says, r.log())
			}
		})
	}
}

// TestBuildkiteSchemaIsStrict: the agent's own validation takes what the table
// of docs/moving-from-buildkite-plugins.md takes, and nothing misspelt, no secret, no other type.
func TestBuildkiteSchemaIsStrict(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "awsvars")
	for _, c := range []struct {
		option string
		value  any
		agent  string
	}{
		{"role-arm", "x", currentAgent},
		{"role-arm", "x", oldAgent},
		{"secret-access-key", "x", currentAgent},
		{"web-identity-token", "x", currentAgent},
		{"verify", "yes", currentAgent},
		{"retries", "5", currentAgent},
		{"registry", 111111111111, oldAgent},
		{"task", "stss", currentAgent},
		{"format", "shell", currentAgent},
		{"hook", "post-command", currentAgent},
	} {
		t.Run(c.option+" "+c.agent, func(t *testing.T) {
			t.Parallel()
			b := newBuildkite(t, newWorld(t), c.agent)
			r := b.job(t, emptyRepository(t, nil), plugins(t, repository, with(deployOptions, c.option, c.value)), "true")
			if r.status == 0 || !strings.Contains(r.log(), "Plugin validation failed") || len(b.Requests()) > 0 {
				t.Errorf("status %d\n%s", r.status, r.log())
			}
		})
	}
}

// TestBuildkiteUsesInOneStep: two uses, a fork of another name, the other
// hook, and a hook of the repository's own that sources the plugin with its
// options.
func TestBuildkiteUsesInOneStep(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "team-aws-buildkite-plugin")
	b := newBuildkite(t, newWorld(t), currentAgent)
	file := filepath.Join(t.TempDir(), "env")
	login := map[string]any{"task": "login", "registry": []any{"111111111111"}, "private": true, "hook": "pre-command"}
	list := plugins(t, repository, with(deployOptions, "credential-name-prefix", "STAGING_"), login, with(login, "registry", "222222222222"))
	own := map[string]string{".buildkite/hooks/pre-command": "set -xeuo pipefail\nCDPATH=/usr\nIFS=,\n"}
	r := b.job(t, emptyRepository(t, own), list, "env -0 >'"+file+"'; cp \"$DOCKER_CONFIG/config.json\" '"+file+".json'")
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.log())
	}
	env := environmentIn(t, file)
	if !b.handedOut(env["STAGING_AWS_SESSION_TOKEN"]) || env["AWS_SESSION_TOKEN"] != "" {
		t.Error("the prefix was not used")
	}
	for _, host := range []string{"111111111111.dkr.ecr.eu-west-1.amazonaws.com", "222222222222.dkr.ecr.eu-west-1.amazonaws.com"} {
		if !strings.Contains(readFile(t, file+".json"), host) {
			t.Errorf("no login to %s", host)
		}
	}
	if env["DOCKER_CONFIG"] == "" || exists(env["DOCKER_CONFIG"]) {
		t.Errorf("the private configuration %q is still there", env["DOCKER_CONFIG"])
	}
}

// TestBuildkiteBuildsTheProgram: on an agent without awsvars the hook builds
// it, once for a checkout.
func TestBuildkiteBuildsTheProgram(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "awsvars")
	b := newBuildkite(t, newWorld(t), currentAgent)
	compiler := filepath.Dir(need(t, "go"))
	out, err := exec.Command("go", "env", "GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS").Output()
	if err != nil {
		t.Fatal(err)
	}
	values := strings.Split(string(out), "\n")
	env := []string{
		"PATH=" + b.stubs + ":" + compiler + ":/usr/bin:/bin",
		"GOCACHE=" + values[0], "GOMODCACHE=" + values[1], "GOPROXY=" + values[2], "GOFLAGS=" + values[3],
	}
	for i, built := range []int{1, 0} {
		r := b.job(t, emptyRepository(t, nil), plugins(t, repository, deployOptions), `test -n "$AWS_SESSION_TOKEN"`, env...)
		if r.status != 0 || strings.Count(r.log(), "awsvars: building it") != built {
			t.Fatalf("job %d: status %d\n%s", i, r.status, r.log())
		}
	}
	r := b.job(t, emptyRepository(t, nil), plugins(t, repository, with(deployOptions, "binary", "/nonexistent")), "true", env...)
	if r.status != 127 || !strings.Contains(r.log(), "names /nonexistent, which is no program") {
		t.Errorf("status %d\n%s", r.status, r.log())
	}
}

// TestBuildkitePipeline runs the pipeline of docs/buildkite.md with both
// agents: the image is in the registry, the log shows no secret, and no login
// stays behind.
func TestBuildkitePipeline(t *testing.T) {
	t.Parallel()
	var pipeline struct {
		Steps []struct {
			Plugins  []map[string]map[string]any
			Commands []string
		}
	}
	parse(t, blockOf(t, "buildkite.md", "buildkite").text, &pipeline)
	step := pipeline.Steps[0]
	// A single $ would be replaced when the pipeline is uploaded
	// (buildkite.com/docs, "Environment variable substitution").
	commands := strings.Join(step.Commands, "\n")
	if strings.Contains(strings.ReplaceAll(commands, "$$", ""), "$") {
		t.Error("a single $ is replaced before the shell sees it")
	}
	repository := pluginRepository(t, "awsvars")
	app := emptyRepository(t, map[string]string{"Dockerfile": "FROM scratch\nCOPY README.md /\n"})
	for number, agent := range []string{currentAgent, oldAgent} {
		w := newDockerWorld(t).withEngine(t)
		b := newBuildkite(t, w.world, agent)
		b.env = w.environment("TMPDIR="+t.TempDir(), "BUILDKITE_BUILD_NUMBER="+strconv.Itoa(number))
		r := b.job(t, app, plugins(t, repository, step.Plugins[0]["https://github.com/awsvars/awsvars#main"]), strings.ReplaceAll(commands, "$$", "$"))
		if r.status != 0 {
			t.Fatalf("%s: status %d\n%s", agent, r.status, r.log())
		}
		left, err := filepath.Glob(filepath.Join(strings.TrimPrefix(b.env[len(b.env)-2], "TMPDIR="), "awsvars-*"))
		if err != nil || len(left) > 0 || exists(filepath.Join(w.home, ".docker", "config.json")) {
			t.Errorf("%s: %v stayed behind %v", agent, left, err)
		}
		if tags := w.tags(t, irelandHost, "app"); !slices.Contains(tags, strconv.Itoa(number)) {
			t.Errorf("%s: the registry has %v", agent, tags)
		}
	}
}

// TestBuildkiteSchemaTakesOtherOptions: what docs/moving-from-buildkite-plugins.md takes,
// the agent's validation takes too. It looks at all plugins of a step before
// it runs one, and these do nothing.
func TestBuildkiteSchemaTakesOtherOptions(t *testing.T) {
	t.Parallel()
	repository := pluginRepository(t, "awsvars")
	var all []map[string]any
	for _, options := range otherOptions() {
		for _, o := range options {
			name, _, _ := strings.Cut(o.option, ".")
			one := map[string]any{"task": "sts", "login": false, name: o.value}
			all = append(all, one)
			if name == "assume-role" {
				all = append(all, map[string]any{"task": "sts", "login": false, "assume_role": o.value})
			}
			if o.verdict == "refused" {
				all = all[:len(all)-1]
			}
		}
	}
	for _, agent := range []string{currentAgent, oldAgent} {
		b := newBuildkite(t, newWorld(t), agent)
		r := b.job(t, emptyRepository(t, nil), plugins(t, repository, all...), "true")
		if valid := strings.Count(r.log(), "Valid plugin configuration"); valid != len(all) {
			t.Errorf("%s takes %d of %d\n%s", agent, valid, len(all), r.log())
		}
	}
}
