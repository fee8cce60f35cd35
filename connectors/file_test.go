package connectors_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/variables"
)

// inspect makes all connectors of a file on a machine with this job.
func inspect(text string, job variables.Job) *connectors.Roster {
	lookup := func(string) (string, bool) { return "", false }
	file := connectors.ParseFile("awsvars.yaml", "/nonexistent", []byte(text))
	return connectors.Inspect(file, connectors.Machine{Lookup: lookup, Job: job}, connectors.NewNetwork(lookup, 0, quiet()))
}

// TestEveryMistakeIsToldWithItsLine: the line of each fault stands behind # in
// the file itself.
func TestEveryMistakeIsToldWithItsLine(t *testing.T) {
	t.Parallel()
	const text = `
connector:                                      # there is no key "connector"; did you mean connectors?
connectors:
  agent:
    source: instanc                             # agent: source "instanc": choose one of
    regoin: eu-west-1                           # agent: there is no key "regoin"; did you mean region?
  a:
    source-connector: b
  b:
    source-connector: c
    role-arn: arn:aws:iam::2222:role/x          # b: role-arn "arn:aws:iam::2222:role/x": write the whole ARN
  c:
    source-connector: a                         # c: source-connector: the connectors start from each other in a circle: a -> b -> c -> a
  keys:
    access-key-id: AKIAIOSFODNN7EXAMPLE
    secret-access-key: wJalrXUtnFEMI            # keys: secret-access-key: no secret stands in this file
    id: nope                                    # keys: id: "nope" is no UUID
  x y:                                          # x y: "x y" is no name
    source: instance
  role:
    source-connector: agnet                     # role: source-connector: awsvars.yaml has no connector "agnet"; did you mean agent?
    role-to-assume: arn:aws:iam::222222222222:role/x # role: role-to-assume: in this file it is called role-arn
    allow:
      branchs: [main]                           # role: allow: there is no key "branchs"; did you mean branches?
      events: push                              # role: allow: events: write a list
      actors: []                                # role: allow: actors: write a list
  role:                                         # "role" stands in line 20 already
    source: instance
  user:
    source: instance                            
    principal-type: federated-user              # user: principal-type "federated-user": federated-user needs the long-term keys of an IAM user, and the source instance gives temporary ones
    omit-policy: true
    mfa-serial: arn:aws:iam::111111111111:mfa/x # user: mfa-serial: GetFederationToken takes no MFA code
  long:
    source: instance
    role-arn: [arn:aws:iam::222222222222:role/x, arn:aws:iam::222222222222:role/y]
    duration: 2h                                # long: duration "2h": 15m to 12h for an assumed role, and 1h at most for hop 2
    external-id: one                            # long: external-id: 1 given for 2 roles
    policy: {Statement: [{Action: "é☃"}]}       # long: policy: AWS takes characters up to U+00FF only
    region: [eu-west-1]                         # long: region: write one text, and no list
    source: profile                             # long: "source" stands in line 35 already
  nothing:                                      # nothing: write what the connector is below its name
  alias:
    role-arn: *nowhere                          # alias: role-arn: there is no anchor &nowhere
  shadow:
    source: instance
    profile: p                                  # shadow: profile "p": the source is instance, which would ignore it
    allowed-account-ids: ","                    # shadow: allowed-account-ids ",": an account ID has 12 digits
  open:
    source: instance
    allowed-account-ids: []                     # open: allowed-account-ids: nothing is given; leave it out
    policy:                                     # open: policy: nothing is given; leave it out
    allow: {}                                   # open: allow: write repositories, branches, tags, events or actors below it
    role-arn: x-role
    mfa-serial: {variable: NOWHERE}             # open: mfa-serial: only IAM users have an MFA device
    mfa-code: {variable: NOWHERE}
    special-characters-workaround: true         # open: special-characters-workaround: an MFA code is good once
  federated:
    source: static
    access-key-id: {variable: NOWHERE}
    secret-access-key: {variable: NOWHERE}
    principal-type: federated-user
    omit-policy: true
  behind:
    source-connector: federated
    role-arn: x-role                            # behind: role-arn: the connector federated gives a federated user, who may not assume roles
  tokens:
    source: web-identity
    role-arn: arn:aws:iam::222222222222:role/x
    web-identity-token: {variable: NOWHERE}
    web-identity-token-file: token              # tokens: web-identity-token-file "/nonexistent/token": a token is given
`
	var want []string
	for i, line := range strings.Split(text, "\n") {
		if _, comment, found := strings.Cut(line, " # "); found {
			want = append(want, fmt.Sprintf("awsvars.yaml:%d: %s", i+1, comment))
		}
	}
	got := inspect(text, variables.Job{}).Faults()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			at := func(all []string) string { return strings.Join(all[min(i, len(all)):min(i+1, len(all))], "") }
			t.Fatalf("fault %d of %d:\n got %q\nwant %q", i, len(want), at(got), at(want))
		}
	}
	if strings.Contains(strings.Join(got, "\n"), "wJalr") {
		t.Error("a secret that stands in the file is repeated")
	}
}

