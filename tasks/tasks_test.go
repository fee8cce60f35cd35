package tasks_test

import (
	"log/slog"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// delivered runs a task against a simulator of its own, from the instance
// role, and returns what it delivers.
func delivered(t *testing.T, name string, given map[string]string) *variables.Set {
	t.Helper()
	s, err := simulator.Start(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	task := tasks.Find(name)
	values, faults := variables.Fill(task.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
		text, ok := given[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: name}, ok
	})
	connector, more := connectors.New(values, connectors.Machine{Lookup: s.Lookup}, connectors.NewNetwork(s.Lookup, 0, slog.New(slog.DiscardHandler)))
	if faults = faults.And(more).And(task.Check(values)); len(faults) > 0 {
		t.Fatal(faults)
	}
	cfg, err := connector.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	session, err := connector.Open(t.Context(), cfg, task.Region(values, ""), slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	set, err := task.Run(t.Context(), tasks.Work{Sessions: connectors.Sessions{"": session}, Values: values, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// TestTheNamesAreThoseOfTheDesign: pipelines are written against them.
func TestTheNamesAreThoseOfTheDesign(t *testing.T) {
	t.Parallel()
	login := []string{"authorizationToken.password", "expirationDate", "proxyEndpoint", "proxyEndpointDomain", "username", "password", "credentials.json.password"}
	sts := []string{"accessKeyId", "secretAccessKey.password", "sessionToken.password", "expirationDate", "region", "credentials.json.password"}
	identity := []string{"callerIdentity.account", "callerIdentity.arn", "callerIdentity.userId"}
	under := func(prefix string, names ...string) (all []string) {
		for _, name := range names {
			all = append(all, prefix+name)
		}
		return all
	}
	const ecrSpace, stsSpace = "custom.aws.ecr.", "custom.aws."
	several := under(ecrSpace, login...)
	for _, registry := range []string{"222222222222.us-east-1.", "public."} {
		several = append(several, under(ecrSpace+registry, login...)...)
	}
	for _, c := range []struct {
		task  string
		given map[string]string
		want  []string
	}{
		{"ecr", nil, under(ecrSpace, login...)},
		{"ecr", map[string]string{"registry": "222222222222/us-east-1,public"}, append(several, ecrSpace+"registries.json.password")},
		{"ecr", map[string]string{"namespace": "my", "add-caller-identity": "true"}, under("my.", append(login, identity...)...)},
		{"sts", nil, under(stsSpace, sts...)},
		{"sts", map[string]string{"add-caller-identity": "true"}, under(stsSpace, append(sts, identity...)...)},
	} {
		var got []string
		for _, v := range delivered(t, c.task, c.given).All() {
			got = append(got, v.Name)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s %v (-want +got):\n%s", c.task, c.given, diff)
		}
	}
}

// TestOutputsOfAStep: the names that workflows read, and no credential among
// them that nobody asked for.
func TestOutputsOfAStep(t *testing.T) {
	t.Parallel()
	role := map[string]string{"role-arn": "arn:aws:iam::222222222222:role/deployer", "external-id": "secret-handshake"}
	for _, c := range []struct {
		credentials bool
		want        []string
	}{
		{false, []string{"aws-expiration", "aws-region", "aws-account-id"}},
		{true, []string{"aws-access-key-id", "aws-secret-access-key", "aws-session-token", "aws-expiration", "aws-region", "credentials-json-password", "aws-account-id"}},
	} {
		var got []string
		for _, v := range delivered(t, "sts", role).Outputs(c.credentials) {
			got = append(got, v.Output)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("credentials %v (-want +got):\n%s", c.credentials, diff)
		}
	}
}
