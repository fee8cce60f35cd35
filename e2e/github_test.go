//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// job is a repository in which act runs one workflow, in host mode.
type job struct {
	*world
	repository, stubs string
	// path is the PATH of the job.
	path string
	more []string
}

func newJob(t *testing.T, workflow string) *job {
	t.Helper()
	need(t, "act")
	j := &job{world: newWorld(t), repository: t.TempDir(), stubs: t.TempDir()}
	j.path = j.stubs + ":" + binDir() + ":" + os.Getenv("PATH")
	writeFile(t, filepath.Join(j.repository, ".github", "workflows", "test.yml"), workflow, 0o644)
	for _, args := range [][]string{
		{"init", "--quiet", "--initial-branch", "main"},
		{"remote", "add", "origin", "https://example.com/octo/app.git"},
		{"add", "."},
		{"-c", "user.name=t", "-c", "user.email=t@example.com", "commit", "--quiet", "--message", "x"},
	} {
		git := exec.Command("git", args...)
		git.Dir = j.repository
		if out, err := git.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args[0], err, out)
		}
	}
	return j
}

// act runs the workflow and returns its text log. act hands its own
// environment to the job, so it gets a clean one.
func (j *job) act(t *testing.T, args ...string) result {
	t.Helper()
	// Without a configuration act asks which image it may download.
	writeFile(t, filepath.Join(j.home, ".config", "act", "actrc"), "", 0o600)
	all := append([]string{
		"push", "--workflows", ".github/workflows/test.yml", "--no-cache-server",
		"--platform", "ubuntu-latest=-self-hosted", "--platform", "self-hosted=-self-hosted", "--platform", "ec2=-self-hosted",
	}, args...)
	command := exec.Command("act", all...)
	var stdout, stderr bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = j.repository, &stdout, &stderr
	command.Env = append(j.env(j.more...), "PATH="+j.path)
	_ = command.Run()
	r := result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
	j.noLeak(t, "the log", r.log())
	return r
}

// mustAct runs a workflow that has to succeed. The log is shown masked only.
func (j *job) mustAct(t *testing.T, args ...string) result {
	t.Helper()
	r := j.act(t, args...)
	if r.status != 0 {
		t.Fatalf("act: status %d\n%s", r.status, j.safe(r.log()))
	}
	return r
}

// safe is a log for a message of the test: nothing of it if it holds a secret.
func (j *job) safe(log string) string {
	if len(simulator.Leaks([]byte(log), j.Secrets())) > 0 {
		return "(the log holds secrets and is not shown)"
	}
	return log
}

// twoRoles are settings for a chain of two roles.
const twoRoles = "--role-arn arn:aws:iam::222222222222:role/deployer --external-id secret-handshake " +
	"--role-arn arn:aws:iam::333333333333:role/pusher --external-id second-handshake"

