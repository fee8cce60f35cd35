package connectors_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/simulator"
	"github.com/awsvars/awsvars/variables"
)

const (
	deployer = "arn:aws:iam::222222222222:role/deployer"
	pusher   = "arn:aws:iam::333333333333:role/pusher"
	reader   = "arn:aws:iam::111111111111:role/reader"
	agentARN = "arn:aws:sts::111111111111:assumed-role/agent/i-0a1b2c3d4e5f67890"
)

// settings are what a user gives, by name.
type settings map[string]string

// env is the environment of a test, by name; it hides the simulator's.
type env map[string]string

// job is one run of a connector.
type job struct {
	aws      *simulator.Simulator
	settings settings
	env      env
	home     string
	retries  int
	session  string
	job      variables.Job
	// origins say where settings were given, --name for others.
	origins map[string]string
}

func start(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// world starts a simulator with a changed built-in configuration.
func world(t *testing.T, replace ...string) *simulator.Simulator {
	t.Helper()
	text := strings.NewReplacer(replace...).Replace(simulator.BuiltIn())
	if len(replace) > 0 && text == simulator.BuiltIn() {
		t.Fatal("the built-in configuration has changed: nothing was replaced")
	}
	config, err := simulator.ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, simulator.Options{Config: config})
}

func (j job) lookup(name string) (string, bool) {
	if text, ok := j.env[name]; ok {
		return text, text != ""
	}
	return j.aws.Lookup(name)
}

// open runs the connector, and returns the log beside the session.
func (j job) open(t *testing.T) (*connectors.Session, string, error) {
	t.Helper()
	source := func(name string) (variables.Input, bool) {
		text, ok := j.settings[name]
		origin := j.origins[name]
		if origin == "" {
			origin = "--" + name
		}
		return variables.Input{Text: variables.NewSecret(text), Origin: origin}, ok
	}
	values, faults := variables.Fill(connectors.Settings(), os.ReadFile, source)
	var log bytes.Buffer
	network := connectors.NewNetwork(j.lookup, j.retries, slog.New(slog.NewTextHandler(&log, nil)))
	machine := connectors.Machine{Lookup: j.lookup, Environ: os.Environ, Home: j.home, SessionName: j.session, Job: j.job}
	connector, more := connectors.New(values, machine, network)
	if faults = faults.And(more); len(faults) > 0 {
		return nil, "", faults
	}
	ctx := context.Background()
	cfg, err := connector.Config(ctx)
	if err != nil {
		return nil, "", err
	}
	network.Ahead(ctx, []string{connector.STSEndpoint(ctx, cfg)})
	session, err := connector.Open(ctx, cfg, connectors.Useful, slog.New(slog.NewTextHandler(&log, nil)))
	for _, leaked := range simulator.Leaks(append(log.Bytes(), fmt.Sprint(err)...), j.aws.Secrets()) {
		t.Errorf("the log or the error shows a secret of %d bytes", len(leaked))
	}
	return session, log.String(), err
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// mustOpen fails the test if there is no session.
func (j job) mustOpen(t *testing.T) (*connectors.Session, string) {
	t.Helper()
	session, log, err := j.open(t)
	if err != nil {
		t.Fatal(err)
	}
	return session, log
}

// message is what a user reads: the error and the hint. Ports are left out.
func message(s *simulator.Simulator, err error) string {
	if err == nil {
		return ""
	}
	text := err.Error()
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		text += "\nhint: " + hinted.Hint()
	}
	for _, name := range []string{"AWS_EC2_METADATA_SERVICE_ENDPOINT", "AWS_ENDPOINT_URL_STS"} {
		if url, _ := s.Lookup(name); url != "" {
			text = strings.ReplaceAll(text, strings.TrimPrefix(strings.TrimPrefix(url, "http://"), "https://"), "HOST")
		}
	}
	return text
}

// asked writes what was asked of AWS, one request a line.
func asked(s *simulator.Simulator) string {
	var lines []string
	for _, r := range s.Requests() {
		line := r.Service + " " + r.Action
		if r.CallerName != "" {
			line += " by " + r.CallerName
		}
		if r.Code != "" {
			line += ": " + r.Code
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

// randomText is a text that cannot be packed much.
func randomText(t *testing.T, length int) string {
	t.Helper()
	random := make([]byte, length)
	if _, err := rand.Read(random); err != nil {
		t.Fatal(err)
	}
	return base64.RawURLEncoding.EncodeToString(random)[:length]
}

// closedPort is an address of this machine where nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// silentPort is an address of this machine that takes connections and never
// answers.
func silentPort(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	return listener.Addr().String()
}

// environment turns KEY=VALUE lists into an env.
func environment(lists ...[]string) env {
	e := env{}
	for _, list := range lists {
		for _, pair := range list {
			name, text, _ := strings.Cut(pair, "=")
			e[name] = text
		}
	}
	return e
}

// files writes ~/.aws/config and ~/.aws/credentials, and returns the home
// directory.
func files(t *testing.T, config, credentials string) string {
	t.Helper()
	home := t.TempDir()
	for name, text := range map[string]string{"config": config, "credentials": credentials} {
		if text == "" {
			continue
		}
		path := filepath.Join(home, ".aws", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return home
}

// atHome makes the AWS files of the home directory count, not the empty ones
// that the simulator names.
func atHome(e env) env {
	if e == nil {
		e = env{}
	}
	e["AWS_CONFIG_FILE"], e["AWS_SHARED_CREDENTIALS_FILE"] = "", ""
	return e
}
