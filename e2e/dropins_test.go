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
	"sync/atomic"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// dropinWorld has one user's keys that tests can write down, and roles that
// trust the user, the instance and GitHub.
const dropinWorld = `
region: eu-west-1
instance-id: i-0a1b2c3d4e5f67890
instance-role: arn:aws:iam::111111111111:role/agent
container-role: arn:aws:iam::111111111111:role/task
accounts:
  "111111111111":
    users:
      ci: {access-key-id: AKIAIOSFODNN7EXAMPLE, secret-access-key: wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY}
    roles:
      agent: {trust: [{service: ec2.amazonaws.com}]}
      task: {trust: [{service: ecs-tasks.amazonaws.com}]}
      reader:
        max-session-duration: 2h
        trust: [{principal: "arn:aws:iam::111111111111:role/agent"}, {principal: "arn:aws:iam::111111111111:user/ci"}]
      second:
        trust: [{principal: "arn:aws:iam::111111111111:role/reader"}]
      careful:
        trust: [{principal: "arn:aws:iam::111111111111:user/ci", external-id: "shake,hands"}]
      github:
        trust: [{web-identity: {issuer: "https://token.actions.githubusercontent.com", audience: sts.amazonaws.com, subject: "repo:octo-org/octo-repo:*"}}]
      other-audience:
        trust: [{web-identity: {issuer: "https://token.actions.githubusercontent.com", audience: example, subject: "repo:octo-org/octo-repo:*"}}]
  "222222222222":
    roles:
      deployer:
        trust: [{principal: "arn:aws:iam::111111111111:user/ci"}, {principal: "arn:aws:iam::111111111111:role/agent"}]
`

const (
	keyID     = "AKIAIOSFODNN7EXAMPLE"
	secretKey = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"

	readerARN   = "arn:aws:iam::111111111111:role/reader"
	githubARN   = "arn:aws:iam::111111111111:role/github"
	deployerARN = "arn:aws:iam::222222222222:role/deployer"
)

// inputs are those of a step, as a workflow writes them below with.
type inputs map[string]string

// and returns the inputs with more of them.
func (i inputs) and(more inputs) inputs {
	all := maps.Clone(i)
	maps.Copy(all, more)
	return all
}

// the returns inputs that many steps have.
func the(name string) inputs {
	return map[string]inputs{
		"region": {"aws-region": "eu-west-1"},
		"keys":   {"aws-region": "eu-west-1", "aws-access-key-id": keyID, "aws-secret-access-key": secretKey},
		"role":   {"aws-region": "eu-west-1", "aws-access-key-id": keyID, "aws-secret-access-key": secretKey, "role-to-assume": readerARN},
		"oidc":   {"aws-region": "eu-west-1", "role-to-assume": githubARN},
		"agent":  {"aws-region": "eu-west-1", "role-to-assume": readerARN},
	}[name]
}

// dropin is a step that was written for another action.
type dropin struct {
	// input is the one that the step is about.
	input, name string
	with        inputs
	env         []string
	// oidc lets the job ask for tokens.
	oidc bool
	// fault is what goes wrong at AWS.
	fault string
	// pod is that of an EKS Pod Identity.
	pod bool
	// plain makes every third secret key one of letters and digits.
	plain bool
	// profiles are the credentials file that is there before.
	profiles string
	// want must be in the account of the step, and not must not.
	want, not []string
	// fails is a part of the error of a step that has to fail.
	fails string
}

// world is a new one for the step.
func (d dropin) world(t *testing.T) *world {
	t.Helper()
	config, err := simulator.ParseConfig([]byte(dropinWorld))
	if err != nil {
		t.Fatal(err)
	}
	options := simulator.Options{Config: config}
	if d.plain {
		var made atomic.Int64
		options.SecretKey = func() string {
			n := made.Add(1)
			return fmt.Sprintf("%039d", n) + map[bool]string{true: "a", false: "/"}[n%3 == 0]
		}
	}
	sim, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sim.Close() })
	return &world{Simulator: sim, home: t.TempDir(), dir: t.TempDir()}
}

