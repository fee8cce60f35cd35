package e2e

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// site is the call that every recipe makes with its credentials.
const site = "s3 sync site s3://example-bucket"

// kitchen is a machine on which a recipe is tried: a CI job whose environment
// grows from step to step.
type kitchen struct {
	*world
	stubs string
	env   []string
	// log is what all steps printed.
	log strings.Builder
}

// newKitchen is one in a world where the role trusts what docs/permissions.md
// says for the system.
func newKitchen(t *testing.T, system string) *kitchen {
	t.Helper()
	trust := "trust role"
	if _, token := visitors()[system]; token {
		trust = "trust " + system
	}
	k := &kitchen{stubs: t.TempDir()}
	k.world = worldOf(t, trustOf(t, trust), func(c *simulator.Config) { c.ContainerRole = c.InstanceRole })
	// No region comes from anywhere but the snippet and the instance.
	k.set("AWS_REGION=", "AWS_DEFAULT_REGION=", "PATH="+k.stubs+":"+binDir()+":"+os.Getenv("PATH"))
	stub(t, k.stubs, "aws")
	return k
}

// step runs a script as the systems do, each in a shell of its own that ends
// at the first fault.
func (k *kitchen) step(t *testing.T, script string) {
	t.Helper()
	k.sees(t, k.run(t, k.env, "sh", "-e", "-c", script))
}

func (k *kitchen) sees(t *testing.T, r result) {
	t.Helper()
	k.log.WriteString(r.log())
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.stderr)
	}
	// GitHub and Azure take the commands that mask out of the log.
	k.noLeak(t, "the log", regexp.MustCompile(`(?m)^(::add-mask::|##vso\[task\.setsecret\]).*$`).ReplaceAllString(r.log(), ""))
}

func (k *kitchen) set(pairs ...string) { k.env = append(k.env, pairs...) }

// setAll takes the variables that a snippet sets.
func (k *kitchen) setAll(variables map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		k.set(name + "=" + variables[name])
	}
}

// recipes say how each system runs its snippet: with which variables of its
// own, and which of the snippet's parts are scripts.
func recipes() map[string]func(t *testing.T, k *kitchen, text string) {
	return map[string]func(t *testing.T, k *kitchen, text string){
		"github": cookGitHub, "gitlab": cookGitLab, "buildkite": cookBuildkite, "circleci": cookCircleCI, "bitbucket": cookBitbucket,
		"jenkins": cookJenkins, "azure": cookAzure, "teamcity": cookTeamCity, "bamboo": cookBamboo,
		"drone": cookPlugin, "woodpecker": cookPlugin, "harness": cookHarness, "codebuild": cookCodeBuild,
	}
}

// TestRecipes runs the snippet of each system and looks at what its last
// command got.
func TestRecipes(t *testing.T) {
	t.Parallel()
	need(t, "sh")
	var told []string
	for _, b := range blocks(t) {
		if !b.has("recipe") {
			continue
		}
		name := b.words[2]
		told = append(told, name)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := newKitchen(t, name)
			recipes()[name](t, k, b.text)
			k.served(t)
		})
	}
	if want := slices.Sorted(maps.Keys(recipes())); !slices.Equal(slices.Sorted(slices.Values(told)), want) {
		t.Errorf("the page has recipes for %v, want %v", told, want)
	}
}

// served checks that the command was called once, as the role.
func (k *kitchen) served(t *testing.T) {
	t.Helper()
	if all := calls(t, k.stubs, "aws"); len(all) != 1 || strings.TrimSpace(all[0]) != site {
		t.Fatalf("aws was called with %q, want %q", all, site)
	}
	env := map[string]string{}
	for line := range strings.Lines(readFile(t, filepath.Join(k.stubs, "aws.calls", "0.env"))) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		env[name] = value
	}
	for _, name := range []string{"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		if !k.handedOut(env[name]) {
			t.Errorf("%s is nothing that the simulator handed out", name)
		}
	}
	if env["AWS_REGION"] != "eu-west-1" {
		t.Errorf("the region is %q", env["AWS_REGION"])
	}
	r := k.run(t, []string{"AWS_ACCESS_KEY_ID=" + env["AWS_ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY=" + env["AWS_SECRET_ACCESS_KEY"], "AWS_SESSION_TOKEN=" + env["AWS_SESSION_TOKEN"]},
		"awsvars", "sts", "--source", "environment", "--allowed-account-ids", "222222222222", "--format", "json")
	if r.status != 0 {
		t.Errorf("the credentials are not those of the role: %s", r.stderr)
	}
}

// visit is a token of the system, with the audience that the snippet asks for.
func (k *kitchen) visit(t *testing.T, name, audience string) string {
	t.Helper()
	v := visitors()[name]
	if audience != "" {
		v.audience = audience
	}
	return k.token(t, v, v.subject)
}

// TestMovedWorkflow runs the workflow of docs/moving-from-configure-aws-credentials.md,
// whose inputs are those of that action.
func TestMovedWorkflow(t *testing.T) {
	t.Parallel()
	need(t, "sh")
	k := newKitchen(t, "github")
	cookGitHub(t, k, blockOf(t, "moving-from-configure-aws-credentials.md", "moving").text)
	k.served(t)
}
