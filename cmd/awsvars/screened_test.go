//go:build linux

package main

import (
	"bufio"
	"os"
	"os/exec"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"

	"github.com/awsvars/awsvars/simulator"
)

// onTerminal starts a command on a new terminal, and returns what it shows.
func onTerminal(t *testing.T, c *exec.Cmd) (screen *os.File, lines *bufio.Reader) {
	t.Helper()
	screen, programs, err := pty.Open()
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("opening a terminal, which CI must be able to: %v", err)
		}
		t.Skipf("opening a terminal: %v", err)
	}
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	c.Stdin, c.Stdout, c.Stderr = programs, programs, programs
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	_ = programs.Close()
	// A test that fails ends the reading by ending the command.
	late := time.AfterFunc(20*time.Second, func() { _ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL) })
	t.Cleanup(func() {
		late.Stop()
		if c.ProcessState == nil {
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		}
		_ = screen.Close()
	})
	return screen, bufio.NewReader(screen)
}

// shows reads up to a line.
func shows(t *testing.T, lines *bufio.Reader, want string) {
	t.Helper()
	for {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("waiting for %q: %v", want, err)
		}
		if line == want {
			return
		}
	}
}

func typeIn(t *testing.T, screen *os.File, keys string) {
	t.Helper()
	if _, err := screen.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// TestOnATerminalACommandHasOneAndItsSecretsAreHidden, also one that comes in
// two writes, and in lines of a terminal.
func TestOnATerminalACommandHasOneAndItsSecretsAreHidden(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	c := inWorld(s, t.TempDir(), `exec awsvars exec -- sh -c '
		test -t 1 && test -t 2 && echo terminal
		all=$AWS_SECRET_ACCESS_KEY
		end=${all#????????????????????}
		printf %s "${all%"$end"}"; printf "%s\n" "$end"
		printf %s "$AWS_SESSION_TOKEN" | base64 >&2
		read line; echo "got $line"; exit 7'`)
	screen, lines := onTerminal(t, c)
	shows(t, lines, "terminal\r\n")
	shows(t, lines, "********\r\n")
	typeIn(t, screen, "a word\n")
	shows(t, lines, "got a word\r\n")
	if _ = c.Wait(); c.ProcessState.ExitCode() != 7 {
		t.Errorf("status %d", c.ProcessState.ExitCode())
	}
}

func TestOnlyWhatIsATerminalIsOne(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	for script, want := range map[string]string{
		"exec awsvars exec -- sh -c 'test -t 1 || test ! -t 2 || echo right >&2' >out": "right\r\n",
		"exec awsvars exec -- sh -c 'test -t 2 || test ! -t 1 || echo right' 2>log":    "right\r\n",
	} {
		_, lines := onTerminal(t, inWorld(s, t.TempDir(), script))
		shows(t, lines, want)
	}
}

func TestTheKeyboardEndsACommandOnATerminal(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	c := inWorld(s, t.TempDir(), "exec awsvars exec -- sh -c 'echo ready; exec cat'")
	screen, lines := onTerminal(t, c)
	shows(t, lines, "ready\r\n")
	typeIn(t, screen, "\x03")
	if _ = c.Wait(); c.ProcessState.ExitCode() != 130 {
		t.Errorf("status %d", c.ProcessState.ExitCode())
	}
}

// TestAnAnswerIsShownAtOnce logs how long an answer on a terminal takes, and
// with AWSVARS_TEST_SPEED fails over 5 ms.
func TestAnAnswerIsShownAtOnce(t *testing.T) {
	s := simulated(t, simulator.Options{})
	c := inWorld(s, t.TempDir(), "stty -echo; exec awsvars exec -- sh -c 'echo ready; while read line; do echo answer; done'")
	screen, lines := onTerminal(t, c)
	shows(t, lines, "ready\r\n")
	var all []time.Duration
	for range 100 {
		begun := time.Now()
		typeIn(t, screen, "\n")
		if _, err := lines.ReadByte(); err != nil {
			t.Fatal(err)
		}
		all = append(all, time.Since(begun))
		shows(t, lines, "nswer\r\n")
	}
	slices.Sort(all)
	t.Logf("the first byte of an answer after %v, of 9 in 10 answers after %v", all[50], all[90])
	if os.Getenv("AWSVARS_TEST_SPEED") != "" && all[90] > 5*time.Millisecond {
		t.Errorf("%v, at most 5 ms", all[90])
	}
}
