package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// injected runs a task as Bamboo's script task does, and returns what the
// task "Inject Bamboo variables" makes of the file in the next script's
// environment: bamboo_<namespace>_<key>, dots as underscores
// (confluence.atlassian.com/bamboo/bamboo-variables-289277087.html).
func injected(t *testing.T, w *world, task string) []string {
	t.Helper()
	r := w.run(t, []string{"bamboo_agentId=1"}, "awsvars", append([]string{task}, deployer()...)...)
	if r.status != 0 {
		t.Fatalf("awsvars %s: %s", task, r.stderr)
	}
	name := map[string]string{"ecr": "ecr", "sts": "aws"}[task]
	return readInjected(t, filepath.Join(w.dir, "awsvars."+name+".properties"), "custom")
}

func readInjected(t *testing.T, path, namespace string) []string {
	t.Helper()
	var env []string
	for line := range strings.Lines(readFile(t, path)) {
		key, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		env = append(env, "bamboo_"+strings.ReplaceAll(namespace+"."+key, ".", "_")+"="+value)
	}
	return env
}

// parse reads the parts of a snippet that count.
func parse(t *testing.T, text string, into any) {
	t.Helper()
	if err := yaml.Unmarshal([]byte(text), into); err != nil {
		t.Fatal(err)
	}
}

// TestBambooPlan runs the plan of docs/bamboo.md: its scripts in a shell, its
// injection as Bamboo documents it.
func TestBambooPlan(t *testing.T) {
	t.Parallel()
	need(t, "sh")
	type script struct {
		Scripts []string `yaml:"scripts"`
	}
	var plan struct {
		Push struct {
			Tasks []any `yaml:"tasks"`
			Final []struct {
				Script script `yaml:"script"`
			} `yaml:"final-tasks"`
		} `yaml:"Push"`
	}
	parse(t, blockOf(t, "bamboo.md", "bamboo").text, &plan)
	w, stubs := newWorld(t), t.TempDir()
	stub(t, stubs, "docker")
	env := []string{"bamboo_agentId=1", "bamboo_buildNumber=7", "PATH=" + stubs + ":" + binDir() + ":" + os.Getenv("PATH")}
	run := func(s script) {
		t.Helper()
		r := w.run(t, env, "sh", "-e", "-c", strings.Join(s.Scripts, "\n"))
		if r.status != 0 {
			t.Fatalf("status %d\n%s", r.status, r.stderr)
		}
		w.noLeak(t, "the log", r.log())
	}
	for _, task := range plan.Push.Tasks {
		text, err := yaml.Marshal(task)
		if err != nil {
			t.Fatal(err)
		}
		var one struct {
			Script script `yaml:"script"`
			Inject struct {
				File      string `yaml:"file"`
				Namespace string `yaml:"namespace"`
			} `yaml:"inject-variables"`
		}
		if string(text) == "checkout\n" {
			continue
		}
		if err := yaml.Unmarshal(text, &one); err != nil {
			t.Fatal(err)
		}
		if one.Inject.File != "" {
			env = append(env, readInjected(t, filepath.Join(w.dir, one.Inject.File), one.Inject.Namespace)...)
			continue
		}
		run(one.Script)
	}
	loginOf(t, w, stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
	run(plan.Push.Final[0].Script)
	if _, err := os.Stat(filepath.Join(w.dir, "awsvars.ecr.properties")); err == nil {
		t.Error("the file of secrets is still there")
	}
	if len(calls(t, stubs, "docker")) != 4 {
		t.Errorf("docker was called %d times, want login, build, push, logout", len(calls(t, stubs, "docker")))
	}
}

// TestHarnessPipeline runs the plugin step of docs/harness.md and puts its
// outputs where the next step refers to them.
func TestHarnessPipeline(t *testing.T) {
	t.Parallel()
	var document struct {
		Pipeline struct {
			Stages []struct {
				Stage struct {
					Spec struct {
						Execution struct {
							Steps []struct {
								Step struct {
									Identifier string `yaml:"identifier"`
									Spec       struct {
										Settings     map[string]string `yaml:"settings"`
										EnvVariables map[string]string `yaml:"envVariables"`
									} `yaml:"spec"`
								} `yaml:"step"`
							} `yaml:"steps"`
						} `yaml:"execution"`
					} `yaml:"spec"`
				} `yaml:"stage"`
			} `yaml:"stages"`
		} `yaml:"pipeline"`
	}
	parse(t, blockOf(t, "harness.md", "harness").text, &document)
	steps := document.Pipeline.Stages[0].Stage.Spec.Execution.Steps
	w := newWorld(t)
	secrets, rest := filepath.Join(t.TempDir(), "secrets"), filepath.Join(t.TempDir(), "rest")
	env := []string{"DRONE=true", "HARNESS_PIPELINE_ID=deploy", "HARNESS_OUTPUT_SECRET_FILE=" + secrets, "DRONE_OUTPUT=" + rest}
	for name, value := range steps[0].Step.Spec.Settings {
		value = strings.ReplaceAll(value, `<+secrets.getValue("external_id")>`, "secret-handshake")
		env = append(env, "PLUGIN_"+strings.ToUpper(name)+"="+value)
	}
	r := w.run(t, env, "awsvars")
	if r.status != 0 {
		t.Fatal(r.stderr)
	}
	w.noLeak(t, "the log", r.log())
	w.noLeak(t, "the file for the rest", readFile(t, rest))
	output := map[string]string{}
	for _, path := range []string{secrets, rest} {
		for line := range strings.Lines(readFile(t, path)) {
			name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
			output[name] = value
		}
	}
	expression := regexp.MustCompile(`^<\+execution\.steps\.` + steps[0].Step.Identifier + `\.output\.outputVariables\.(\w+)>$`)
	used := steps[1].Step.Spec.EnvVariables
	for name, text := range used {
		match := expression.FindStringSubmatch(text)
		if match == nil || output[match[1]] == "" {
			t.Errorf("%s: %s names no output", name, text)
			continue
		}
		used[name] = output[match[1]]
	}
	if !w.handedOut(used["AWS_SECRET_ACCESS_KEY"]) || !w.handedOut(used["AWS_SESSION_TOKEN"]) {
		t.Error("the next step has no credentials of the simulator's")
	}
}

// settingText is a setting as both systems put it into the environment: scalars
// as text, lists joined by commas, stored secrets by their value.
func settingText(t *testing.T, value any, secrets map[string]string) string {
	t.Helper()
	switch v := value.(type) {
	case []any:
		var all []string
		for _, one := range v {
			all = append(all, fmt.Sprint(one))
		}
		return strings.Join(all, ",")
	case map[string]any:
		if name, ok := v["from_secret"].(string); ok {
			return secrets[name]
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	return fmt.Sprint(value)
}
