package e2e

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
)

// TestGeneratedFilesAreCurrent: a setting is declared once, so what is derived
// from it must be what would be derived from it now.
func TestGeneratedFilesAreCurrent(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	generate := exec.Command("go", "run", "-tags", "generate", "./cmd/awsvars", "generate", dir)
	generate.Dir = root
	if out, err := generate.CombinedOutput(); err != nil {
		t.Fatalf("generating: %v\n%s", err, out)
	}
	count := 0
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		count++
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		if diff := cmp.Diff(readFile(t, path), readFile(t, filepath.Join(root, name))); diff != "" {
			t.Errorf("%s differs from what go generate ./... writes:\n%s", name, diff)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if count < 10 {
		t.Errorf("only %d files were generated", count)
	}
}

type actionFile struct {
	Inputs  map[string]map[string]any
	Outputs map[string]struct{ Description string }
	Runs    map[string]string
}

func readAction(t *testing.T) actionFile {
	t.Helper()
	var action actionFile
	if err := yaml.Unmarshal([]byte(readFile(t, filepath.Join(root, "action.yml"))), &action); err != nil {
		t.Fatal(err)
	}
	return action
}

// TestActionHasAnInputForEverySetting, and no default: GitHub would hand it over
// as if it had been given.
func TestActionHasAnInputForEverySetting(t *testing.T) {
	t.Parallel()
	want, _ := settingNames(t)
	delete(want, "help")
	want["binary"] = true
	// And one for every input of the actions in whose place it can stand.
	for _, tool := range []string{"configure-aws-credentials", "amazon-ecr-login"} {
		for line := range strings.Lines(readFile(t, filepath.Join(root, "dropins", "testdata", tool))) {
			if name := strings.TrimSpace(line); !strings.HasPrefix(name, "#") {
				want[name] = true
			}
		}
	}
	inputs := readAction(t).Inputs
	if diff := cmp.Diff(slices.Sorted(maps.Keys(want)), slices.Sorted(maps.Keys(inputs))); diff != "" {
		t.Errorf("settings, inputs:\n%s", diff)
	}
	for name, input := range inputs {
		if _, has := input["default"]; has || input["description"] == "" || input["required"] != (name == "task") {
			t.Errorf("the input %s is %v", name, input)
		}
	}
}

// TestActionIsStarted: by files that are there, and whatever became of main.
func TestActionIsStarted(t *testing.T) {
	t.Parallel()
	want := map[string]string{"using": "node24", "main": "action/main.js", "post": "action/post.js"}
	runs := readAction(t).Runs
	if diff := cmp.Diff(want, runs); diff != "" {
		t.Error(diff)
	}
	for _, entry := range []string{"main", "post"} {
		readFile(t, filepath.Join(root, runs[entry]))
	}
}

// TestActionDeclaresEveryOutput: those whose names are known beforehand.
func TestActionDeclaresEveryOutput(t *testing.T) {
	t.Parallel()
	delivered := map[string]bool{}
	for _, args := range [][]string{
		{"sts", "--output-credentials", "--add-caller-identity"},
		{"ecr"},
		{"ecr", "--registry", "222222222222,111111111111"},
		{"login", "--private"},
		{"push", "--image", "oci:" + smallLayout(t), "--repository", "app", "--tags", "1"},
	} {
		for name := range github(t, newWorld(t), args...).outputs {
			// These names depend on the registries, so none can be declared.
			if !strings.HasPrefix(name, "222222222222-") && !strings.HasPrefix(name, "111111111111-") {
				delivered[name] = true
			}
		}
	}
	for task, with := range map[string]inputs{"sts": the("role"), "login": {}} {
		d := dropin{with: with}
		for _, name := range d.do(t, d.world(t), task, "awsvars").outputs() {
			// So do these.
			if !strings.HasPrefix(name, "docker_") {
				delivered[name] = true
			}
		}
	}
	declared := slices.Sorted(maps.Keys(readAction(t).Outputs))
	if diff := cmp.Diff(slices.Sorted(maps.Keys(delivered)), declared); diff != "" {
		t.Errorf("delivered, declared:\n%s", diff)
	}
}

// smallLayout is an OCI layout with a small image in it.
func smallLayout(t *testing.T) string {
	t.Helper()
	image, err := random.Image(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	path, err := layout.Write(dir, empty.Index)
	if err == nil {
		err = path.AppendImage(image)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// githubStep is what a step left in GitHub's files.
type githubStep struct {
	result
	outputs, environment map[string]string
	summary              string
}

// deployer is the way into the account 222222222222 of the simulator.
func deployer() []string {
	return []string{"--role-arn", "arn:aws:iam::222222222222:role/deployer", "--external-id", "secret-handshake"}
}

// github runs a task as a step of GitHub Actions.
func github(t *testing.T, w *world, args ...string) githubStep {
	t.Helper()
	dir := t.TempDir()
	env := append(w.RegistryProxyEnv(), "GITHUB_ACTIONS=true")
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"} {
		writeFile(t, filepath.Join(dir, name), "", 0o600)
		env = append(env, name+"="+filepath.Join(dir, name))
	}
	step := githubStep{result: w.run(t, env, "awsvars", append(args, deployer()...)...)}
	if step.status != 0 {
		t.Fatalf("awsvars %s: %s", strings.Join(args, " "), step.stderr)
	}
	step.outputs = commandFile(t, readFile(t, filepath.Join(dir, "GITHUB_OUTPUT")))
	step.environment = commandFile(t, readFile(t, filepath.Join(dir, "GITHUB_ENV")))
	step.summary = readFile(t, filepath.Join(dir, "GITHUB_STEP_SUMMARY"))
	return step
}

// commandFile reads name<<DELIMITER, lines, DELIMITER (docs.github.com,
// "Workflow commands", multiline strings).
func commandFile(t *testing.T, text string) map[string]string {
	t.Helper()
	values := map[string]string{}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		name, delimiter, found := strings.Cut(lines[i], "<<")
		if !found {
			if lines[i] != "" {
				t.Fatalf("line %d is no start of a value", i)
			}
			continue
		}
		var value []string
		for i++; i < len(lines) && lines[i] != delimiter; i++ {
			value = append(value, lines[i])
		}
		values[name] = strings.Join(value, "\n")
	}
	return values
}

func TestSummaryHoldsNoSecret(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"ecr"}, {"sts", "--output-credentials"}} {
		w := newWorld(t)
		step := github(t, w, args...)
		if !strings.Contains(step.summary, "arn:aws:iam::222222222222:role/deployer") {
			t.Errorf("%s: the summary does not name the role:\n%s", args[0], step.summary)
		}
		w.noLeak(t, "the summary of "+args[0], step.summary)
		// GitHub takes the commands that mask out of the log.
		log := regexp.MustCompile(`(?m)^::add-mask::.*$`).ReplaceAllString(step.log(), "")
		w.noLeak(t, "the log of "+args[0], log)
	}
}
