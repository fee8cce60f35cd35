package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awsvars/awsvars/simulator"
)

// recordVariable names the directory in which the suite keeps what must hold
// no secret, and the secrets to look for.
const recordVariable = "AWSVARS_TEST_RECORD"

// raceVariable keeps the race detector, if it is on, from waiting for a second
// at the end of each of hundreds of processes.
const raceVariable, noWait = "GORACE", "atexit_sleep_ms=0"

func TestMain(m *testing.M) {
	testscript.Main(&searched{m}, map[string]func(){"awsvars": recorded, helperProgram: recorded, "docker-lookup": lookingUp, "awsvars-child": wrapping})
}

// searched looks, after all tests, for every secret that a simulator handed
// out in every log that awsvars wrote.
type searched struct{ tests *testing.M }

func (s *searched) Run() int {
	record, err := os.MkdirTemp("", "awsvars-record-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(record) }()
	if err := errors.Join(os.Setenv(recordVariable, record), os.Setenv(raceVariable, noWait)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	status := s.tests.Run()
	if err := searchAll(record); err != nil {
		fmt.Fprintln(os.Stderr, "FAIL:", err)
		return 1
	}
	return status
}

// searchAll looks into the record, and into the records within it, which have
// secrets of their own.
func searchAll(record string) error {
	within, err := filepath.Glob(filepath.Join(record, "run-*"))
	if err != nil {
		return err
	}
	faults := []error{search(record)}
	for _, one := range within {
		faults = append(faults, search(one))
	}
	return errors.Join(faults...)
}

func search(record string) error {
	secrets, err := handedOut(filepath.Join(record, "secrets"))
	if err != nil || len(secrets) == 0 {
		// A run of single tests may have asked for no credentials.
		return err
	}
	logs, err := filepath.Glob(filepath.Join(record, "*.log"))
	if err != nil {
		return err
	}
	texts := make([][]byte, len(logs))
	for i, path := range logs {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		// What masks a secret must say it.
		texts[i] = regexp.MustCompile(`(?m)^::add-mask::.*$`).ReplaceAll(text, nil)
	}
	// All at once, since it takes longer to write a secret in every way than to
	// look for it.
	secrets = simulator.Leaks(bytes.Join(texts, []byte("\n")), secrets)
	var faults []error
	for _, text := range texts {
		if leaked := simulator.Leaks(text, secrets); len(leaked) > 0 {
			faults = append(faults, fmt.Errorf("a log holds %d secrets; it begins with %.200q", len(leaked), text))
		}
	}
	if len(secrets) > 0 {
		faults = append(faults, fmt.Errorf("the logs hold %d secrets", len(secrets)))
	}
	return errors.Join(faults...)
}

func handedOut(path string) ([]string, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	var secrets []string
	lines := bufio.NewScanner(file)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var secret string
		if err := json.Unmarshal(lines.Bytes(), &secret); err != nil {
			return nil, err
		}
		secrets = append(secrets, secret)
	}
	return secrets, lines.Err()
}

// recorded is main, with a copy of its log and of what a terminal shows.
func recorded() {
	p := current()
	if record := os.Getenv(recordVariable); record != "" {
		if file, err := os.CreateTemp(record, "*.log"); err == nil {
			p.stderr = io.MultiWriter(os.Stderr, file)
			if p.terminal {
				p.stdout = io.MultiWriter(os.Stdout, file)
			}
		}
	}
	os.Exit(run(p))
}

// wrapping runs the command behind its first argument. Where that is late, a
// signal comes before.
func wrapping() {
	p := current()
	ctx, cancel := context.WithCancelCause(context.Background())
	p.settle = interruptible(cancel)
	if os.Args[1] == "late" {
		fmt.Println("obtaining")
		<-ctx.Done()
	}
	status, err := p.runChild(ctx, os.Args[2:], append(os.Environ(), "AWSVARS_TEST_ADDED=added"))
	p.settle()
	if err != nil {
		report(textLogger(p.stderr), err)
	} else if ctx.Err() != nil {
		fmt.Println("a signal has ended the context")
	}
	if err != nil && status == 0 {
		status = statusOf(ctx, err)
	}
	os.Exit(status)
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata", RequireExplicitExec: true, RequireUniqueNames: true,
		Deadline: time.Now().Add(4 * time.Minute),
		Setup: func(e *testscript.Env) error {
			// Whatever happens, no test asks a real service.
			e.Vars = append(e.Vars, recordVariable+"="+os.Getenv(recordVariable), raceVariable+"="+noWait, "AWS_EC2_METADATA_DISABLED=true", "HOME="+filepath.Join(e.WorkDir, "home"))
			return os.MkdirAll(filepath.Join(e.WorkDir, "home"), 0o700)
		},
		Condition: func(name string) (bool, error) {
			if name == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, fmt.Errorf("unknown condition %q", name)
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"world": world, "asked": asked, "status": status, "proxy": proxy, "layout": newLayout,
			"crowd": crowd, "aged": aged, "spoiled": spoiled, "program": program,
		},
	})
}

