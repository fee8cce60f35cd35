//go:build e2e

package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// gitIn runs git, and nothing of the machine's configuration counts.
func gitIn(t *testing.T, dir string, args ...string) {
	t.Helper()
	command := exec.Command(need(t, "git"), args...)
	command.Dir = dir
	command.Env = []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + dir, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=t", "GIT_AUTHOR_EMAIL=t@example.com", "GIT_COMMITTER_NAME=t", "GIT_COMMITTER_EMAIL=t@example.com",
	}
	if out, err := command.CombinedOutput(); err != nil {
		t.Fatalf("git %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// pluginRepository is the repository as people would clone it: what git knows
// of this tree, in a repository of that name.
func pluginRepository(t *testing.T, name string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), name)
	list := exec.Command(need(t, "git"), "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range strings.Split(strings.TrimSuffix(string(out), "\x00"), "\x00") {
		info, err := os.Stat(filepath.Join(root, path))
		if err != nil {
			// It was removed, and git does not know yet.
			continue
		}
		writeFile(t, filepath.Join(dir, path), readFile(t, filepath.Join(root, path)), info.Mode().Perm())
	}
	gitIn(t, dir, "init", "--quiet", "--initial-branch", "main")
	gitIn(t, dir, "add", "--all")
	gitIn(t, dir, "commit", "--quiet", "--message", "all")
	return dir
}

// buildkite is a machine with an agent.
type buildkite struct {
	*world
	agent, stubs string
	env          []string
}

// newBuildkite takes the agent called name. What would ask Buildkite is done
// by a stub that is first in PATH; the rest is done by the agent.
func newBuildkite(t *testing.T, w *world, name string) *buildkite {
	t.Helper()
	b := &buildkite{world: w, agent: need(t, name), stubs: t.TempDir()}
	script := "#!/bin/sh\ncase $1 in\nmeta-data | annotate | artifact) exit 0 ;;\nesac\necho \"$*\" >>'" + b.stubs + "/asked'\nexec '" + b.agent + "' \"$@\"\n"
	writeFile(t, filepath.Join(b.stubs, "buildkite-agent"), script, 0o755)
	return b
}

// job runs a job as the agent does. plugins is the JSON of the step's plugins.
// Blanks in the agent's paths are there on purpose.
func (b *buildkite) job(t *testing.T, repository, plugins, command string, more ...string) result {
	t.Helper()
	dir := filepath.Join(b.home, "agent of the test")
	env := []string{
		"PATH=" + b.stubs + ":" + binDir() + ":" + os.Getenv("PATH"), "CI=true", "BUILDKITE=true",
		"BUILDKITE_COMMAND=" + command, "BUILDKITE_REPO=" + repository, "BUILDKITE_PLUGINS=" + plugins,
		"BUILDKITE_COMMIT=HEAD", "BUILDKITE_BRANCH=main", "BUILDKITE_PULL_REQUEST=false", "BUILDKITE_BUILD_NUMBER=7",
		"BUILDKITE_JOB_ID=0190-1234", "BUILDKITE_AGENT_NAME=agent 1", "BUILDKITE_ORGANIZATION_SLUG=octo-org", "BUILDKITE_PIPELINE_SLUG=app",
		"BUILDKITE_PIPELINE_PROVIDER=git", "BUILDKITE_BUILD_PATH=" + filepath.Join(dir, "builds"), "BUILDKITE_PLUGINS_PATH=" + filepath.Join(dir, "plugins"),
		"BUILDKITE_SOCKETS_PATH=" + b.stubs, "BUILDKITE_SHELL=/bin/bash -e -c", "BUILDKITE_SSH_KEYSCAN=false", "BUILDKITE_GIT_SUBMODULES=false",
		"BUILDKITE_PLUGINS_ENABLED=true", "BUILDKITE_LOCAL_HOOKS_ENABLED=true", "BUILDKITE_COMMAND_EVAL=true", "BUILDKITE_PTY=true",
		"BUILDKITE_PLUGIN_VALIDATION=true", "BUILDKITE_AGENT_DEBUG=true", "BUILDKITE_LOG_LEVEL=debug",
		"BUILDKITE_REDACTED_VARS=*_PASSWORD,*_SECRET,*_TOKEN,*_ACCESS_KEY,*_SECRET_KEY", "BUILDKITE_AGENT_ACCESS_TOKEN=llamas", "BUILDKITE_AGENT_ENDPOINT=http://127.0.0.1:1",
	}
	r := b.run(t, append(append(env, b.env...), more...), b.agent, "bootstrap")
	b.noLeak(t, "the job's log", r.log())
	return r
}

// asked are the agent's own commands that were called.
func (b *buildkite) asked(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(b.stubs, "asked"))
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	return string(content)
}

// emptyRepository is the repository of a pipeline.
func emptyRepository(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	writeFile(t, filepath.Join(dir, "README.md"), "app\n", 0o644)
	for name, content := range files {
		writeFile(t, filepath.Join(dir, name), content, 0o755)
	}
	gitIn(t, dir, "init", "--quiet", "--initial-branch", "main")
	gitIn(t, dir, "add", "--all")
	gitIn(t, dir, "commit", "--quiet", "--message", "all")
	return dir
}

// plugins writes the list of a step's plugins as Buildkite hands it over.
func plugins(t *testing.T, repository string, configurations ...map[string]any) string {
	t.Helper()
	var all []map[string]any
	for _, configuration := range configurations {
		all = append(all, map[string]any{repository: configuration})
	}
	text, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
