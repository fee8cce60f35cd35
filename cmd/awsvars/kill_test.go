package main

import (
	"bufio"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

func simulated(t *testing.T, o simulator.Options) *simulator.Simulator {
	t.Helper()
	s, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// started runs awsvars against s, sends signal as soon as its log has a line
// that begins with when, and returns its log and its exit status.
func started(t *testing.T, s *simulator.Simulator, dir, when string, signal os.Signal, args ...string) (string, int) {
	t.Helper()
	c := exec.Command("awsvars", args...)
	c.Dir = dir
	c.Env = append(s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir)
	pipe, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	var log strings.Builder
	lines := bufio.NewScanner(pipe)
	for sent := false; lines.Scan(); {
		log.WriteString(lines.Text() + "\n")
		if !sent && strings.HasPrefix(lines.Text(), when) {
			sent = true
			if err := c.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
				t.Error(err)
			}
		}
	}
	err = c.Wait()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return log.String(), c.ProcessState.ExitCode()
}

func TestSignalsEndTheRunWithTheirStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		signal os.Signal
		status int
		name   string
	}{{os.Interrupt, 130, "interrupt"}, {syscall.SIGTERM, 143, "terminated"}, {syscall.SIGHUP, 129, "hangup"}} {
		s := simulated(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRole", Kind: "slow", Duration: 1 << 40}}})
		dir := t.TempDir()
		log, status := started(t, s, dir, "source", c.signal, "sts", "--role-arn", "arn:aws:iam::111111111111:role/reader", "--output", "vars.sh")
		if status != c.status || !strings.Contains(log, "error: interrupted by signal "+c.name+"; nothing was delivered") {
			t.Errorf("%v: status %d\n%s", c.signal, status, log)
		}
		if left, _ := os.ReadDir(dir); len(left) != 0 {
			t.Errorf("%v left %v", c.signal, left)
		}
	}
}

// TestKilledRunsLeaveTheOldFile kills a run after each of its steps: the file
// of an earlier run is whole, or it is the new one, whole as well.
func TestKilledRunsLeaveTheOldFile(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	const old = "the file of an earlier run\n"
	for _, when := range []string{"source", "hop 1/1", "registry", "delivered"} {
		dir := t.TempDir()
		path := filepath.Join(dir, "vars.json")
		if err := os.WriteFile(path, []byte(old), 0o600); err != nil {
			t.Fatal(err)
		}
		started(t, s, dir, when, os.Kill, "ecr", "--role-arn", "arn:aws:iam::111111111111:role/reader", "--output", "vars.json", "--format", "json")
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if whole := strings.HasPrefix(string(text), "{") && strings.HasSuffix(string(text), "}\n"); string(text) != old && !whole {
			t.Errorf("killed at %q, the file has %d bytes that are neither the old nor the new ones", when, len(text))
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("killed at %q, the file has mode %v, %v", when, info.Mode(), err)
		}
		left, _ := os.ReadDir(dir)
		for _, entry := range left {
			if name := entry.Name(); name != "vars.json" && !strings.HasPrefix(name, ".awsvars-") {
				t.Errorf("killed at %q, there is a file %q", when, name)
			}
		}
	}
}
