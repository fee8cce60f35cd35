//go:build unix

package child_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/awsvars/awsvars/child"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"outer": outer, "inner": inner, "screened": screened, "sizes": sizes, "tidy": tidy,
		"group": func() { fmt.Println(syscall.Getpgrp()) },
	})
}

// outer runs the command of its arguments.
func outer() {
	signals := child.Catch()
	command := exec.Command(os.Args[1], os.Args[2:]...)
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	status, err := signals.Run(command)
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
	}
	os.Exit(status)
}

// inner says ready and each signal that it gets. It ends at SIGTERM; its
// status is the number of signals.
func inner() {
	signals := make(chan os.Signal, 16)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	fmt.Println("ready")
	for count := 1; ; count++ {
		got := <-signals
		fmt.Println(got)
		if got == syscall.SIGTERM {
			os.Exit(count)
		}
	}
}

// alone is a command in a session of its own, so that no terminal of whoever
// runs the tests plays a part.
func alone(name string, args ...string) *exec.Cmd {
	c := exec.Command(name, args...)
	c.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return c
}

// begin starts a command, and ends it if the test does not.
func begin(t *testing.T, c *exec.Cmd) {
	t.Helper()
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if c.ProcessState == nil {
			_ = syscall.Kill(-c.Process.Pid, syscall.SIGKILL)
		}
	})
}

// ended waits and returns the exit status.
func ended(t *testing.T, c *exec.Cmd) int {
	t.Helper()
	var failed *exec.ExitError
	if err := c.Wait(); err != nil && !errors.As(err, &failed) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode()
}

func TestTheStatusIsThatOfAShell(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain, noFormat := filepath.Join(dir, "plain"), filepath.Join(dir, "noformat")
	for path, mode := range map[string]os.FileMode{plain: 0o600, noFormat: 0o700} {
		if err := os.WriteFile(path, []byte("not a program\n"), mode); err != nil {
			t.Fatal(err)
		}
	}
	for _, c := range []struct {
		name    string
		command []string
		status  int
		stderr  string
	}{
		{"it ends well", []string{"true"}, 0, ""},
		{"it ends with a status", []string{"sh", "-c", "exit 7"}, 7, ""},
		{"it is killed", []string{"sh", "-c", "kill -KILL $$"}, 137, ""},
		{"it ends by a signal that we would get", []string{"sh", "-c", "kill -TERM $$"}, 143, ""},
		{"a broken pipe ends it", []string{"sh", "-c", "kill -PIPE $$"}, 141, ""},
		{"there is none", []string{"no-such-command", "hush"}, 127, "error: running \"no-such-command\": executable file not found in $PATH\n"},
		{"there is no such file", []string{dir + "/none", "hush"}, 127, "error: running \"" + dir + "/none\": no such file or directory\n"},
		{"it may not be executed", []string{plain, "hush"}, 126, "error: running \"" + plain + "\": permission denied\n"},
		{"it is a folder", []string{dir, "hush"}, 126, "error: running \"" + dir + "\": permission denied\n"},
		{"it is no program", []string{noFormat, "hush"}, 126, "error: running \"" + noFormat + "\": exec format error\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var stderr strings.Builder
			process := alone("outer", c.command...)
			process.Stderr = &stderr
			begin(t, process)
			if got := ended(t, process); got != c.status || stderr.String() != c.stderr {
				t.Errorf("status %d, %q, want %d, %q", got, stderr.String(), c.status, c.stderr)
			}
		})
	}
}

func TestStandardFilesAreTheCommands(t *testing.T) {
	t.Parallel()
	var stdout, stderr strings.Builder
	process := alone("outer", "sh", "-c", "cat; echo problem >&2")
	process.Stdin, process.Stdout, process.Stderr = strings.NewReader("a line\n"), &stdout, &stderr
	if err := process.Run(); err != nil || stdout.String() != "a line\n" || stderr.String() != "problem\n" {
		t.Errorf("%v, %q, %q", err, stdout.String(), stderr.String())
	}
}

