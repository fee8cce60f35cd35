//go:build linux

package child_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal is a new pseudo-terminal: the side of the keyboard and the screen,
// and the side of the programs (pty(7)).
func terminal(t *testing.T) (screen, programs *os.File) {
	t.Helper()
	screen, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("opening a terminal, which CI must be able to: %v", err)
		}
		t.Skipf("opening a terminal: %v", err)
	}
	t.Cleanup(func() { _ = screen.Close() })
	_ = screen.SetDeadline(time.Now().Add(5 * time.Second))
	// Fd would end the deadline.
	inside, err := screen.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	var number int
	var unlocking, numbering error
	err = inside.Control(func(fd uintptr) {
		unlocking = unix.IoctlSetPointerInt(int(fd), unix.TIOCSPTLCK, 0)
		number, numbering = unix.IoctlGetInt(int(fd), unix.TIOCGPTN)
	})
	if err := errors.Join(err, unlocking, numbering); err != nil {
		t.Fatal(err)
	}
	programs, err = os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return screen, programs
}

// TestTheKeyboardReachesTheCommandOnce types ^C and ^\ to a command whose
// input is no terminal, so that the terminal has to be found, and then ends it
// in the way of somebody else.
func TestTheKeyboardReachesTheCommandOnce(t *testing.T) {
	t.Parallel()
	for key, name := range map[string]string{"\x03": "interrupt", "\x1c": "quit"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			screen, programs := terminal(t)
			process := alone("outer", "inner")
			process.SysProcAttr.Setctty, process.SysProcAttr.Ctty = true, 1
			process.Stdout, process.Stderr = programs, programs
			begin(t, process)
			_ = programs.Close()
			lines := bufio.NewReader(screen)
			until(t, lines, "ready")
			if _, err := io.WriteString(screen, key); err != nil {
				t.Fatal(err)
			}
			until(t, lines, name)
			if err := process.Process.Signal(syscall.SIGTERM); err != nil {
				t.Fatal(err)
			}
			if got := ended(t, process); got != 2 {
				t.Errorf("the command got %d signals, want 2", got)
			}
		})
	}
}

// TestTheCommandReadsTheTerminal: the kernel stops a process that reads the
// terminal outside of the foreground.
func TestTheCommandReadsTheTerminal(t *testing.T) {
	t.Parallel()
	screen, programs := terminal(t)
	process := alone("outer", "sh", "-c", "read line; echo got $line")
	process.SysProcAttr.Setctty = true
	process.Stdin, process.Stdout, process.Stderr = programs, programs, programs
	begin(t, process)
	_ = programs.Close()
	if _, err := io.WriteString(screen, "a word\n"); err != nil {
		t.Fatal(err)
	}
	until(t, bufio.NewReader(screen), "got a word")
	if got := ended(t, process); got != 0 {
		t.Errorf("status %d", got)
	}
}

// TestInTheBackgroundOfATerminalASignalIsNotTyped: a shell with job control
// puts us there.
func TestInTheBackgroundOfATerminalASignalIsNotTyped(t *testing.T) {
	t.Parallel()
	screen, programs := terminal(t)
	process := alone("sh", "-c", "set -m; outer inner & wait $!; echo status $?")
	process.SysProcAttr.Setctty = true
	process.Stdin, process.Stdout, process.Stderr = programs, programs, programs
	begin(t, process)
	_ = programs.Close()
	lines := bufio.NewReader(screen)
	until(t, lines, "ready")
	job := backgroundOf(t, process.Process.Pid)
	t.Cleanup(func() { _ = syscall.Kill(-job, syscall.SIGKILL) })
	for _, step := range []struct {
		signal syscall.Signal
		line   string
	}{{syscall.SIGINT, "interrupt"}, {syscall.SIGTERM, "status 2"}} {
		if err := syscall.Kill(job, step.signal); err != nil {
			t.Fatal(err)
		}
		until(t, lines, step.line)
	}
	_ = ended(t, process)
}

// backgroundOf is the one child of a process.
func backgroundOf(t *testing.T, parent int) int {
	t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", parent, parent))
	if err != nil {
		t.Fatal(err)
	}
	id, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// until reads up to a line that ends with text; what was typed is there too.
func until(t *testing.T, screen *bufio.Reader, text string) {
	t.Helper()
	for {
		line, err := screen.ReadString('\n')
		if err != nil {
			t.Fatalf("waiting for %q: %v", text, err)
		}
		if strings.HasSuffix(strings.TrimRight(line, "\r\n"), text) {
			return
		}
	}
}
