package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// gitlabRunner runs a pipeline with gitlab-ci-local, which also compares it
// with GitLab's schema. It returns the log.
func gitlabRunner(t *testing.T, w *world, stubs, pipeline string) string {
	t.Helper()
	runner := filepath.Join(modules(t, "gitlab-ci-local"), "dist", "index.js")
	for _, program := range []string{"git", "bash", "rsync"} {
		need(t, program)
	}
	writeFile(t, filepath.Join(w.dir, ".gitlab-ci.yml"), pipeline, 0o600)
	script := `git init --quiet .
git remote add origin git@gitlab.example.com:octo/app.git
git add .gitlab-ci.yml
git -c user.name=octo -c user.email=octo@example.com commit --quiet --message pipeline
exec "$0" "$1" --force-shell-executor --no-color --variable GITLAB_CI=true 2>&1`
	env := []string{"PATH=" + stubs + ":" + binDir() + ":" + os.Getenv("PATH"), "GIT_CONFIG_GLOBAL=/dev/null"}
	r := w.run(t, env, "sh", "-e", "-c", script, need(t, "node"), runner)
	w.noLeak(t, "the log", r.stdout)
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.stdout)
	}
	if !regexp.MustCompile(`json schema validated`).MatchString(r.stdout) {
		t.Error("the pipeline was not compared with GitLab's schema")
	}
	if n := strings.Count(r.stdout, "GitLab cannot mask"); n != 1 {
		t.Errorf("%d warnings that GitLab cannot mask", n)
	}
	return r.stdout
}

// TestGitLabPipeline runs the pipeline of docs/gitlab.md.
func TestGitLabPipeline(t *testing.T) {
	t.Parallel()
	w, stubs := newWorld(t), t.TempDir()
	stub(t, stubs, "docker")
	gitlabRunner(t, w, stubs, blockOf(t, "gitlab.md", "gitlab").text)
	loginOf(t, w, stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
	if n := len(calls(t, stubs, "docker")); n != 4 {
		t.Errorf("docker was called %d times, want login, build, push, logout", n)
	}
	if _, err := os.Stat(filepath.Join(w.dir, ".awsvars")); err == nil {
		t.Error("the file of secrets is still there")
	}
}

// TestGitLabReport runs the two jobs of docs/gitlab.md, of which the second
// has its credentials from the report of the first.
func TestGitLabReport(t *testing.T) {
	t.Parallel()
	w, stubs := newWorld(t), t.TempDir()
	stub(t, stubs, "aws")
	log := gitlabRunner(t, w, stubs, blockOf(t, "gitlab.md", "report").text)
	if !strings.Contains(log, "set artifacts:access to none, or better run awsvars again") {
		t.Error("nobody was warned that the report can be downloaded")
	}
	k := &kitchen{world: w, stubs: stubs}
	k.served(t)
}

// TestGitLabReportIsTooSmallForRegistries: nothing is left of what does not
// fit in.
func TestGitLabReportIsTooSmallForRegistries(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	r := w.run(t, []string{"GITLAB_CI=true"}, "awsvars", append([]string{"ecr", "--scope", "result"}, deployer()...)...)
	if r.status != 5 || !strings.Contains(r.stderr, "and GitLab takes 5119\nhint: run awsvars again in the job that needs them") {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
	if _, err := os.Stat(filepath.Join(w.dir, ".awsvars", "ecr.env")); err == nil {
		t.Error("the report is there")
	}
}