// TestRunStepHandsOn: later steps see outputs and environment, bit for bit
// what AWS gave, and the log holds none of it although steps try to print it.
func TestRunStepHandsOn(t *testing.T) {
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    outputs:
      region: ${{ steps.sts.outputs.aws-region }}
    steps:
      - id: ecr
        run: awsvars ecr `+twoRoles+` --registry 333333333333,222222222222/us-east-1
      - id: sts
        run: awsvars sts --output-credentials `+twoRoles+`
      - name: compare
        env:
          AUTHORIZATION: ${{ steps.ecr.outputs.authorization-token-password }}
          PASSWORD: ${{ steps.ecr.outputs.password }}
          SECOND: ${{ fromJSON(steps.ecr.outputs.registries-json-password)[1].password }}
          DOMAIN: ${{ steps.ecr.outputs.proxy-endpoint-domain }}
          USERNAME: ${{ steps.ecr.outputs.username }}
          SECRET: ${{ steps.sts.outputs.aws-secret-access-key }}
          TOKEN: ${{ steps.sts.outputs.aws-session-token }}
        run: |
          cat "$GITHUB_STEP_SUMMARY" >"$SEEN/summary"
          for name in AUTHORIZATION PASSWORD SECOND DOMAIN USERNAME SECRET TOKEN AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_REGION; do
            printenv "$name" | tr -d '\n' >"$SEEN/$name"
          done
      - name: careless
        run: |
          set -x
          env
          echo "$AWS_SECRET_ACCESS_KEY $AWS_SESSION_TOKEN"
          printf %s "$AWS_SESSION_TOKEN" | base64 -w0; echo
          printf %s "x$AWS_SECRET_ACCESS_KEY" | base64 -w0; echo
          printf %s "user:$AWS_SECRET_ACCESS_KEY" | base64 -w0; echo
        env:
          PASSWORD: ${{ steps.ecr.outputs.password }}
          ALL: ${{ steps.ecr.outputs.registries-json-password }}
`)
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	r := j.mustAct(t)
	if !strings.Contains(r.log(), "***") {
		t.Error("nothing was masked: did the careless step run?")
	}
	read := func(name string) string { return readFile(t, filepath.Join(seen, name)) }
	for _, name := range []string{"AUTHORIZATION", "PASSWORD", "SECOND", "SECRET", "TOKEN", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		if !j.handedOut(read(name)) {
			t.Errorf("%s is nothing that the simulator handed out", name)
		}
	}
	requireEqual(t, "the secret key in output and environment", read("SECRET"), read("AWS_SECRET_ACCESS_KEY"))
	requireEqual(t, "the domain", read("DOMAIN"), "333333333333.dkr.ecr.eu-west-1.amazonaws.com")
	requireEqual(t, "the user name", read("USERNAME"), "AWS")
	requireEqual(t, "the region", read("AWS_REGION"), "eu-west-1")
	j.noLeak(t, "the step summary", read("summary"))
	if !strings.Contains(j.Summary(), "sts AssumeRole (agent → deployer), sts AssumeRole (deployer → pusher), 2 × ecr GetAuthorizationToken (pusher)") {
		t.Errorf("AWS was asked: %s", j.Summary())
	}
}

// TestEvalMasks: also where a script reads the variables itself, the log of
// GitHub masks them. The masks go over stderr then.
func TestEvalMasks(t *testing.T) {
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - run: |
          credentials=$(awsvars sts --format shell `+twoRoles+`)
          eval "$credentials"
          printf %s "$AWS_SESSION_TOKEN" >"$SEEN/token"
          env
          echo "$credentials"
      - run: |
          awsvars ecr --format json --output ecr.json `+twoRoles+`
          cat ecr.json
`)
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	j.mustAct(t)
	if !j.handedOut(readFile(t, filepath.Join(seen, "token"))) {
		t.Error("the script has no session token of the simulator's")
	}
}

