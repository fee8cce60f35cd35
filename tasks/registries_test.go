package tasks_test

import (
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// fleet is an AWS with six roles behind one, each in an account of its own, and
// the connectors file for them.
func fleet(t *testing.T) (s *simulator.Simulator, dir string) {
	t.Helper()
	world, file := simulator.BuiltIn(), "connectors:\n  agent:\n    source: instance\n  hub:\n    source-connector: agent\n    role-arn: arn:aws:iam::222222222222:role/deployer\n    external-id: secret-handshake\n"
	for i := range 6 {
		world += fmt.Sprintf("  \"44444444444%d\":\n    roles:\n      leaf:\n        trust:\n          - principal: arn:aws:iam::222222222222:role/deployer\n            external-id: id-of-leaf-%d\n", i, i)
		file += fmt.Sprintf("  leaf-%d:\n    source-connector: hub\n    role-arn: arn:aws:iam::44444444444%d:role/leaf\n    external-id: id-of-leaf-%d\n", i, i, i)
	}
	config, err := simulator.ParseConfig([]byte(world))
	if err != nil {
		t.Fatal(err)
	}
	if s, err = simulator.Start(simulator.Options{Config: config}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	dir = t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, connectors.DefaultFile), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	return s, dir
}

// logins runs the task ecr with a connectors file.
func logins(t *testing.T, s *simulator.Simulator, dir string, given map[string]string) (*variables.Set, error) {
	t.Helper()
	task := tasks.Find("ecr")
	values, faults := variables.Fill(task.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
		text, ok := given[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: name}, ok
	})
	machine := connectors.Machine{Lookup: s.Lookup, Dir: dir}
	roster, more := connectors.NewRoster(values, machine, connectors.NewNetwork(s.Lookup, 0, slog.New(slog.DiscardHandler)), task.Connectors(values))
	if faults = faults.And(more).And(task.Check(values)); len(faults) > 0 {
		return nil, faults
	}
	var wants []connectors.Want
	for _, name := range task.Connectors(values) {
		cfg, err := roster.Connector(name).Config(t.Context())
		if err != nil {
			return nil, err
		}
		wants = append(wants, connectors.Want{Name: name, Config: cfg, Region: task.Region(values, name)})
	}
	sessions, err := roster.Open(t.Context(), wants, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, err
	}
	return task.Run(t.Context(), tasks.Work{Sessions: sessions, Values: values, Log: slog.New(slog.DiscardHandler)})
}

// TestThirtyRegistriesOverSixConnectorsShareTheirWay: every hop is taken once,
// however many need it at the same time.
func TestThirtyRegistriesOverSixConnectorsShareTheirWay(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	regions := []string{"eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-southeast-2"}
	var registries []string
	for i := range 6 {
		for _, region := range regions {
			registries = append(registries, fmt.Sprintf("leaf-%d@44444444444%d/%s", i, i, region))
		}
	}
	set, err := logins(t, s, dir, map[string]string{"registry": strings.Join(registries, ",")})
	if err != nil {
		t.Fatal(err)
	}
	passwords := map[string]bool{}
	for _, v := range set.All() {
		if strings.HasSuffix(v.Name, ".password") && strings.Count(v.Name, ".") == 5 && !strings.Contains(v.Name, "Token") && !strings.Contains(v.Name, "json") {
			passwords[v.Value.Open()] = true
		}
	}
	if len(passwords) != 30 {
		t.Errorf("%d passwords, want 30 different ones", len(passwords))
	}
	count := map[string]int{}
	for _, r := range s.Requests() {
		count[r.Service+" "+r.Action+" "+r.Target+" by "+strings.TrimPrefix(r.Caller, "arn:aws:sts::")]++
	}
	for what, times := range count {
		switch {
		case strings.HasPrefix(what, "ecr "):
			if times != len(regions) {
				t.Errorf("%d × %s, want one for each region", times, what)
			}
		case times != 1:
			t.Errorf("%d × %s, want one", times, what)
		}
	}
	// Three of metadata, the hub, six leaves, six who ask for logins.
	if len(count) != 3+1+6+6 {
		t.Errorf("AWS was asked %v", count)
	}
	hops := 0
	for _, fact := range set.Facts {
		if fact.Kind == "hop" {
			hops++
		}
	}
	if hops != 7 {
		t.Errorf("%d facts about hops, want 7", hops)
	}
}

// TestEachRegistryIsAskedByItsOwnConnector, and those without one by the one of
// the settings.
func TestEachRegistryIsAskedByItsOwnConnector(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	set, err := logins(t, s, dir, map[string]string{"registry": "leaf-1@,444444444442/eu-west-1,leaf-2@444444444442/eu-central-1,hub@public", "connector": "agent", "add-caller-identity": "true"})
	if err != nil {
		t.Fatal(err)
	}
	values := map[string]string{}
	for _, v := range set.All() {
		values[v.Name] = v.Value.Open()
	}
	for name, want := range map[string]string{
		"custom.aws.ecr.proxyEndpointDomain":                           "444444444441.dkr.ecr.eu-west-1.amazonaws.com",
		"custom.aws.ecr.444444444442.eu-central-1.proxyEndpointDomain": "444444444442.dkr.ecr.eu-central-1.amazonaws.com",
		"custom.aws.ecr.public.proxyEndpointDomain":                    "public.ecr.aws",
		"custom.aws.ecr.callerIdentity.account":                        "444444444441",
	} {
		if values[name] != want {
			t.Errorf("%s is %q, want %q", name, values[name], want)
		}
	}
	var callers []string
	for _, r := range s.Requests() {
		if strings.HasPrefix(r.Service, "ecr") {
			callers = append(callers, r.Service+" "+r.Region+" "+r.Caller)
		}
	}
	for _, want := range []string{
		"ecr eu-west-1 arn:aws:sts::444444444441:assumed-role/leaf/awsvars", "ecr eu-west-1 arn:aws:sts::111111111111:assumed-role/agent/",
		"ecr eu-central-1 arn:aws:sts::444444444442:assumed-role/leaf/awsvars", "ecr-public us-east-1 arn:aws:sts::222222222222:assumed-role/deployer/awsvars",
	} {
		if !strings.Contains(strings.Join(callers, "\n"), want) {
			t.Errorf("no request of %s in %q", want, callers)
		}
	}
}

