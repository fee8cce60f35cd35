//go:build linux

package child_test

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"github.com/awsvars/awsvars/child"
)

// onTerminal starts a command on a new terminal of 33 rows and 77 columns.
func onTerminal(t *testing.T, name string, args ...string) (screen *os.File, process *exec.Cmd) {
	t.Helper()
	screen, programs := terminal(t)
	if err := pty.Setsize(programs, &pty.Winsize{Rows: 33, Cols: 77}); err != nil {
		t.Fatal(err)
	}
	process = alone(name, args...)
	process.SysProcAttr.Setctty = true
	process.Stdin, process.Stdout, process.Stderr = programs, programs, programs
	begin(t, process)
	_ = programs.Close()
	return screen, process
}

func TestACommandOnAScreenHasATerminalOfTheSameSize(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "screened", "sh", "-c", `test -t 1 && test -t 2 && stty size <&1; printf 'a\tb\n'; printf 'c\r\n' >&2; exit 7`)
	lines := bufio.NewReader(screen)
	for _, want := range []string{"33 77\r\n", "a\tb\r\n", "c\r\r\n"} {
		if line, err := lines.ReadString('\n'); line != want {
			t.Fatalf("%q, %v, want %q", line, err, want)
		}
	}
	if got := ended(t, process); got != 7 {
		t.Errorf("status %d", got)
	}
}

func TestAScreenFollowsTheSizeOfTheTerminal(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "screened", "sizes")
	lines := bufio.NewReader(screen)
	until(t, lines, "33 77 <nil>")
	resize(t, screen, 44, 88)
	until(t, lines, "44 88 <nil>")
	_ = process.Process.Signal(syscall.SIGTERM)
	if got := ended(t, process); got != 143 {
		t.Errorf("status %d", got)
	}
}

// resize does not take the deadline from the file.
func resize(t *testing.T, screen *os.File, rows, columns uint16) {
	t.Helper()
	inside, err := screen.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var failed error
	if err := inside.Control(func(fd uintptr) {
		failed = unix.IoctlSetWinsize(int(fd), unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns})
	}); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
}

func TestTheKeyboardReachesTheCommandOnAScreen(t *testing.T) {
	t.Parallel()
	for key, name := range map[string]string{"\x03": "interrupt", "\x1c": "quit"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			screen, process := onTerminal(t, "screened", "inner")
			lines := bufio.NewReader(screen)
			until(t, lines, "ready")
			typeIn(t, screen, key)
			until(t, lines, name)
			if err := process.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if got := ended(t, process); got != 2 {
				t.Errorf("the command got %d signals, want 2", got)
			}
		})
	}
	t.Run("it ends the command", func(t *testing.T) {
		t.Parallel()
		screen, process := onTerminal(t, "screened", "sh", "-c", "echo ready; exec cat")
		until(t, bufio.NewReader(screen), "ready")
		typeIn(t, screen, "\x03")
		if got := ended(t, process); got != 130 {
			t.Errorf("status %d", got)
		}
	})
}

func typeIn(t *testing.T, screen *os.File, keys string) {
	t.Helper()
	if _, err := io.WriteString(screen, keys); err != nil {
		t.Fatal(err)
	}
}

// TestACommandOnAScreenStopsAndGoesOn, as a shell with job control sees it.
func TestACommandOnAScreenStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "sh", "-c", "set -m; screened sed -u s/^/got:/; echo stopped; fg; echo status $?")
	lines := bufio.NewReader(screen)
	typeIn(t, screen, "one\n")
	until(t, lines, "got:one")
	typeIn(t, screen, "\x1a")
	until(t, lines, "stopped")
	typeIn(t, screen, "two\n")
	until(t, lines, "got:two")
	typeIn(t, screen, "\x1a")
	until(t, lines, "status 150")
	_ = syscall.Kill(-process.Process.Pid, syscall.SIGKILL)
	_ = ended(t, process)
}

// TestNothingThatIsPrintedAtAStopIsLost: what a program prints as it stops is
// shown, before we stop or after we go on. The shell goes on when the program
// has stopped, as people do.
func TestNothingThatIsPrintedAtAStopIsLost(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "sh", "-c", "set -m; screened tidy; echo stopped; read answer; fg; echo status $?")
	lines := bufio.NewReader(screen)
	var pid int
	if line, err := lines.ReadString('\n'); err != nil {
		t.Fatal(err)
	} else if _, err := fmt.Sscanf(line, "ready %d", &pid); err != nil {
		t.Fatalf("%q: %v", line, err)
	}
	typeIn(t, screen, "\x1a")
	for !stopped(t, pid) {
		runtime.Gosched()
	}
	typeIn(t, screen, "\n")
	var shown strings.Builder
	for !strings.Contains(shown.String(), "status 0") {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("%v after %q", err, &shown)
		}
		shown.WriteString(line)
	}
	for _, want := range []string{"goodbye", "stopped", "again"} {
		if !strings.Contains(shown.String(), want) {
			t.Errorf("%q is not in %q", want, &shown)
		}
	}
	_ = ended(t, process)
}

// stopped tells whether a process has stopped (proc(5), /proc/pid/stat).
func stopped(t *testing.T, pid int) bool {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		t.Fatal(err)
	}
	_, state, _ := strings.Cut(string(text), ") ")
	return strings.HasPrefix(state, "T")
}

func TestAProcessThatStaysOnAScreenDoesNotHoldUsUp(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "screened", "sh", "-c", staying)
	said, err := bufio.NewReader(screen).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	begun := time.Now()
	if got := ended(t, process); got != 7 || time.Since(begun) > 4*time.Second {
		t.Errorf("status %d after %v", got, time.Since(begun))
	}
	endStaying(t, said)
}

func TestAllThatWasPrintedOnAScreenIsShown(t *testing.T) {
	t.Parallel()
	screen, process := onTerminal(t, "screened", "seq", "20000")
	lines := bufio.NewReader(screen)
	for i := range 20000 {
		if line, err := lines.ReadString('\n'); line != fmt.Sprintf("%d\r\n", i+1) {
			t.Fatalf("%q, %v, want %d", line, err, i+1)
		}
	}
	if got := ended(t, process); got != 0 {
		t.Errorf("status %d", got)
	}
}

func TestAScreenWhoseTextCannotBePassedOnIsAnError(t *testing.T) {
	t.Parallel()
	_, programs := terminal(t)
	defer func() { _ = programs.Close() }()
	screen, err := child.OpenScreen(programs, refusing{})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.Command("echo", "hush")
	command.Stdout = screen.Output()
	if err := command.Run(); err != nil {
		t.Fatal(err)
	}
	if err := screen.Close(); err == nil || err.Error() != "passing on the command's output: full" {
		t.Errorf("%v", err)
	}
}