// TestFailedRun: an annotation says what was wrong, and nothing was handed on.
func TestFailedRun(t *testing.T) {
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - id: sts
        run: awsvars sts --role-arn arn:aws:iam::222222222222:role/deployer --external-id wrong-handshake
      - if: always()
        env:
          OUTPUTS: ${{ toJSON(steps.sts.outputs) }}
        run: |
          printf %s "$OUTPUTS" >"$SEEN/outputs"
          env | grep -c '^AWS_SESSION_TOKEN=' >"$SEEN/environment" || true
`)
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	r := j.act(t)
	if r.status == 0 {
		t.Error("the job succeeded")
	}
	// GitHub ends the command at the first ::, act at the last one, which is in
	// an ARN: it takes the line for a command that it does not know.
	if !strings.Contains(r.log(), "  ::error::assuming role 1 of 1, arn:aws:iam::222222222222:role/deployer") {
		t.Errorf("no annotation:\n%s", j.safe(r.log()))
	}
	requireEqual(t, "the outputs", readFile(t, filepath.Join(seen, "outputs")), "{}")
	requireEqual(t, "the environment", readFile(t, filepath.Join(seen, "environment")), "0\n")
}

// requireEqual shows no value: both may be secrets.
func requireEqual(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %d bytes, want %d others", what, len(got), len(want))
	}
}

// local replaces what would have to be downloaded: the action is this clone.
func local(t *testing.T) []string {
	t.Helper()
	clone, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	return []string{"--local-repository", "awsvars/awsvars@main=" + clone}
}

// TestWorkflowsOfThePage runs the workflows of docs/github.md as they stand
// there, with aws replaced by a program that notes how it is called, and docker
// too where nothing is pushed.
func TestWorkflowsOfThePage(t *testing.T) {
	for i, b := range blocksOf(t, "yaml", "") {
		if filepath.Base(b.page) != "github.md" {
			continue
		}
		t.Run(fmt.Sprint(i, b.words[1]), func(t *testing.T) {
			j := newJob(t, b.text)
			stub(t, j.stubs, "aws")
			if b.has("push") {
				j.withImage(t)
			} else {
				stub(t, j.stubs, "docker")
			}
			log := j.mustAct(t, local(t)...).log()
			if strings.Contains(b.text, "docker login") {
				loginOf(t, j.world, j.stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
			}
			if b.has("push") {
				j.checkPushed(t, log)
			}
			if !strings.Contains(b.text, "aws s3") {
				return
			}
			env := readFile(t, filepath.Join(j.stubs, "aws.calls", "0.env"))
			token := regexp.MustCompile(`(?m)^AWS_SESSION_TOKEN=(.*)$`).FindStringSubmatch(env)
			if token == nil || !j.handedOut(token[1]) {
				t.Error("aws was called without a session token of the simulator's")
			}
		})
	}
}

// withImage gives the job a Docker engine, and what an image is built of.
func (j *job) withImage(t *testing.T) {
	t.Helper()
	w := (&dockerWorld{world: j.world}).withEngine(t)
	j.more = w.environment()
	writeFile(t, filepath.Join(j.repository, "Dockerfile"), "FROM scratch\nCOPY site /\n", 0o644)
	writeFile(t, filepath.Join(j.repository, "site", "index.html"), "hello\n", 0o644)
}

// checkPushed: the image is in the registry, and the login is not in Docker's
// configuration any more.
func (j *job) checkPushed(t *testing.T, log string) {
	t.Helper()
	const host = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	for _, line := range []string{
		`pushed    ` + host + `/app`,
		`cleanup   logged out of ` + host + `; blanked DOCKER_CONFIG`,
		`cleanup   blanked AWS_ACCESS_KEY_ID`,
	} {
		if !strings.Contains(log, line) {
			t.Errorf("the log does not say %q:\n%s", line, j.safe(log))
		}
	}
	image := regexp.MustCompile(host + `/app@sha256:[0-9a-f]{64}`)
	if env := readFile(t, filepath.Join(j.stubs, "aws.calls", "0.env")); !image.MatchString(env) {
		t.Error("the step behind it does not know the image")
	}
}

// TestGitHubRecipe runs the workflow of docs/recipes.md as act runs it, with
// the permission that it asks for.
func TestGitHubRecipe(t *testing.T) {
	j := newJob(t, blocksOf(t, "yaml", "recipe")[0].text)
	j.world = worldOf(t, trustOf(t, "trust github"))
	stub(t, j.stubs, "aws")
	permission := j.OIDCEnv()
	j.mustAct(t, append(local(t), "--env", permission[0], "--env", permission[1])...)
	(&kitchen{world: j.world, stubs: j.stubs}).served(t)
}

// TestUsesBuildsItself: without awsvars in PATH the action builds it from its
// own source, once for all steps of a job. It also shows each kind of input.
func TestUsesBuildsItself(t *testing.T) {
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - id: aws
        uses: awsvars/awsvars@main
        with:
          task: sts
          source: instance
          role-to-assume: |
            arn:aws:iam::222222222222:role/deployer
          role-external-id: secret-handshake
          add-caller-identity: true
          duration: 900
          output-credentials: true
      - env:
          TOKEN: ${{ steps.aws.outputs.aws-session-token }}
          ARN: ${{ steps.aws.outputs.caller-identity-arn }}
        run: |
          printf %s "$TOKEN" >"$SEEN/token"
          printf %s "$ARN" >"$SEEN/arn"
          printf %s "$AWS_ACCESS_KEY_ID" >"$SEEN/id"
          ls -i "$RUNNER_TEMP"/awsvars-*/awsvars >"$SEEN/first"
      - uses: awsvars/awsvars@main
        with:
          task: ecr
          source: instance
      - run: ls -i "$RUNNER_TEMP"/awsvars-*/awsvars >"$SEEN/second"
`)
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	j.path = j.stubs + ":" + os.Getenv("PATH")
	for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPROXY", "GOFLAGS", "GONOSUMDB", "GONOSUMCHECK", "GOSUMDB"} {
		value, err := exec.Command("go", "env", name).Output()
		if err != nil {
			t.Fatal(err)
		}
		if text := strings.TrimSpace(string(value)); text != "" {
			j.more = append(j.more, name+"="+text)
		}
	}
	j.mustAct(t, local(t)...)
	if !j.handedOut(readFile(t, filepath.Join(seen, "token"))) {
		t.Error("the output is no session token of the simulator's")
	}
	if arn := readFile(t, filepath.Join(seen, "arn")); !strings.HasPrefix(arn, "arn:aws:sts::222222222222:assumed-role/deployer/") {
		t.Errorf("the caller is %q", arn)
	}
	// Go replaces a file that it has built anew.
	requireEqual(t, "the binary of the second step", readFile(t, filepath.Join(seen, "second")), readFile(t, filepath.Join(seen, "first")))
	if readFile(t, filepath.Join(seen, "id")) == "" {
		t.Error("the environment has no access key ID")
	}
}

