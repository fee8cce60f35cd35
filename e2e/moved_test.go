//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
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

// movedSteps are steps that were written for the two actions, and one that
// prints whatever it finds.
const movedSteps = `
on: push
permissions:
  id-token: write
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - id: creds
        uses: awsvars/awsvars@main
        with:
          task: sts
          aws-region: eu-west-1
          role-to-assume: arn:aws:iam::222222222222:role/deployer
          output-credentials: true
          mask-aws-account-id: false
      - id: login-ecr
        uses: awsvars/awsvars@main
        with:
          task: login
          registries: 222222222222
          mask-password: true
      - env:
          TOKEN: ${{ steps.creds.outputs.aws-session-token }}
          EXPIRES: ${{ fromJSON(steps.creds.outputs.aws-expiration) }}
          ACCOUNT: ${{ steps.creds.outputs.aws-account-id }}
          ARN: ${{ steps.creds.outputs.authenticated-arn }}
          REGISTRY: ${{ steps.login-ecr.outputs.registry }}
          USERNAME: ${{ steps.login-ecr.outputs.docker_username_222222222222_dkr_ecr_eu_west_1_amazonaws_com }}
          PASSWORD: ${{ steps.login-ecr.outputs.docker_password_222222222222_dkr_ecr_eu_west_1_amazonaws_com }}
        run: |
          for name in TOKEN EXPIRES ACCOUNT ARN REGISTRY USERNAME PASSWORD AWS_SESSION_TOKEN AWS_DEFAULT_REGION; do
            printenv "$name" | tr -d '\n' >"$SEEN/$name"
          done
          cp "$HOME/.docker/config.json" "$SEEN/DOCKER"
          set -x
          env
          cat "$HOME/.docker/config.json"
`

// TestMovedStepsHandOn, in the runner with its debug log on: later steps find
// the outputs and variables of both actions, and the log none of the secrets.
func TestMovedStepsHandOn(t *testing.T) {
	j := newJob(t, movedSteps)
	j.world = worldOf(t, trustOf(t, "trust github"))
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	permission := j.OIDCEnv()
	j.mustAct(t, append(local(t), "--verbose", "--secret", "ACTIONS_STEP_DEBUG=true",
		// GitHub's runner masks what lets a job ask for tokens.
		"--env", permission[0], "--env", permission[1], "--secret", permission[1])...)
	read := func(name string) string { return readFile(t, filepath.Join(seen, name)) }
	for _, name := range []string{"TOKEN", "PASSWORD"} {
		if !j.handedOut(read(name)) {
			t.Errorf("%s is nothing that the simulator handed out", name)
		}
	}
	requireEqual(t, "the token in output and environment", read("AWS_SESSION_TOKEN"), read("TOKEN"))
	if !strings.Contains(read("DOCKER"), `"222222222222.dkr.ecr.eu-west-1.amazonaws.com"`) {
		t.Error("docker was not logged in")
	}
	for name, want := range map[string]string{
		"ACCOUNT": "222222222222", "ARN": "arn:aws:sts::222222222222:assumed-role/deployer/GitHubActions", "USERNAME": "AWS",
		"REGISTRY": "222222222222.dkr.ecr.eu-west-1.amazonaws.com", "AWS_DEFAULT_REGION": "eu-west-1",
	} {
		if got := read(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if _, err := time.Parse(time.RFC3339, read("EXPIRES")); err != nil {
		t.Error(err)
	}
	if config, err := os.ReadFile(filepath.Join(j.home, ".docker", "config.json")); err == nil && strings.Contains(string(config), "222222222222") {
		t.Error("the post step has left the login")
	}
}