// world [--tls] [--fault F]... [--user NAME] [--container] [--nothing] starts
// a simulator for the script and sets its environment.
func world(ts *testscript.TestScript, _ bool, args []string) {
	options := simulator.Options{SecretsFile: filepath.Join(ts.Getenv(recordVariable), "secrets")}
	var extra func(*simulator.Simulator) []string
	for i := 0; i < len(args); i++ {
		switch args[i] {
		case "--tls":
			options.TLS = true
		case "--fault":
			i++
			fault, err := simulator.ParseFault(args[i])
			ts.Check(err)
			options.Faults = append(options.Faults, fault)
		case "--user":
			i++
			user := args[i]
			extra = func(s *simulator.Simulator) []string { return s.UserEnv(user) }
		case "--registry-proxy":
			extra = (*simulator.Simulator).RegistryProxyEnv
		case "--container":
			extra = (*simulator.Simulator).ContainerEnv
		default:
			ts.Fatalf("world: unknown %q", args[i])
		}
	}
	s, err := simulator.Start(options)
	ts.Check(err)
	ts.Defer(func() { _ = s.Close() })
	// An earlier world's credentials are not this one's.
	for _, name := range []string{"AWS_EC2_METADATA_DISABLED", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_CONTAINER_CREDENTIALS_FULL_URI"} {
		ts.Setenv(name, "")
	}
	pairs := s.Env()
	if extra != nil {
		pairs = append(pairs, extra(s)...)
	}
	for _, pair := range pairs {
		name, text, _ := strings.Cut(pair, "=")
		ts.Setenv(name, text)
	}
	simulators.Store(ts, s)
	ts.Defer(func() { simulators.Delete(ts) })
}

// asked FILE writes what was asked of AWS, one request a line.
func asked(ts *testscript.TestScript, _ bool, args []string) {
	found, ok := simulators.Load(ts)
	if !ok || len(args) != 1 {
		ts.Fatalf("asked: usage: asked FILE, after world")
	}
	var b strings.Builder
	for _, r := range found.(*simulator.Simulator).Requests() {
		line := []string{r.Service, r.Action}
		for _, part := range []string{r.CallerName, r.TargetName, r.Region, r.Code} {
			if part != "" {
				line = append(line, part)
			}
		}
		fmt.Fprintln(&b, strings.Join(line, " "))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// status N COMMAND... runs a command and wants that exit status.
func status(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// newLayout DIR makes an OCI layout with an image of three random layers.
func newLayout(ts *testscript.TestScript, _ bool, args []string) {
	image, err := random.Image(1<<16, 3)
	ts.Check(err)
	path, err := layout.Write(ts.MkAbs(args[0]), empty.Index)
	ts.Check(err)
	ts.Check(path.AppendImage(image))
}
