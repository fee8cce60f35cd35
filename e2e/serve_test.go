//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// serving is a command that runs under awsvars serve.
type serving struct {
	command *exec.Cmd
	stdin   io.WriteCloser
	lines   *bufio.Scanner
	stderr  *bytes.Buffer
	// endpoint is the URL that the command was given.
	endpoint string
}

func (s *serving) read(t *testing.T) string {
	t.Helper()
	if !s.lines.Scan() {
		t.Fatalf("the command printed no line: %v\n%s", s.lines.Err(), s.stderr)
	}
	return s.lines.Text()
}

// ask sends a line, and returns what the command answers.
func (s *serving) ask(t *testing.T, line string) string {
	t.Helper()
	if _, err := fmt.Fprintln(s.stdin, line); err != nil {
		t.Fatal(err)
	}
	return s.read(t)
}

func (w *world) serve(t *testing.T, env []string, program string, args ...string) *serving {
	t.Helper()
	s := &serving{command: exec.Command(program, append([]string{"serve"}, args...)...), stderr: &bytes.Buffer{}}
	s.command.Dir, s.command.Env, s.command.Stderr = w.dir, w.env(env...), s.stderr
	var err error
	if s.stdin, err = s.command.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	stdout, err := s.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.lines = bufio.NewScanner(stdout)
	if err := s.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.command.Process.Kill(); _ = s.command.Wait() })
	s.endpoint = s.read(t)
	return s
}

// gone fails the test if somebody still listens at the endpoint.
func (s *serving) gone(t *testing.T) {
	t.Helper()
	u, err := url.Parse(s.endpoint)
	if err != nil || u.Host == "" {
		t.Fatalf("the endpoint was %q", s.endpoint)
	}
	if conn, err := net.DialTimeout("tcp", u.Host, time.Second); err == nil {
		_ = conn.Close()
		t.Error("somebody still listens at the endpoint")
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		t.Error(err)
	}
}

func chain() []string {
	return []string{
		"--source", "instance", "--role-arn", "arn:aws:iam::222222222222:role/deployer", "--role-arn", "arn:aws:iam::333333333333:role/pusher",
		"--external-id", "secret-handshake,second-handshake",
	}
}

const pusherSession = "arn:aws:sts::333333333333:assumed-role/pusher/awsvars"

func (w *world) renewals() int {
	n := 0
	for _, r := range w.Requests() {
		if r.Action == "AssumeRole" && r.TargetName == "pusher" {
			n++
		}
	}
	return n - 1
}

// TestABuildOfTwoHours: a chain's hour is no limit for a program with the
// Go SDK, nor for calls of the AWS CLI. The clock of all of them is moved.
func TestABuildOfTwoHours(t *testing.T) {
	t.Parallel()
	dir := buildMoved(t, "./cmd/awsvars", "./e2e/testdata/client")
	aws := debianAWS(t)
	need(t, "faketime")
	for _, c := range []struct {
		name    string
		command []string
		// line makes the command ask AWS who it is.
		line func(offset time.Duration) string
	}{
		{"Go SDK", []string{filepath.Join(dir, "client")}, func(time.Duration) string { return "who" }},
		{
			"AWS CLI",
			[]string{"sh", "-c", `echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; while read -r line; do eval "$line"; done`},
			func(offset time.Duration) string {
				return fmt.Sprintf(`faketime -f +%ds %s sts get-caller-identity --endpoint-url "$AWS_ENDPOINT_URL_STS" --query Arn --output text 2>&1`, int(offset.Seconds()), aws)
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, moving := newWorld(t), newClock(t)
			args := append(append(chain(), "--"), c.command...)
			s := w.serve(t, []string{moving.env()}, filepath.Join(dir, "awsvars"), args...)
			for ; moving.offset <= 2*time.Hour; moving.advance(t, w, 5*time.Minute) {
				if got := s.ask(t, c.line(moving.offset)); got != pusherSession {
					t.Fatalf("after %s: %s\n%s", moving.offset, got, s.stderr)
				}
			}
			if n := w.renewals(); n < 2 || n > 5 {
				t.Errorf("%d renewals in two hours", n)
			}
			if _, err := http.Get(s.endpoint); err != nil {
				t.Error(err)
			}
			_ = s.stdin.Close()
			if err := s.command.Wait(); err != nil {
				t.Errorf("%v\n%s", err, s.stderr)
			}
			s.gone(t)
			w.noLeak(t, "the log", s.stderr.String())
			if !strings.Contains(s.stderr.String(), "renewed") {
				t.Errorf("the log does not tell of renewals:\n%s", s.stderr)
			}
		})
	}
}

// TestTheEndpointAnswersNobodyElse, and ends with the command, however that
// ends.
func TestTheEndpointAnswersNobodyElse(t *testing.T) {
	t.Parallel()
	const ends = `echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"; echo $$; while read -r line; do eval "$line"; done`
	for _, c := range []struct {
		name   string
		end    func(t *testing.T, s *serving, pid int)
		status int
	}{
		{"by itself", func(_ *testing.T, s *serving, _ int) { _, _ = io.WriteString(s.stdin, "exit 7\n") }, 7},
		{"by SIGKILL", func(t *testing.T, _ *serving, pid int) { kill(t, pid, syscall.SIGKILL) }, 128 + 9},
		{"by SIGTERM to awsvars", func(t *testing.T, s *serving, _ int) { kill(t, s.command.Process.Pid, syscall.SIGTERM) }, 128 + 15},
		{"by a trap", func(t *testing.T, s *serving, _ int) {
			s.ask(t, "trap 'exit 3' INT; echo set")
			kill(t, s.command.Process.Pid, syscall.SIGINT)
			_, _ = io.WriteString(s.stdin, ":\n")
		}, 3},
		{"with a child that stays", func(_ *testing.T, s *serving, _ int) {
			_, _ = io.WriteString(s.stdin, "sleep 300 >/dev/null 2>&1 </dev/null & exit 5\n")
		}, 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			s := w.serve(t, nil, filepath.Join(binDir(), "awsvars"), append(append(chain(), "--"), "sh", "-c", ends)...)
			pid, err := strconv.Atoi(s.read(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, header := range []string{"", "Bearer x", "x"} {
				request, err := http.NewRequest(http.MethodGet, s.endpoint, nil)
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Authorization", header)
				answer, err := http.DefaultClient.Do(request)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(answer.Body)
				_ = answer.Body.Close()
				if answer.StatusCode != http.StatusForbidden {
					t.Errorf("with the token %q the endpoint answers %d", header, answer.StatusCode)
				}
				w.noLeak(t, "the refusal", string(body))
			}
			c.end(t, s, pid)
			err = s.command.Wait()
			var failed *exec.ExitError
			if err != nil && !errors.As(err, &failed) {
				t.Fatal(err)
			}
			if got := s.command.ProcessState.ExitCode(); got != c.status {
				t.Errorf("exit status %d, want %d\n%s", got, c.status, s.stderr)
			}
			s.gone(t)
			w.noLeak(t, "the log", s.stderr.String())
		})
	}
}

func kill(t *testing.T, pid int, signal syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil {
		t.Fatal(err)
	}
}

// debianAWS is Debian's AWS CLI, wherever another one may stand in PATH.
func debianAWS(t *testing.T) string {
	t.Helper()
	const path = "/usr/bin/aws"
	if _, err := os.Stat(path); err != nil {
		missing(t, path)
	}
	return path
}