// job are the variables that GitHub sets, with texts that no tag takes.
func (w *world) job() []string {
	return []string{
		"GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=octo-org/octo-repo", "GITHUB_WORKFLOW=build & deploy (prod)", "GITHUB_ACTION=__self",
		"GITHUB_ACTOR=dependabot[bot]", "GITHUB_SHA=0123456789abcdef0123456789abcdef01234567", "GITHUB_REF=refs/heads/main#1",
		"GITHUB_EVENT_NAME=push", "GITHUB_RUN_ID=1658821493", "GITHUB_JOB=deploy", "GITHUB_TRIGGERING_ACTOR=octo-cat",
		"GITHUB_WORKSPACE=" + w.dir, "RUNNER_TEMP=" + w.home,
	}
}

// account tells what a step did, a line for each request, output, variable of
// the environment and mask, without anything secret in it.
type account struct {
	result
	lines []string
}

func (a account) String() string { return strings.Join(a.lines, "\n") }

// outputs are the names of the step's outputs.
func (a account) outputs() []string {
	var names []string
	for _, line := range a.lines {
		if pair, is := strings.CutPrefix(line, "output "); is {
			name, _, _ := strings.Cut(pair, "=")
			names = append(names, name)
		}
	}
	return names
}

// do runs a step of an action, by the program of the action.
func (d dropin) do(t *testing.T, w *world, task string, program ...string) account {
	t.Helper()
	dir := t.TempDir()
	env := append(w.job(), "INPUT_TASK="+task)
	if d.oidc {
		env = append(env, w.OIDCEnv()...)
	}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STATE", "GITHUB_STEP_SUMMARY"} {
		writeFile(t, filepath.Join(dir, name), "", 0o600)
		env = append(env, name+"="+filepath.Join(dir, name))
	}
	for name, text := range d.with {
		env = append(env, "INPUT_"+strings.ToUpper(name)+"="+text)
	}
	aws := filepath.Join(w.home, ".aws")
	env = append(env, "AWS_CONFIG_FILE="+filepath.Join(aws, "config"), "AWS_SHARED_CREDENTIALS_FILE="+filepath.Join(aws, "credentials"))
	env = append(env, d.env...)
	if d.profiles != "" {
		writeFile(t, filepath.Join(aws, "credentials"), d.profiles, 0o600)
	}
	w.expand(t, env)
	if d.fault != "" {
		fault, err := simulator.ParseFault(d.fault)
		if err != nil {
			t.Fatal(err)
		}
		w.Inject(fault)
	}
	before := len(w.Requests())
	a := account{result: w.run(t, env, program[0], program[1:]...)}
	for _, request := range w.Requests()[before:] {
		a.add("asked", w, told(request))
	}
	for _, match := range regexp.MustCompile(`(?m)^::add-mask::(.*)$`).FindAllStringSubmatch(a.log(), -1) {
		if text := strings.TrimSpace(match[1]); w.names(text) != "" {
			a.add("mask", w, text)
		}
	}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV"} {
		values := commandFile(t, readFile(t, filepath.Join(dir, name)))
		for _, key := range slices.Sorted(maps.Keys(values)) {
			a.add(strings.ToLower(strings.TrimPrefix(name, "GITHUB_")), w, key+"="+values[key])
		}
	}
	for _, name := range []string{"credentials", "config"} {
		if text, err := os.ReadFile(filepath.Join(aws, name)); err == nil {
			for line := range strings.Lines(string(text)) {
				if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
					a.add(name, w, line)
				}
			}
		}
	}
	var docker struct{ Auths map[string]any }
	if text, err := os.ReadFile(filepath.Join(w.home, ".docker", "config.json")); err == nil {
		if err := json.Unmarshal(text, &docker); err != nil {
			t.Fatal(err)
		}
	}
	for _, host := range slices.Sorted(maps.Keys(docker.Auths)) {
		a.add("docker", w, host)
	}
	w.noLeak(t, "the log", regexp.MustCompile(`(?m)^::add-mask::.*$`).ReplaceAllString(a.log(), ""))
	return a
}

