package e2e

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// command is a logging command, as Azure's own library reads it.
type command struct {
	Command    string
	Properties map[string]string
	Message    string
	Line       string
}

// modules is where npm put the readers that the tests borrow.
func modules(t *testing.T, name string) string {
	t.Helper()
	dir := os.Getenv("AWSVARS_TEST_NODE_MODULES")
	if _, err := os.Stat(filepath.Join(dir, name)); dir == "" || err != nil {
		missing(t, "npm's "+name+", in the directory AWSVARS_TEST_NODE_MODULES")
	}
	return filepath.Join(dir, name)
}

// agent is Azure's, as far as the steps of a job notice it.
type agent struct {
	*world
	stubs     string
	variables map[string]string
	secret    map[string]bool
	masks     []string
	// debug is what the agent logs of commands where system.debug is on.
	debug strings.Builder
}

// commands reads the commands of a step's output, and returns the rest.
func (a *agent) commands(t *testing.T, output string) (commands []command, log string) {
	t.Helper()
	script := filepath.Join(t.TempDir(), "agent.cjs")
	writeFile(t, script, `
const { commandFromString } = require(process.argv[2] + '/taskcommand');
const lines = require('fs').readFileSync(0, 'utf8').split('\n').filter(line => line.startsWith('##vso['));
console.log(JSON.stringify(lines.map(line => Object.assign(commandFromString(line), { line }))));
`, 0o600)
	write := filepath.Join(t.TempDir(), "output")
	writeFile(t, write, output, 0o600)
	r := a.run(t, nil, "sh", "-c", `exec "$0" "$1" "$2" <"$3"`, need(t, "node"), script, modules(t, "azure-pipelines-task-lib"), write)
	if err := json.Unmarshal([]byte(r.stdout), &commands); err != nil {
		t.Fatalf("%v: %s", err, r.stderr)
	}
	return commands, regexp.MustCompile(`(?m)^##vso\[.*\n`).ReplaceAllString(output, "")
}

// masked shows a text as the agent logs it (SecretMasker.cs).
func (a *agent) masked(text string) string {
	slices.SortFunc(a.masks, func(x, y string) int { return len(y) - len(x) })
	for _, mask := range a.masks {
		text = strings.ReplaceAll(text, mask, "***")
	}
	return text
}

// obey does what commands say, and logs them as with system.debug.
func (a *agent) obey(t *testing.T, commands []command) {
	t.Helper()
	for _, c := range commands {
		switch c.Command {
		case "task.setsecret":
			a.masks = append(a.masks, c.Message)
		case "task.setvariable":
			name := strings.ToLower(c.Properties["variable"])
			a.variables[name], a.secret[name] = c.Message, c.Properties["issecret"] == "true"
			if a.secret[name] && c.Message != "" {
				a.masks = append(a.masks, c.Message)
			}
		default:
			t.Errorf("the agent knows no %s", c.Command)
		}
		// WorkerCommandManager.cs logs a command unescaped, when it has been obeyed.
		head, _, _ := strings.Cut(c.Line, "]")
		a.debug.WriteString(a.masked("##[debug]Processed: "+head+"]"+c.Message) + "\n")
	}
}

// expand replaces $(name); what is not known stays.
func (a *agent) expand(text string) string {
	return regexp.MustCompile(`\$\(([\w.]+)\)`).ReplaceAllStringFunc(text, func(reference string) string {
		if value, ok := a.variables[strings.ToLower(strings.Trim(reference, "$()"))]; ok {
			return value
		}
		return reference
	})
}

// step runs a script as the task Bash does, which joins stdout and stderr.
func (a *agent) step(t *testing.T, script string, env map[string]string) {
	t.Helper()
	all := []string{"TF_BUILD=True", "BUILD_BUILDID=7", "PATH=" + a.stubs + ":" + binDir() + ":" + os.Getenv("PATH")}
	for name, value := range a.variables {
		if !a.secret[name] {
			all = append(all, strings.ToUpper(strings.ReplaceAll(name, ".", "_"))+"="+value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(env)) {
		all = append(all, name+"="+a.expand(env[name]))
	}
	file := filepath.Join(t.TempDir(), "step.sh")
	writeFile(t, file, a.expand(script), 0o600)
	r := a.run(t, all, "sh", "-c", `exec "$0" "$1" 2>&1`, need(t, "bash"), file)
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, a.masked(r.stdout))
	}
	commands, log := a.commands(t, r.stdout)
	a.noLeak(t, "the log, before any masking", log)
	a.obey(t, commands)
}

// pipeline runs the steps of a page.
func (a *agent) pipeline(t *testing.T, word string) {
	t.Helper()
	var pipeline struct {
		Steps []struct {
			Bash string
			Env  map[string]string
		}
	}
	parse(t, blockOf(t, "azure.md", word).text, &pipeline)
	for _, step := range pipeline.Steps {
		if step.Bash != "" {
			a.step(t, step.Bash, step.Env)
		}
	}
	if a.debug.Len() == 0 {
		t.Error("the agent was told nothing")
	}
	a.noLeak(t, "the log with system.debug", a.debug.String())
}

func newAgent(t *testing.T) *agent {
	t.Helper()
	return &agent{world: newWorld(t), stubs: t.TempDir(), variables: map[string]string{}, secret: map[string]bool{}}
}

// TestAzurePipeline runs the pipelines of docs/azure.md: their scripts in
// bash, their variables by Azure's own parser of commands.
func TestAzurePipeline(t *testing.T) {
	t.Parallel()
	a := newAgent(t)
	stub(t, a.stubs, "docker")
	a.pipeline(t, "azure")
	loginOf(t, a.world, a.stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
	if n := len(calls(t, a.stubs, "docker")); n != 4 {
		t.Errorf("docker was called %d times, want login, build, push, logout", n)
	}
}

func TestAzureStepsGetCredentials(t *testing.T) {
	t.Parallel()
	a := newAgent(t)
	stub(t, a.stubs, "aws")
	a.pipeline(t, "azure-sts")
	k := &kitchen{world: a.world, stubs: a.stubs}
	k.served(t)
}

// TestAzureWarnsOfOtherJobs: such a job would show the secrets.
func TestAzureWarnsOfOtherJobs(t *testing.T) {
	t.Parallel()
	a := newAgent(t)
	r := a.run(t, []string{"TF_BUILD=True"}, "awsvars", append([]string{"sts", "--scope", "result"}, deployer()...)...)
	if r.status != 0 || r.stdout != "" || !strings.Contains(r.stderr, "\nwarning   a job that takes a secret from another one shows it in its log") {
		t.Errorf("status %d, %d bytes on stdout", r.status, len(r.stdout))
	}
	commands, log := a.commands(t, r.stderr)
	a.noLeak(t, "the log", log)
	a.obey(t, commands)
	for _, c := range commands {
		if c.Command == "task.setvariable" && c.Properties["isoutput"] != "true" {
			t.Errorf("%s is no output", c.Properties["variable"])
		}
	}
	if !a.handedOut(a.variables["aws_session_token"]) || !a.secret["aws_access_key_id"] {
		t.Error("the variables are not those of the role")
	}
}
