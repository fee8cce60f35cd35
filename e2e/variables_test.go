package e2e

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// column returns the names of one column of a task's table in
// docs/variables.md, sorted. A cell may hold several, or none.
func column(t *testing.T, task string, number int) []string {
	t.Helper()
	text := readFile(t, filepath.Join(root, "docs", "variables.md"))
	_, section, found := strings.Cut(text, "\n## "+task+"\n")
	if !found {
		t.Fatalf("no section %s", task)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	var names []string
	for line := range strings.Lines(section) {
		cells := strings.Split(line, "|")
		if len(cells) < number+2 || !strings.Contains(cells[1], "`") {
			continue
		}
		for name := range strings.SplitSeq(cells[number], ",") {
			if name = strings.Trim(strings.TrimSpace(name), "`"); name != "" {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

func same(t *testing.T, what string, page, delivered []string) {
	t.Helper()
	slices.Sort(delivered)
	if diff := cmp.Diff(page, delivered); diff != "" {
		t.Errorf("%s (page, delivered):\n%s", what, diff)
	}
}

func TestVariablesPage(t *testing.T) {
	t.Parallel()
	for _, task := range []string{"ecr", "sts"} {
		t.Run(task, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			args := append([]string{task, "--add-caller-identity"}, deployer()...)
			var document map[string]string
			if err := json.Unmarshal([]byte(w.run(t, nil, "awsvars", append(args, "--format", "json")...).stdout), &document); err != nil {
				t.Fatal(err)
			}
			same(t, "dotted names", column(t, task, 1), slices.Collect(maps.Keys(document)))

			shell := exported(w.run(t, nil, "awsvars", append(args, "--format", "shell")...).stdout)
			standard := column(t, "sts", 5)
			if task == "sts" {
				shell = remove(shell, standard)
			}
			same(t, "environment names", column(t, task, 2), shell)

			if r := w.run(t, []string{"bamboo_agentId=1"}, "awsvars", args...); r.status != 0 {
				t.Fatal(r.stderr)
			}
			var bamboo []string
			name := map[string]string{"ecr": "ecr", "sts": "aws"}[task]
			for line := range strings.Lines(readFile(t, filepath.Join(w.dir, "awsvars."+name+".properties"))) {
				key, _, _ := strings.Cut(line, "=")
				bamboo = append(bamboo, "${bamboo.custom."+key+"}")
			}
			same(t, "names in Bamboo", column(t, task, 3), bamboo)

			for runner, names := range nativeNames(t, w, args) {
				if task == "sts" {
					same(t, "standard names in "+runner, standard, intersect(names, standard))
					names = remove(names, standard)
				}
				same(t, "names in "+runner, column(t, task, 2), names)
			}

			step := github(t, w, task, "--add-caller-identity", "--output-credentials")
			same(t, "outputs on GitHub", column(t, task, 4), slices.Collect(maps.Keys(step.outputs)))
			if task == "sts" {
				same(t, "environment on GitHub", standard, slices.Collect(maps.Keys(step.environment)))
			}
		})
	}
}

func exported(text string) []string {
	var names []string
	for line := range strings.Lines(text) {
		name, _, _ := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		names = append(names, name)
	}
	return names
}

// nativeNames runs a task in each system whose jobs are scripts, and returns
// the names that the next step finds.
func nativeNames(t *testing.T, w *world, args []string) map[string][]string {
	t.Helper()
	names := map[string][]string{}
	run := func(env ...string) result {
		t.Helper()
		r := w.run(t, env, "awsvars", args...)
		if r.status != 0 {
			t.Fatal(r.stderr)
		}
		return r
	}
	file := func() []string {
		t.Helper()
		found, err := filepath.Glob(filepath.Join(w.dir, ".awsvars", "[a-z]*"))
		if err != nil || len(found) != 1 {
			t.Fatalf("%v, %v", found, err)
		}
		defer func() { _ = os.Remove(found[0]) }()
		return exported(readFile(t, found[0]))
	}
	run("GITLAB_CI=true")
	names["gitlab"] = file()
	run("BITBUCKET_BUILD_NUMBER=7")
	names["bitbucket"] = file()
	run("CODEBUILD_BUILD_ID=app:1")
	names["codebuild"] = file()
	run("JENKINS_URL=https://jenkins.example.com/")
	names["jenkins"] = file()
	temporary := t.TempDir()
	run("TEAMCITY_VERSION=2025.07", "TMPDIR="+temporary)
	written, err := filepath.Glob(filepath.Join(temporary, "*"))
	if err != nil || len(written) != 1 {
		t.Fatalf("%v, %v", written, err)
	}
	names["teamcity"] = exported(readFile(t, written[0]))
	bashEnv := filepath.Join(t.TempDir(), "bash_env")
	run("CIRCLECI=true", "BASH_ENV="+bashEnv)
	// All exports are in one line there, so that none of them is there alone.
	names["circleci"] = exported(strings.ReplaceAll(strings.TrimPrefix(readFile(t, bashEnv), " "), "; export ", "\nexport "))
	commands := regexp.MustCompile(`setvariable variable=(\w+)`)
	for _, match := range commands.FindAllStringSubmatch(run("TF_BUILD=True").stderr, -1) {
		names["azure"] = append(names["azure"], match[1])
	}
	return names
}

func intersect(names, with []string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(name string) bool { return !slices.Contains(with, name) })
}

func remove(names, without []string) []string {
	return slices.DeleteFunc(names, func(name string) bool { return slices.Contains(without, name) })
}

// TestPolicies: what docs/permissions.md says the last role needs is enough,
// and no less is.
func TestPolicies(t *testing.T) {
	t.Parallel()
	var tried []string
	for _, b := range blocksOf(t, "json", "task") {
		actions := actionsOf(t, b.text)
		for _, args := range [][]string{{"ecr"}, {"ecr", "--registry", "public"}} {
			own := "ecr:GetAuthorizationToken"
			if len(args) > 1 {
				own = "ecr-public:GetAuthorizationToken"
			}
			if !slices.Contains(actions, own) {
				continue
			}
			tried = append(tried, own)
			if status := withPolicy(t, actions, args...); status != 0 {
				t.Errorf("awsvars %s with the policy of the page: status %d", strings.Join(args, " "), status)
			}
			less := slices.DeleteFunc(slices.Clone(actions), func(action string) bool { return action == own })
			if status := withPolicy(t, less, args...); status != 3 {
				t.Errorf("awsvars %s without %s: status %d, want 3", strings.Join(args, " "), own, status)
			}
		}
	}
	if len(tried) != 2 {
		t.Errorf("policies tried: %v", tried)
	}
}

func actionsOf(t *testing.T, policy string) []string {
	t.Helper()
	var document struct {
		Version   string
		Statement []struct{ Action any }
	}
	if err := json.Unmarshal([]byte(policy), &document); err != nil {
		t.Fatal(err)
	}
	var actions []string
	for _, statement := range document.Statement {
		switch action := statement.Action.(type) {
		case string:
			actions = append(actions, action)
		case []any:
			for _, one := range action {
				actions = append(actions, fmt.Sprint(one))
			}
		}
	}
	return actions
}

// withPolicy runs a task with a role that may do actions only.
func withPolicy(t *testing.T, actions []string, args ...string) int {
	t.Helper()
	w := newWorld(t)
	config := w.run(t, nil, "awsvars-simulator", "config").stdout
	marker := "        max-session-duration: 12h\n"
	if strings.Count(config, marker) != 1 {
		t.Fatal("the built-in configuration has changed: where does deployer start?")
	}
	config = strings.Replace(config, marker, marker+"        allow: ["+strings.Join(actions, ", ")+"]\n", 1)
	path := filepath.Join(w.dir, "world.yaml")
	writeFile(t, path, config, 0o600)
	args = append(append([]string{"run", "--config", path, "--", "awsvars"}, args...), deployer()...)
	return w.run(t, nil, "awsvars-simulator", append(args, "--format", "json", "--output", filepath.Join(w.dir, "out.json"))...).status
}
