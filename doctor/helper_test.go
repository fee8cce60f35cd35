package doctor_test

import (
	"context"
	"fmt"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/doctor"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

const (
	deployer = "arn:aws:iam::222222222222:role/deployer"
	pusher   = "arn:aws:iam::333333333333:role/pusher"
	reader   = "arn:aws:iam::111111111111:role/reader"
	github   = "arn:aws:iam::111111111111:role/github"
)

// patient is a job with something wrong, or nothing.
type patient struct {
	// world replaces texts of the built-in configuration: old, new, old, new.
	world  []string
	faults []simulator.Fault
	tls    bool
	// user puts the keys of an IAM user into the environment, oidc what a job
	// of GitHub has.
	user     string
	oidc     bool
	task     string
	settings map[string]string
	use      tasks.Repositories
	// env comes over that of the simulator; an empty text unsets.
	env map[string]string
	// prepare changes the job before it is looked at.
	prepare func(t *testing.T, p *ward)
	limit   time.Duration
}

// ward is where a patient is looked at: its home, its programs, its AWS.
type ward struct {
	*simulator.Simulator
	home, bin string
	env       map[string]string
}

func (p patient) admit(t *testing.T) *ward {
	t.Helper()
	text := strings.NewReplacer(p.world...).Replace(simulator.BuiltIn())
	if len(p.world) > 0 && text == simulator.BuiltIn() {
		t.Fatal("the built-in configuration has changed: nothing was replaced")
	}
	config, err := simulator.ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	s, err := simulator.Start(simulator.Options{Config: config, Faults: p.faults, TLS: p.tls})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	w := &ward{Simulator: s, home: t.TempDir(), bin: t.TempDir(), env: map[string]string{}}
	pairs := append(s.Env(), s.RegistryProxyEnv()...)
	if p.user != "" {
		pairs = append(pairs, s.UserEnv(p.user)...)
	}
	if p.oidc {
		pairs = append(pairs, s.OIDCEnv()...)
	}
	for _, pair := range append(pairs, "PATH="+w.bin) {
		name, text, _ := strings.Cut(pair, "=")
		w.env[name] = text
	}
	maps.Copy(w.env, p.env)
	if p.prepare != nil {
		p.prepare(t, w)
	}
	return w
}

func (w *ward) lookup(name string) (string, bool) {
	text := w.env[name]
	return text, text != ""
}

func (w *ward) environ() []string {
	var all []string
	for name, text := range w.env {
		if text != "" {
			all = append(all, name+"="+text)
		}
	}
	slices.Sort(all)
	return all
}

// examine looks at the patient as the command does.
func (p patient) examine(t *testing.T, w *ward) doctor.Report {
	t.Helper()
	return p.examination(t, w).Run(context.Background())
}

func (p patient) examination(t *testing.T, w *ward) doctor.Examination {
	t.Helper()
	name := p.task
	if name == "" {
		name = "ecr"
	}
	task := tasks.Find(name)
	values, faults := variables.Fill(task.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
		text, ok := p.settings[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: "--" + name}, ok
	})
	network := connectors.NewNetwork(w.lookup, 1, slog.New(slog.DiscardHandler))
	machine := connectors.Machine{Lookup: w.lookup, Dir: w.home, Home: w.home, Environ: w.environ, SessionName: "awsvars"}
	roster, more := connectors.NewRoster(values, machine, network, task.Connectors(values))
	limit := p.limit
	if limit == 0 {
		limit = 20 * time.Second
	}
	return doctor.Examination{
		Task: task, Values: values, Faults: faults.And(more).And(task.Check(values)), Roster: roster, Network: network,
		Machine: machine, Use: p.use, Limit: limit,
	}
}

// disk is all that is below the directories: names, modes, times, contents.
func disk(t *testing.T, directories ...string) string {
	t.Helper()
	var b strings.Builder
	for _, directory := range directories {
		err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			info, err := entry.Info()
			if err != nil {
				return err
			}
			fmt.Fprintln(&b, path, info.Mode(), info.ModTime().UnixNano(), info.Size())
			if entry.Type().IsRegular() {
				text, err := os.ReadFile(path)
				fmt.Fprintf(&b, "%x %v\n", text, err)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

// changes are the requests that are not known to change nothing.
func changes(requests []simulator.Request) []string {
	harmless := []string{
		"sts ", "sts GetCallerIdentity", "sts AssumeRole", "sts AssumeRoleWithWebIdentity", "sts GetSessionToken", "sts GetFederationToken",
		"oidc token", "ecr GetAuthorizationToken", "ecr-public GetAuthorizationToken",
		"registry ping", "registry token", "registry manifest", "registry blob",
	}
	var all []string
	for _, r := range requests {
		name := r.Service + " " + r.Action
		method := r.Params.Get("method")
		if r.Service == "imds" || slices.Contains(harmless, name) && (r.Service != "registry" || method == "GET" || method == "HEAD") {
			continue
		}
		all = append(all, name+" "+method)
	}
	return all
}

// program writes a shell script into the directory of PATH.
func (w *ward) program(t *testing.T, name, script string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(w.bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
}

// docker writes Docker's configuration.
func (w *ward) docker(t *testing.T, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Join(w.home, ".docker"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.home, ".docker", "config.json"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
