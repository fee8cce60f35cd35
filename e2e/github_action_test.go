//go:build e2e

package e2e

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/random"
)

// witness is an action that writes down, in a step or in its post step, what
// that step finds. Post steps run in reverse order: that of the first step is
// the last one of the job.
const witness = `
const fs = require('node:fs');
const path = require('node:path');
const read = (file) => fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
const home = process.env.HOME;
module.exports = (name) => {
  const mine = Object.entries(process.env).filter(([name]) => /^(AWS_(ACC|SEC|SES|CRED|REG|DEF)|DOCKER_CONFIG$)/.test(name));
  const seen = {
    environment: Object.fromEntries(mine),
    docker: read(path.join(home, '.docker/config.json')),
    private: process.env.DOCKER_CONFIG ? read(path.join(process.env.DOCKER_CONFIG, 'config.json')) : '',
    credentials: read(process.env.AWS_SHARED_CREDENTIALS_FILE),
    file: read('aws.env'),
    temporary: fs.readdirSync(process.env.RUNNER_TEMP).filter((name) => name.startsWith('awsvars')),
  };
  fs.writeFileSync(path.join(process.env.SEEN, name), JSON.stringify(seen));
};
`

// witnessed is what a witness has written down.
type witnessed struct {
	Environment                        map[string]string
	Docker, Private, Credentials, File string
	Temporary                          []string
}

func addWitness(t *testing.T, repository string) {
	t.Helper()
	write := func(name, content string) {
		writeFile(t, filepath.Join(repository, "witness", name), content, 0o644)
	}
	write("action.yml", "name: witness\ndescription: writes down what it finds\ninputs:\n  name: {description: of the file}\nruns:\n  using: node24\n  main: main.js\n  post: post.js\n")
	write("see.js", witness)
	write("main.js", "require('./see')('main' + process.env.INPUT_NAME);\n")
	write("post.js", "require('./see')('post' + process.env.INPUT_NAME);\n")
}

func readWitness(t *testing.T, seen, name string) witnessed {
	t.Helper()
	var w witnessed
	if err := json.Unmarshal([]byte(readFile(t, filepath.Join(seen, name))), &w); err != nil {
		t.Fatal(err)
	}
	return w
}

// everyTask uses the action as this commit has it, for each task.
const everyTask = `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    env:
      AWSVARS_SOURCE: instance
    steps:
      - uses: actions/checkout@v5
      - uses: ./witness
        with: {name: First}
      - id: ecr
        uses: ./
        with: {task: ecr, registry: 111111111111/eu-west-1}
      - id: sts
        uses: ./
        with: {task: sts, write-profile: deploy, add-caller-identity: true, output-credentials: true}
      - uses: ./
        with: {task: sts, format: shell, output: aws.env}
      - uses: ./
        with: {task: login, registry: "111111111111/eu-west-1,111111111111/us-east-1"}
      - uses: ./
        with: {task: logout, registry: 111111111111/us-east-1}
      - uses: ./
        with: {task: login, registry: 111111111111/eu-central-1, private: true, login-variables: false}
      - id: push
        uses: ./
        with: {task: push, image: "oci:LAYOUT", repository: app, tags: "1", registry: 111111111111/eu-central-1}
      - uses: ./witness
        with: {name: Last}
      - env:
          PASSWORD: ${{ steps.ecr.outputs.password }}
          SECRET: ${{ steps.sts.outputs.aws-secret-access-key }}
          ARN: ${{ steps.sts.outputs.caller-identity-arn }}
          DIGEST: ${{ steps.push.outputs.digest }}
        run: |
          for name in PASSWORD SECRET ARN DIGEST; do
            printenv "$name" | tr -d '\n' >"$SEEN/$name"
          done
          set -x
          env
          cat aws.env "$DOCKER_CONFIG/config.json" "$HOME/.docker/config.json" "$AWS_SHARED_CREDENTIALS_FILE"
`

// TestActionDoesEveryTask in the runner, with its debug log on: later steps see
// what was delivered, and the post steps leave nothing of it.
func TestActionDoesEveryTask(t *testing.T) {
	node(t)
	image, err := random.Image(20_000, 2)
	if err != nil {
		t.Fatal(err)
	}
	w := newDockerWorld(t)
	j := newJob(t, strings.ReplaceAll(everyTask, "LAYOUT", layoutOf(t, image)))
	j.world = w.world
	copyAction(t, j.repository)
	addWitness(t, j.repository)
	seen := t.TempDir()
	j.more = append(w.environment(), "SEEN="+seen)
	j.mustAct(t, "--verbose", "--secret", "ACTIONS_STEP_DEBUG=true")
	read := func(name string) string { return readFile(t, filepath.Join(seen, name)) }
	for _, name := range []string{"PASSWORD", "SECRET"} {
		if !j.handedOut(read(name)) {
			t.Errorf("%s is nothing that the simulator handed out", name)
		}
	}
	if arn, digest := read("ARN"), read("DIGEST"); !strings.HasPrefix(arn, "arn:aws:sts::111111111111:assumed-role/agent/") || !strings.HasPrefix(digest, "sha256:") {
		t.Errorf("the caller is %q, the digest %q", arn, digest)
	}
	j.checkHanded(t, readWitness(t, seen, "mainLast"), read("SECRET"))
	j.checkLeft(t, readWitness(t, seen, "postFirst"))
}

