//go:build e2e

package e2e

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestMovedWorkflowsRun runs the workflows of the pages "moving from", whose
// inputs and later steps are those of other actions, as act runs them.
func TestMovedWorkflowsRun(t *testing.T) {
	for _, page := range []string{"moving-from-configure-aws-credentials.md", "moving-from-amazon-ecr-login.md"} {
		t.Run(page, func(t *testing.T) {
			text := blockOf(t, page, "moving").text
			j := newJob(t, text)
			j.world = worldOf(t, trustOf(t, "trust github"))
			stub(t, j.stubs, "aws")
			stub(t, j.stubs, "docker")
			permission := j.OIDCEnv()
			j.mustAct(t, append(local(t), "--env", permission[0], "--env", permission[1])...)
			if strings.Contains(text, "aws s3") {
				(&kitchen{world: j.world, stubs: j.stubs}).served(t)
				return
			}
			built := calls(t, j.stubs, "docker")
			if len(built) != 2 || !regexp.MustCompile(`^push 222222222222\.dkr\.ecr\.eu-west-1\.amazonaws\.com/app:[0-9a-f]{40}\n$`).MatchString(built[1]) {
				t.Errorf("docker was called with %q", built)
			}
			if config := readFile(t, filepath.Join(j.home, ".docker", "config.json")); !strings.Contains(config, `"222222222222.dkr.ecr.eu-west-1.amazonaws.com"`) {
				t.Error("docker is not logged in")
			}
		})
	}
}

// TestMovedWorkflowsLint: the inputs of the pages are no mistakes to actionlint
// either, and what the pages change is what the workflows have.
func TestMovedWorkflowsLint(t *testing.T) {
	for _, page := range []string{"moving-from-configure-aws-credentials.md", "moving-from-amazon-ecr-login.md"} {
		text := blockOf(t, page, "moving").text
		lint := exec.Command("go", "tool", "-modfile=tools/go.mod", "actionlint", "-config-file", ".github/actionlint.yaml", "-")
		lint.Dir, lint.Stdin = root, strings.NewReader(text)
		if out, err := lint.CombinedOutput(); err != nil {
			t.Errorf("%s: %v\n%s", page, err, out)
		}
		for _, b := range blocks(t) {
			if b.page != filepath.Join("docs", page) || b.words[0] != "diff" {
				continue
			}
			for line := range strings.Lines(b.text) {
				if !strings.HasPrefix(line, "-") && !strings.Contains(text, strings.TrimSpace(line[1:])) {
					t.Errorf("%s: the workflow has no line %q", page, line)
				}
			}
		}
	}
}
