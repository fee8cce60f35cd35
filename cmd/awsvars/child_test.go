//go:build unix

package main

import (
	"bufio"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// signaled starts a command, sends it each signal when it has printed a line,
// and returns all that it printed, and its exit status.
func signaled(t *testing.T, c *exec.Cmd, signals ...os.Signal) (string, int) {
	t.Helper()
	// A terminal of whoever runs the tests plays no part.
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	ours, theirs := io.Pipe()
	c.Stdout, c.Stderr = theirs, theirs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	go func() { _ = theirs.CloseWithError(c.Wait()) }()
	var printed strings.Builder
	for lines := bufio.NewScanner(ours); lines.Scan(); {
		printed.WriteString(lines.Text() + "\n")
		for _, s := range signals {
			if err := c.Process.Signal(s); err != nil {
				t.Error(err)
			}
		}
		signals = nil
	}
	return printed.String(), c.ProcessState.ExitCode()
}

// TestTheCommandDecidesWhatASignalDoes, and its status is ours.
func TestTheCommandDecidesWhatASignalDoes(t *testing.T) {
	t.Parallel()
	const script = `trap 'kill -KILL $!; echo $AWSVARS_TEST_ADDED; exit 9' TERM; sleep 1000 & echo ready; wait; echo it goes on`
	if out, status := signaled(t, exec.Command("awsvars-child", "now", "sh", "-c", script), syscall.SIGTERM); status != 9 || out != "ready\nadded\n" {
		t.Errorf("status %d, %q", status, out)
	}
}

func TestASignalBeforeTheCommandLeavesItUnstarted(t *testing.T) {
	t.Parallel()
	for sent, want := range map[os.Signal]int{os.Interrupt: 130, syscall.SIGTERM: 143} {
		out, status := signaled(t, exec.Command("awsvars-child", "late", "echo", "started"), sent)
		if status != want || out != "obtaining\nerror: interrupted by signal "+sent.String()+"\n" {
			t.Errorf("%v: status %d, %q", sent, status, out)
		}
	}
}

func TestACommandThatCannotBeRun(t *testing.T) {
	t.Parallel()
	out, status := signaled(t, exec.Command("awsvars-child", "now", "no-such-command"))
	if status != 127 || out != "error: running \"no-such-command\": executable file not found in $PATH\n" {
		t.Errorf("status %d, %q", status, out)
	}
}

// inWorld is a shell that is on an agent of s.
func inWorld(s *simulator.Simulator, home, script string) *exec.Cmd {
	c := exec.Command("sh", "-c", script)
	c.Dir = home
	c.Env = slices.Concat(s.Env(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, recordVariable + "=" + os.Getenv(recordVariable)})
	return c
}

// TestWhatAShellIgnoresIsIgnored: ^C is meant for the foreground alone.
func TestWhatAShellIgnoresIsIgnored(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRole", Kind: "slow", Duration: 1 << 40}}})
	c := inWorld(s, t.TempDir(), "trap '' INT; exec awsvars sts --role-arn arn:aws:iam::111111111111:role/reader --output vars.sh")
	if log, status := signaled(t, c, os.Interrupt, syscall.SIGTERM); status != 143 {
		t.Errorf("status %d\n%s", status, log)
	}
}

// TestProgramsThatWeStartMayDieOfABrokenPipe, although we do not.
func TestProgramsThatWeStartMayDieOfABrokenPipe(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	c := inWorld(s, t.TempDir(), `printf '[profile p]\ncredential_process = kill -PIPE $$\n' > config && AWS_CONFIG_FILE=$PWD/config exec awsvars sts --profile p --output vars.sh`)
	if log, status := signaled(t, c); status != 2 || !strings.Contains(log, "running credential_process: signal: broken pipe") {
		t.Errorf("status %d\n%s", status, log)
	}
}