// checkHanded looks at what the last step finds.
func (j *job) checkHanded(t *testing.T, w witnessed, secret string) {
	t.Helper()
	requireEqual(t, "the secret key in output and environment", w.Environment["AWS_SECRET_ACCESS_KEY"], secret)
	for what, found := range map[string]bool{
		"the login":             strings.Contains(w.Docker, irelandHost),
		"the login of the job":  strings.Contains(w.Private, frankfurtHost),
		"the profile":           strings.Contains(w.Credentials, "[deploy]"),
		"the file of variables": strings.Contains(w.File, "export AWS_SESSION_TOKEN='"),
		"the task logout":       !strings.Contains(w.Docker, "us-east-1"),
	} {
		if !found {
			t.Errorf("%s is not seen", what)
		}
	}
}

// checkLeft looks at what the last post step finds.
func (j *job) checkLeft(t *testing.T, w witnessed) {
	t.Helper()
	for name, value := range w.Environment {
		// The job was started with this one.
		if value != "" && name != "AWS_REGION" && name != "AWS_DEFAULT_REGION" {
			t.Errorf("%s is still set", name)
		}
	}
	if _, is := w.Environment["AWS_SESSION_TOKEN"]; !is {
		t.Error("the post step does not see the environment of the job")
	}
	for what, text := range map[string]string{"the profile": w.Credentials, "the file of variables": w.File, "the login": w.Private} {
		if text != "" {
			t.Errorf("%s is still there: %d bytes", what, len(text))
		}
	}
	if strings.Contains(w.Docker, "dkr.ecr") || len(w.Temporary) > 0 {
		t.Errorf("still there: Docker's configuration of %d bytes, %v", len(w.Docker), w.Temporary)
	}
}

// TestPostStepAfterAFailure: a step that failed has left nothing, one before it
// is taken back, and a launcher without a binary says so calmly.
func TestPostStepAfterAFailure(t *testing.T) {
	node(t)
	w := newDockerWorld(t)
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./witness
      - uses: ./
        with: {task: login, source: instance, registry: 111111111111/eu-west-1}
      - uses: ./
        continue-on-error: true
        with: {task: sts, binary: no/such}
      - uses: ./
        with: {task: sts, role-arn: "arn:aws:iam::111111111111:role/none"}
`)
	j.world = w.world
	copyAction(t, j.repository)
	addWitness(t, j.repository)
	seen := t.TempDir()
	j.more = append(w.environment(), "SEEN="+seen)
	r := j.act(t)
	if r.status == 0 {
		t.Error("the job succeeded")
	}
	for _, line := range []string{
		"error: finding awsvars: the input binary names \\S+/no/such: there is no such file",
		"cleanup   nothing to do: this step started no awsvars",
		"cleanup   nothing of this step's is left",
		"cleanup   logged out of " + irelandHost,
	} {
		if !regexp.MustCompile(line).MatchString(r.log()) {
			t.Errorf("the log does not say %q:\n%s", line, j.safe(r.log()))
		}
	}
	j.checkLogin(t, seen)
}

func (j *job) checkLogin(t *testing.T, seen string) {
	t.Helper()
	if !strings.Contains(readWitness(t, seen, "post").Docker, "{") {
		t.Error("the last post step sees no configuration of Docker")
	}
	if text := readFile(t, filepath.Join(j.home, ".docker", "config.json")); strings.Contains(text, "dkr.ecr") {
		t.Errorf("the login is still there: %d bytes", len(text))
	}
}

// TestSkipCleanup leaves what the step left.
func TestSkipCleanup(t *testing.T) {
	node(t)
	w := newDockerWorld(t)
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v5
      - uses: ./witness
        with: {name: First}
      - uses: ./
        with: {task: sts, source: instance, skip-cleanup: true}
      - uses: ./
        with: {task: login, source: instance, registry: 111111111111/eu-west-1, skip-cleanup: true}
`)
	j.world = w.world
	copyAction(t, j.repository)
	addWitness(t, j.repository)
	seen := t.TempDir()
	j.more = append(w.environment(), "SEEN="+seen)
	r := j.mustAct(t)
	if strings.Count(r.log(), "cleanup   left to the job, as skip-cleanup says") != 2 {
		t.Errorf("the log does not say so:\n%s", j.safe(r.log()))
	}
	if token := readWitness(t, seen, "postFirst").Environment["AWS_SESSION_TOKEN"]; !j.handedOut(token) {
		t.Error("the last post step has no session token of the simulator's")
	}
	if !strings.Contains(readFile(t, filepath.Join(j.home, ".docker", "config.json")), irelandHost) {
		t.Error("the login is gone")
	}
}