// TestWhatConnectorsHaveInCommonFailsOnce: six connectors, one message.
func TestWhatConnectorsHaveInCommonFailsOnce(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	s.Inject(simulator.Fault{Service: "sts", Call: "AssumeRole", Kind: "denied"})
	_, err := logins(t, s, dir, map[string]string{"registry": "leaf-0@,leaf-1@,leaf-2@,leaf-3@,leaf-4@,leaf-5@"})
	if err == nil || strings.Count(err.Error(), "assuming role") != 1 || !strings.HasPrefix(err.Error(), "using the connector hub: assuming role 1 of 1, arn:aws:iam::222222222222:role/deployer") {
		t.Error(err)
	}
	// Three of metadata, the hub, and who that was.
	if n := len(s.Requests()); n != 5 {
		t.Errorf("%d requests", n)
	}
}

func TestARegistryOfAConnectorThatIsNone(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	for registry, want := range map[string]string{
		"laef-1@444444444441": `registry "laef-1": awsvars.yaml has no connector "laef-1"; did you mean leaf-1?`,
		"@444444444441":       `registry "@444444444441": the name of a connector stands before the @`,
		"leaf-1@nowhere":      `registry "leaf-1@nowhere": not a registry of Amazon ECR`,
		"leaf-1@444444444441,leaf-2@444444444441/eu-west-1": `registry "leaf-2@444444444441/eu-west-1": names the same registry as "leaf-1@444444444441"; give it once`,
		"leaf-1@,leaf-1@": `registry "leaf-1@": names the same registry as "leaf-1@"; give it once`,
	} {
		_, err := logins(t, s, dir, map[string]string{"registry": registry})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", registry, err, want)
		}
	}
	_, err := logins(t, s, t.TempDir(), map[string]string{"registry": "leaf-1@"})
	if err == nil || !strings.Contains(err.Error(), "connectors: there is no connectors file awsvars.yaml in ") {
		t.Error(err)
	}
}

// TestTheGuardOfAStepHoldsForEveryConnector, and one that names nobody is none.
func TestTheGuardOfAStepHoldsForEveryConnector(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	for allowed, want := range map[string]string{
		"444444444441":              "leaf/awsvars is in account 444444444442, and allowed-account-ids has 444444444441 only",
		"444444444441,444444444442": "",
		",":                         `allowed-account-ids ",": there is no account ID in it`,
	} {
		_, err := logins(t, s, dir, map[string]string{"registry": "leaf-1@,leaf-2@444444444442", "allowed-account-ids": allowed})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %s", allowed, err, want)
		}
	}
	_, err := logins(t, s, dir, map[string]string{"connector": "leaf-1", "allowed-account-ids": "333333333333"})
	if err == nil || !strings.Contains(err.Error(), "is in account 444444444441") {
		t.Error(err)
	}
}

// TestConnectorsWithOtherTagsShareNothing, however alike the tags are written.
func TestConnectorsWithOtherTagsShareNothing(t *testing.T) {
	t.Parallel()
	s, dir := fleet(t)
	file := "connectors:\n"
	for name, tags := range map[string]string{"a": `{"Team A": x}`, "b": `{Team: "A x"}`} {
		file += "  " + name + ":\n    source: instance\n    role-arn: arn:aws:iam::111111111111:role/reader\n    custom-tags: " + tags + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, connectors.DefaultFile), []byte(file), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := logins(t, s, dir, map[string]string{"registry": "a@444444444441,b@444444444442"}); err != nil {
		t.Fatal(err)
	}
	tags := map[string]bool{}
	for _, r := range s.Requests() {
		if r.Action == "AssumeRole" {
			tags[fmt.Sprint(r.Params["Tags.member.1.Key"], r.Params["Tags.member.1.Value"])] = true
		}
	}
	if len(tags) != 2 {
		t.Errorf("the tags of the sessions are %v", tags)
	}
}

// TestLoginsAreThoseOfTheVariables: a document of logins says what the
// variables say.
func TestLoginsAreThoseOfTheVariables(t *testing.T) {
	t.Parallel()
	set := delivered(t, "ecr", map[string]string{"registry": "222222222222/us-east-1,public,222222222222.dkr-ecr.eu-west-1.on.aws"})
	values := map[string]string{}
	for _, v := range set.All() {
		values[v.Name] = v.Value.Open()
	}
	keys := []string{"222222222222.us-east-1", "public", "222222222222.eu-west-1"}
	if len(set.Logins) != len(keys) {
		t.Fatalf("%d logins, want %d", len(set.Logins), len(keys))
	}
	for i, key := range keys {
		want := map[string]string{}
		for _, name := range []string{"proxyEndpointDomain", "username", "password", "expirationDate"} {
			want[name] = values["custom.aws.ecr."+key+"."+name]
		}
		l := set.Logins[i]
		got := map[string]string{"proxyEndpointDomain": l.Host, "username": l.Username, "password": l.Password.Open(), "expirationDate": l.Expires.Format(time.RFC3339)}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", key, diff)
		}
	}
	if set := delivered(t, "sts", nil); set.Logins != nil {
		t.Error("sts has logins")
	}
}