// TestUsesHere runs the action from its own checkout, as this repository's
// workflows may.
func TestUsesHere(t *testing.T) {
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - id: aws
        uses: ./
        with:
          task: ecr
          role-arn: arn:aws:iam::222222222222:role/deployer
          external-id: secret-handshake
      - env:
          PASSWORD: ${{ steps.aws.outputs.password }}
        run: printf %s "$PASSWORD" >"$SEEN/password"
`)
	seen := t.TempDir()
	j.more = []string{"SEEN=" + seen}
	copyAction(t, j.repository)
	j.mustAct(t)
	if !j.handedOut(readFile(t, filepath.Join(seen, "password"))) {
		t.Error("the output is no password of the simulator's")
	}
}

// TestWorkflowsLint runs actionlint over this repository's workflows and over
// those of the pages: there also with the action beside them, whose inputs and
// outputs actionlint knows then.
func TestWorkflowsLint(t *testing.T) {
	workflows := map[string]string{"test.yml": readFile(t, filepath.Join(root, ".github", "workflows", "test.yml")), "each task": everyTask}
	for i, b := range blocksOf(t, "yaml", "") {
		if filepath.Base(b.page) == "github.md" || b.has("recipe") && b.has("github") || b.has("moving") && strings.Contains(b.text, "uses: awsvars/") {
			workflows[fmt.Sprint(b.page, ", block ", i)] = b.text
		}
	}
	tool, err := exec.Command("go", "tool", "-modfile=../tools/go.mod", "-n", "actionlint").Output()
	if err != nil {
		t.Fatalf("building actionlint: %v", err)
	}
	here := t.TempDir()
	copyAction(t, here)
	addWitness(t, here)
	// It looks for actions in a repository only.
	writeFile(t, filepath.Join(here, ".git", "HEAD"), "ref: refs/heads/main\n", 0o644)
	writeFile(t, filepath.Join(here, ".github", "actionlint.yaml"), readFile(t, filepath.Join(root, ".github", "actionlint.yaml")), 0o644)
	for name, text := range workflows {
		file := filepath.Join(here, ".github", "workflows", "test.yml")
		writeFile(t, file, strings.ReplaceAll(text, "awsvars/awsvars@main", "./"), 0o644)
		for dir, path := range map[string]string{root: "-", here: file} {
			lint := exec.Command(strings.TrimSpace(string(tool)), "-config-file", ".github/actionlint.yaml", path)
			lint.Dir, lint.Stdin = dir, strings.NewReader(text)
			if out, err := lint.CombinedOutput(); err != nil {
				t.Errorf("%s: %v\n%s", name, err, out)
			}
		}
	}
}
