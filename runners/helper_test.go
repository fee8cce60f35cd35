package runners

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"slices"
	"testing"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// missing ends a test that needs something of the machine: quietly at home,
// as a failure in CI, where everything must have run.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s", what)
	}
	t.Skipf("no %s here", what)
}

func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return path
}

// machine is a Host with an environment of its own.
type machine struct {
	Host
	out, log *bytes.Buffer
}

func newMachine(t testing.TB, environment map[string]string) *machine {
	t.Helper()
	m := &machine{out: new(bytes.Buffer), log: new(bytes.Buffer)}
	m.Host = Host{
		Lookup: func(name string) (string, bool) { text, ok := environment[name]; return text, ok },
		Environ: func() []string {
			var pairs []string
			for _, name := range slices.Sorted(maps.Keys(environment)) {
				pairs = append(pairs, name+"="+environment[name])
			}
			return pairs
		},
		Stdout: m.out, Stderr: m.log, Dir: t.TempDir(),
	}
	return m
}

func open(t testing.TB, name string, h Host) Runner {
	t.Helper()
	r, err := Open(name, h)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func settings(t testing.TB, given map[string]string) variables.Values {
	t.Helper()
	source := func(name string) (variables.Input, bool) {
		text, ok := given[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: "--" + name}, ok
	}
	namespace := variables.Setting{Name: "namespace", Type: variables.Text, Default: "custom.aws"}
	v, faults := variables.Fill(append(Settings(), namespace), os.ReadFile, source)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	fakeKey    = "AKIAIOSFODNN7EXAMPLE"
	fakeSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// stsSet is a set like the one of the task sts.
func stsSet(t testing.TB) *variables.Set {
	t.Helper()
	set := variables.NewSet("custom.aws")
	set.Facts = []variables.Fact{
		{Kind: "identity", Name: "instance role agent"},
		{Kind: "hop", Name: "arn:aws:iam::222222222222:role/deployer", Until: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	}
	for _, v := range []variables.Variable{
		{Name: "accessKeyId", Value: variables.NewSecret(fakeKey), Output: "aws-access-key-id", Standard: []string{"AWS_ACCESS_KEY_ID"}, OnRequest: true},
		{Name: "secretAccessKey.password", Value: variables.NewSecret(fakeSecret), Output: "aws-secret-access-key", Standard: []string{"AWS_SECRET_ACCESS_KEY"}, OnRequest: true},
		{Name: "region", Value: variables.NewSecret("eu-west-1"), Output: "aws-region", Standard: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}},
		{Name: "accountId", Value: variables.NewSecret("222222222222"), Output: "aws-account-id", OutputOnly: true},
	} {
		if err := set.AddVariable(v); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// setOf holds the given values as custom.v0, custom.v1 …
func setOf(t testing.TB, values ...string) *variables.Set {
	t.Helper()
	set := variables.NewSet("custom")
	for i, value := range values {
		if err := set.Add(fmt.Sprintf("v%d", i), variables.NewSecret(value)); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

func readText(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
