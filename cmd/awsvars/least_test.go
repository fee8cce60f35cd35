package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/simulator"
)

// TestLeastPermissions: random pipelines, each in an AWS where everybody has
// exactly the policy that awsvars policy permissions writes, and each role the
// trust policy of awsvars policy trust. The run succeeds. Nothing is in the
// policies that it does not use. Without any one action, or any one resource,
// it fails. AWSVARS_TEST_PIPELINES says how many pipelines, 12 without it.
func TestLeastPermissions(t *testing.T) {
	t.Parallel()
	image := imageLayout(t)
	pipelines := uint64(12)
	if text := os.Getenv("AWSVARS_TEST_PIPELINES"); text != "" {
		var err error
		if pipelines, err = strconv.ParseUint(text, 10, 32); err != nil {
			t.Fatal(err)
		}
	}
	for seed := range pipelines {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			l := least{t: t, pipeline: randomPipeline(rand.New(rand.NewPCG(seed, 7)), image)}
			l.policies = l.written()
			used := map[simulator.Use]bool{}
			for _, w := range l.worlds {
				status, uses, log := l.run(w, l.policies)
				if status != 0 {
					t.Fatalf("%s\nwith exactly these policies %v: status %d\n%s", l.pipeline, l.policies, status, log)
				}
				for _, use := range uses {
					used[use] = true
				}
			}
			l.nothingUnused(used)
			l.nothingTooMuch()
		})
	}
}

// least is one pipeline, and what each principal may do.
type least struct {
	t *testing.T
	pipeline
	policies map[string][]statement
}

// statement is one of a policy, as the command wrote it.
type statement struct {
	Sid, Effect      string
	Action, Resource list
	Condition        json.RawMessage `json:",omitempty"`
}

// list is one text or several.
type list []string

func (l *list) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*l = list{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(l))
}

// written asks the command for the policy of each principal.
func (l least) written() map[string][]statement {
	l.t.Helper()
	all := map[string][]statement{}
	for _, principal := range l.principals {
		args := append([]string{"policy", "permissions"}, l.args...)
		args = append(args, "--source-arn", l.principals[0], "--format", "json", "--of", principal)
		c := exec.Command("awsvars", args...)
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + l.t.TempDir()}
		var errors bytes.Buffer
		c.Stderr = &errors
		text, err := c.Output()
		if err != nil {
			l.t.Fatalf("%s: %v\n%s", l.pipeline, err, &errors)
		}
		var document struct{ Statement []statement }
		if len(text) > 0 {
			if err := json.Unmarshal(text, &document); err != nil {
				l.t.Fatal(err)
			}
		}
		all[principal] = document.Statement
	}
	return all
}

// run runs the pipeline in a world with these policies.
func (l least) run(w worldBefore, policies map[string][]statement) (status int, uses []simulator.Use, log string) {
	l.t.Helper()
	config, err := simulator.ParseConfig(l.config(l.t, w, policies))
	if err != nil {
		l.t.Fatal(err)
	}
	s, err := simulator.Start(simulator.Options{Config: config, SecretsFile: filepath.Join(os.Getenv(recordVariable), "secrets")})
	if err != nil {
		l.t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	dir := l.t.TempDir()
	c := exec.Command("awsvars", append(slices.Clone(l.args), "--format", "json", "--output", "out.json", "--retries", "0")...)
	c.Dir = dir
	c.Env = append(s.Env(), s.RegistryProxyEnv()...)
	if l.user {
		c.Env = append(c.Env, s.UserEnv("ci")...)
	}
	c.Env = append(c.Env, "PATH="+os.Getenv("PATH"), "HOME="+dir, raceVariable+"="+noWait, recordVariable+"="+os.Getenv(recordVariable))
	output, err := c.CombinedOutput()
	if err != nil {
		status = c.ProcessState.ExitCode()
	}
	var record bytes.Buffer
	for _, request := range s.Requests() {
		uses = append(uses, request.Uses...)
		if err := json.NewEncoder(&record).Encode(request); err != nil {
			l.t.Fatal(err)
		}
	}
	l.recorded(record.Bytes(), uses)
	return status, uses, string(output)
}

// recorded: a policy of the record of a run allows what the run was asked for,
// and nothing else.
func (l least) recorded(record []byte, uses []simulator.Use) {
	l.t.Helper()
	grants, err := policy.ReadRecord(record)
	if err != nil {
		l.t.Fatal(err)
	}
	read, want := map[simulator.Use]bool{}, map[simulator.Use]bool{}
	for _, g := range grants {
		for _, s := range g.Statements {
			for _, action := range s.Actions {
				for _, resource := range s.Resources {
					read[simulator.Use{Principal: g.Principal, Action: action, Resource: resource}] = true
				}
			}
		}
	}
	for _, use := range uses {
		want[use] = true
	}
	if !maps.Equal(read, want) {
		l.t.Errorf("%s\nthe record is read as %v, want %v", l.pipeline, read, want)
	}
}

// nothingUnused: what is granted and what was used are the same.
func (l least) nothingUnused(used map[simulator.Use]bool) {
	l.t.Helper()
	granted := map[simulator.Use]bool{}
	for principal, statements := range l.policies {
		for _, s := range statements {
			for _, action := range s.Action {
				for _, resource := range s.Resource {
					granted[simulator.Use{Principal: principal, Action: action, Resource: resource}] = true
				}
			}
		}
	}
	for use := range used {
		if slices.Contains(l.args, "alias/images") && strings.Contains(use.Resource, ":key/") {
			// The key of an alias is told by a condition.
			use.Resource = use.Resource[:strings.LastIndex(use.Resource, "/")+1] + "*"
		}
		if !granted[use] {
			l.t.Errorf("%s\nwas asked for %+v, which no policy grants", l.pipeline, use)
		}
		delete(granted, use)
	}
	for use := range granted {
		l.t.Errorf("%s\n%+v is granted and never used", l.pipeline, use)
	}
}

// nothingTooMuch takes out one action or one resource after the other.
func (l least) nothingTooMuch() {
	l.t.Helper()
	for principal, statements := range l.policies {
		for i, s := range statements {
			for j, action := range s.Action {
				if strings.HasSuffix(action, ":BatchCheckLayerAvailability") {
					// Who may not ask which layers are there sends all of them, as
					// Docker's engine does: a push works without, and takes its time.
					continue
				}
				l.failsWithout(principal, i, action, func(s *statement) { s.Action = slices.Delete(slices.Clone(s.Action), j, j+1) })
			}
			for j, resource := range s.Resource {
				if len(s.Resource) > 1 {
					l.failsWithout(principal, i, resource, func(s *statement) { s.Resource = slices.Delete(slices.Clone(s.Resource), j, j+1) })
				}
			}
		}
	}
}

func (l least) failsWithout(principal string, i int, what string, change func(*statement)) {
	l.t.Helper()
	policies := maps.Clone(l.policies)
	statements := slices.Clone(policies[principal])
	if change(&statements[i]); len(statements[i].Action) == 0 {
		statements = slices.Delete(statements, i, i+1)
	}
	policies[principal] = statements
	for _, w := range l.worlds {
		if status, _, _ := l.run(w, policies); status != 0 {
			return
		}
	}
	l.t.Errorf("%s\nsucceeds without %s of %s in %s", l.pipeline, what, l.policies[principal][i].Sid, principal)
}

func imageLayout(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	image, err := random.Image(1<<10, 2)
	if err == nil {
		var path layout.Path
		if path, err = layout.Write(dir, empty.Index); err == nil {
			err = path.AppendImage(image)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