// expand writes into an environment what differs from world to world: $HOME,
// $STS for the URL of STS, and $ID, $SECRET and $TOKEN for a session of the role
// reader. The workspace gets a file token with an OIDC token.
func (w *world) expand(t *testing.T, env []string) {
	t.Helper()
	token, err := w.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, filepath.Join(w.dir, "token"), token, 0o600)
	sts, _ := w.Lookup("AWS_ENDPOINT_URL_STS")
	pairs := []string{"$HOME", w.home, "$STS", sts}
	if strings.Contains(strings.Join(env, " "), "$TOKEN") {
		var session struct{ AccessKeyID, SecretAccessKey, SessionToken string }
		r := w.run(t, nil, "awsvars", "credential-process", "--source", "instance", "--role-arn", readerARN)
		if err := json.Unmarshal([]byte(r.stdout), &session); err != nil {
			t.Fatal(err)
		}
		pairs = append(pairs, "$ID", session.AccessKeyID, "$SECRET", session.SecretAccessKey, "$TOKEN", session.SessionToken)
	}
	replacer := strings.NewReplacer(pairs...)
	for i := range env {
		env[i] = replacer.Replace(env[i])
	}
}

// add adds a line in which secrets, IDs and times are named and not shown.
func (a *account) add(kind string, w *world, text string) {
	for _, secret := range w.Secrets() {
		text = strings.ReplaceAll(text, secret, "SECRET")
	}
	text = strings.ReplaceAll(text, secretKey, "GIVEN-SECRET")
	text = regexp.MustCompile(`ASIA[A-Z0-9]+`).ReplaceAllString(text, "ASIA")
	text = regexp.MustCompile(`20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9:]{8}`).ReplaceAllString(text, "TIME")
	a.lines = append(a.lines, kind+" "+text)
}

// names tells what a mask hides, nothing for an encoding of it.
func (w *world) names(text string) string {
	if w.handedOut(text) || text == secretKey || regexp.MustCompile(`^A[KS]IA[A-Z0-9]+$|^[0-9]{12}$|^arn:`).MatchString(text) {
		return text
	}
	return ""
}

// told writes a request with all that AWS sees of it.
func told(r simulator.Request) string {
	text := strings.TrimSpace(fmt.Sprintf("%s %s %s", r.Service, r.Action, r.CallerName))
	if r.TargetName != "" {
		text += " → " + r.TargetName
	}
	var params, tags []string
	for name := range r.Params {
		key, isTag := strings.CutSuffix(name, ".Key")
		switch {
		case name == "Action" || name == "Version" || name == "RoleArn" || r.Service == "imds" || strings.HasSuffix(name, ".Value"):
		case isTag:
			tags = append(tags, r.Params.Get(name)+":"+r.Params.Get(key+".Value"))
		default:
			params = append(params, name+"="+r.Params.Get(name))
		}
	}
	slices.Sort(params)
	slices.Sort(tags)
	for _, param := range append(params, tags...) {
		text += " " + param
	}
	if r.Status >= 400 {
		text += fmt.Sprint(" ", r.Status)
	}
	return text
}

// check holds the account of a step against what the case wants.
func (d dropin) check(t *testing.T, a account) {
	t.Helper()
	text := a.String() + "\nlog " + a.stderr
	if failed := a.status != 0; failed != (d.fails != "") {
		t.Errorf("status %d\n%s", a.status, text)
		return
	}
	if !strings.Contains(a.stderr, d.fails) {
		t.Errorf("the error does not say %q:\n%s", d.fails, a.stderr)
	}
	if d.fails != "" && strings.Contains(a.String(), "\nenv ") {
		t.Errorf("it failed, and delivered something:\n%s", a)
	}
	for _, part := range d.want {
		if !strings.Contains(text, part) {
			t.Errorf("there is no %q in\n%s", part, text)
		}
	}
	for _, part := range d.not {
		if strings.Contains(text, part) {
			t.Errorf("there is a %q in\n%s", part, text)
		}
	}
}

// everyInput fails where a case is missing for one of the tool's inputs, as
// the list of their names has them that was made from its action.yml.
func everyInput(t *testing.T, tool string, cases []dropin) {
	t.Helper()
	names := strings.Fields(regexp.MustCompile(`(?m)^#.*$`).ReplaceAllString(readFile(t, filepath.Join(root, "dropins", "testdata", tool)), ""))
	seen := map[string]bool{}
	for _, c := range cases {
		seen[c.input] = true
	}
	for _, name := range names {
		if !seen[name] {
			t.Errorf("%s has an input %s that no case is about", tool, name)
		}
		delete(seen, name)
	}
	if len(seen) > 0 || len(names) == 0 {
		t.Errorf("%s has no inputs %v", tool, slices.Sorted(maps.Keys(seen)))
	}
}