func TestAFileThatIsNone(t *testing.T) {
	t.Parallel()
	laughs := "x-a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
	for name := 'b'; name < 'k'; name++ {
		laughs += fmt.Sprintf("x-%c: &%c [%s]\n", name, name, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", name-1), 10), ", "))
	}
	laughs += "connectors: {a: {policy: {Statement: *j}}}"
	for text, want := range map[string]string{
		"":                             "awsvars.yaml:1: the file is empty",
		"# nothing\n":                  "awsvars.yaml:1: the file is empty",
		"- a\n":                        "awsvars.yaml:1: write connectors: and the connectors below it",
		"x-mine: 1\n":                  "awsvars.yaml:1: there is no key connectors",
		"connectors:\n  - a\n":         "awsvars.yaml:1: write the connectors below it, each by its name",
		"connectors: {}\n---\na: 1\n":  "awsvars.yaml:3: there is a second document; write all connectors into one",
		"connectors:\n  a:\n\tb: 1\n":  "awsvars.yaml:3: ",
		"connectors: {a: &a {<<: *a}}": "awsvars.yaml:1: a: with all aliases written out there are more than 20000 values",
		"connectors: " + strings.Repeat("[", 20000): "awsvars.yaml:1: there are more than 100 brackets within each other",
		laughs: "awsvars.yaml:11: a: policy: with all aliases written out there are more than 20000 values",
	} {
		got := inspect(text, variables.Job{}).Faults()
		if len(got) == 0 || !strings.HasPrefix(got[0], want) {
			t.Errorf("%.60q: %q, want %q", text, got, want)
		}
	}
}

// TestWhatStandsInAFileIsWhatAFlagWouldSay goes through the ways of writing.
func TestWhatStandsInAFileIsWhatAFlagWouldSay(t *testing.T) {
	t.Parallel()
	const text = `
x-session: &session
  session-tags: [repository, branch]
  duration: 3600
connectors:
  agent: {source: instance}
  deploy:
    id: F24E81BC-7aff-42db-86a2-7cf82e24d871
    description: pushes images
    source-connector: agent
    role-arn:
      - arn:aws:iam::012345678901:role/a,b
      - arn:aws:iam::222222222222:role/y
    external-id: [one, {variable: TWO}]
    custom-tags: {Team: payments, Cost: 007}
    policy:
      Version: 2012-10-17
      Statement: [{Effect: Allow, Action: "*", Resource: "*"}]
    <<: *session
  late:
    source-connector: f24e81bc-7aff-42db-86a2-7cf82e24d871
    role-arn: &name pusher
  profile:
    source: profile
    profile: p
`
	r := inspect(text, variables.Job{})
	if faults := r.Faults(); len(faults) > 0 {
		t.Fatal(strings.Join(faults, "\n"))
	}
	chain := []string{"arn:aws:iam::012345678901:role/a,b", "arn:aws:iam::222222222222:role/y"}
	want := []connectors.Summary{
		{Name: "agent", Source: "instance", Principal: "provided", Steps: []string{}},
		{Name: "deploy", ID: "f24e81bc-7aff-42db-86a2-7cf82e24d871", Description: "pushes images", Source: "instance", From: []string{"agent"}, Principal: "assumed-role", Steps: chain, Seconds: 3600, Needs: []string{"$TWO"}},
		{Name: "late", Source: "instance", From: []string{"agent", "deploy"}, Principal: "assumed-role", Steps: append(chain[:2:2], "pusher"), Needs: []string{"$TWO"}},
		{Name: "profile", Source: "profile p", Principal: "provided", Steps: []string{}},
	}
	if diff := cmp.Diff(want, r.Summaries()); diff != "" {
		t.Error(diff)
	}
}

func TestAGuardLetsInWhatItSays(t *testing.T) {
	t.Parallel()
	push := variables.Job{Repository: "octo/app", Branch: "main", Event: "push", Actor: "ann"}
	pull := variables.Job{Repository: "octo/app", Event: "pull_request", PullRequest: "7", Actor: "eve"}
	tag := variables.Job{Repository: "octo/app", Tag: "v1.2", Event: "push"}
	branch := func(name string) variables.Job { return variables.Job{Branch: name} }
	for _, c := range []struct {
		allow string
		job   variables.Job
		want  string
	}{
		{"repositories: [octo/*]", push, ""},
		{"repositories: [octo]", push, `for the repositories octo, and this job's is "octo/app"`},
		{"repositories: [Octo/app]", push, `for the repositories Octo/app, and this job's is "octo/app"`},
		{"repositories: ['*']", push, `for the repositories *, and this job's is "octo/app"`},
		{"repositories: ['**']", push, ""},
		{"branches: [main, release/*]", push, ""},
		{"branches: [main, release/*]", branch("release/1"), ""},
		{"branches: [main, release/*]", branch("release/1/x"), `for the branches main, release/*, and this job's is "release/1/x"`},
		{"branches: [main]", branch("main\nx"), `for the branches main, and this job's is "main\nx"`},
		{"branches: [ma.n]", push, `for the branches ma.n, and this job's is "main"`},
		{"branches: ['ma?n']", push, ""},
		{"branches: ['**']", pull, "for the branches **, and this job is a pull request, which is on none of them"},
		{"branches: [main]", variables.Job{}, "for the branches main, and this job's is not known"},
		{"branches: [main]", tag, `for no tags, and this job's is "v1.2"`},
		{"{branches: [main], tags: [v*]}", tag, ""},
		{"tags: [v*]", pull, "for the tags v*, and this job's is not known"},
		{"tags: [w*]", tag, `for the tags w*, and this job's is "v1.2"`},
		{"events: [push, workflow_dispatch]", pull, `for the events push, workflow_dispatch, and this job's is "pull_request"`},
		{"{events: [push], actors: [ann]}", push, ""},
		{"actors: [ann]", tag, "for the actors ann, and this job's is not known"},
	} {
		r := inspect("connectors:\n  a:\n    source: instance\n    allow: {"+strings.Trim(c.allow, "{}")+"}\n  b:\n    source-connector: a\n    role-arn: x-role", c.job)
		if faults := r.Faults(); len(faults) > 0 {
			t.Errorf("%s: %q", c.allow, faults)
			continue
		}
		for _, summary := range r.Summaries() {
			before := map[string]string{"a": "not for this job: ", "b": "it starts from a, which is not for this job: "}[summary.Name]
			if got := summary.Refused; got != before+c.want && (got != "" || c.want != "") {
				t.Errorf("%s, connector %s: %q, want %q", c.allow, summary.Name, got, c.want)
			}
		}
	}
}

// FuzzFile: whatever stands in a file, each fault has a line of it, and no
// secret is repeated.
func FuzzFile(f *testing.F) {
	example, err := os.ReadFile(filepath.Join("testdata", "awsvars.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{
		string(example), "connectors:\n  a: &x {source: instance, <<: *x}\n", "connectors: {a: {external-id: [{file: x}, {variable: y}], policy: [1, 2.5, ~, .inf]}}",
		"connectors: {a: {source-connector: a}}", "a: !!binary x\n? b\n: c", "connectors:\n  a:\n    secret-access-key: geheimnis\n", "%YAML 1.2\n---\nconnectors: |\n  text",
	} {
		f.Add(seed)
	}
	place := regexp.MustCompile(`^awsvars\.yaml:(\d+): `)
	f.Fuzz(func(t *testing.T, text string) {
		r := inspect(text, variables.Job{Branch: "main"})
		lines := strings.Count(text, "\n") + strings.Count(text, "\r") + 1
		for _, fault := range r.Faults() {
			match := place.FindStringSubmatch(fault)
			if match == nil {
				t.Fatalf("a fault has no place: %q", fault)
			}
			var line int
			if _, err := fmt.Sscan(match[1], &line); err != nil || line < 1 || line > lines+1 {
				t.Errorf("line %d of %d: %q", line, lines, fault)
			}
			if strings.Contains(fault, "geheimnis") && strings.Contains(text, "secret-access-key: geheimnis\n") && strings.Count(text, "geheimnis") == 1 {
				t.Error("a secret is repeated")
			}
		}
		r.Summaries()
	})
}

// TestAPipeOrAnEndlessFileHoldsNobodyUp: a clone can bring a pipe.
func TestAPipeOrAnEndlessFileHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("no named pipes in directories")
	}
	dir := t.TempDir()
	if out, err := exec.Command("mkfifo", filepath.Join(dir, "pipe")).CombinedOutput(); err != nil {
		t.Fatalf("%v %s", err, out)
	}
	if _, err := connectors.ReadFile("pipe", dir); err == nil || !strings.Contains(err.Error(), "pipe is a named pipe, and no file") {
		t.Error(err)
	}
	s := start(t, simulator.Options{})
	_, _, err := job{aws: s, settings: settings{"web-identity-token-file": filepath.Join(dir, "pipe"), "role-arn": reader}}.open(t)
	if err == nil || !strings.Contains(err.Error(), "pipe is a named pipe, and no file") {
		t.Error(err)
	}
	file := connectors.ParseFile("awsvars.yaml", dir, []byte("connectors:\n  a:\n    role-arn: x-role\n    policy: /dev/zero\n"))
	lookup := func(string) (string, bool) { return "", false }
	faults := connectors.Inspect(file, connectors.Machine{Lookup: lookup}, connectors.NewNetwork(lookup, 0, quiet())).Faults()
	if len(faults) != 1 || !strings.Contains(faults[0], "/dev/zero is a device, and no file") {
		t.Error(faults)
	}
}