// TestSignalsReachTheCommandOnce: they are sent to us alone, and no terminal
// is there. SIGTERM comes last and ends the command in its own way.
func TestSignalsReachTheCommandOnce(t *testing.T) {
	t.Parallel()
	for _, sent := range []syscall.Signal{syscall.SIGINT, syscall.SIGQUIT, syscall.SIGHUP, syscall.SIGUSR1, syscall.SIGUSR2} {
		t.Run(sent.String(), func(t *testing.T) {
			t.Parallel()
			if signal.Ignored(sent) {
				t.Skip("whoever runs the tests ignores it")
			}
			process := alone("outer", "inner")
			stdout, err := process.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			begin(t, process)
			_ = stdout.(*os.File).SetReadDeadline(time.Now().Add(5 * time.Second))
			lines := bufio.NewScanner(stdout)
			for _, step := range []struct {
				line string
				next syscall.Signal
			}{{"ready", sent}, {sent.String(), sent}, {sent.String(), syscall.SIGTERM}, {"terminated", 0}} {
				if !lines.Scan() || lines.Text() != step.line {
					t.Fatalf("%q, want %q", lines.Text(), step.line)
				}
				if step.next != 0 {
					if err := process.Process.Signal(step.next); err != nil {
						t.Fatal(err)
					}
				}
			}
			if got := ended(t, process); got != 3 {
				t.Errorf("status %d after 3 signals", got)
			}
		})
	}
}

// TestWhatIsIgnoredStaysIgnored: nohup and a shell's & mean the command.
func TestWhatIsIgnoredStaysIgnored(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"HUP", "INT"} {
		out, err := alone("sh", "-c", `trap "" `+name+`; exec outer sh -c 'kill -`+name+` $$ $PPID; echo alive'`).Output()
		if err != nil || string(out) != "alive\n" {
			t.Errorf("%s: %q, %v", name, out, err)
		}
	}
}

// TestTheCommandStaysInTheGroup: else ^C and ^Z would not reach it, and a
// terminal would stop it when it reads.
func TestTheCommandStaysInTheGroup(t *testing.T) {
	t.Parallel()
	process := alone("outer", "group")
	out, err := process.Output()
	if err != nil || strings.TrimSpace(string(out)) != fmt.Sprint(process.Process.Pid) {
		t.Errorf("group %q, %v, want %d", out, err, process.Process.Pid)
	}
}

// staying is a shell that leaves a process behind, which keeps stdout open
// for longer than any test lasts, and says its number.
const staying = "sleep 1000 & echo $!; exit 7"

// endStaying ends the process whose number was said.
func endStaying(t *testing.T, said string) {
	t.Helper()
	id, err := strconv.Atoi(strings.TrimSpace(said))
	if err != nil {
		t.Fatal(err)
	}
	if err := syscall.Kill(id, syscall.SIGKILL); err != nil {
		t.Errorf("the process did not stay: %v", err)
	}
}

func TestAProcessThatStaysDoesNotHoldUsUp(t *testing.T) {
	t.Parallel()
	t.Run("stdout is a file", func(t *testing.T) {
		t.Parallel()
		ours, theirs, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		process := alone("outer", "sh", "-c", staying)
		process.Stdout = theirs
		begin(t, process)
		_ = theirs.Close()
		if got := ended(t, process); got != 7 {
			t.Errorf("status %d", got)
		}
		said, err := bufio.NewReader(ours).ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		endStaying(t, said)
		_ = ours.Close()
	})
	t.Run("stdout is none", func(t *testing.T) {
		t.Parallel()
		signals := child.Catch()
		defer signals.Release()
		var stdout bytes.Buffer
		command := exec.Command("sh", "-c", staying)
		command.Stdout = &stdout
		if status, err := signals.Run(command); status != 7 || err != nil {
			t.Errorf("status %d, %v", status, err)
		}
		endStaying(t, stdout.String())
	})
}

// refusing takes nothing.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, errors.New("full") }

func TestOutputThatCannotBePassedOnIsAnError(t *testing.T) {
	t.Parallel()
	signals := child.Catch()
	defer signals.Release()
	command := exec.Command("echo", "hush")
	command.Stdout = refusing{}
	if _, err := signals.Run(command); err == nil || err.Error() != `running "echo": full` {
		t.Errorf("%v", err)
	}
}
