//go:build unix

package child

import (
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// passed are the signals that people and CI systems send to a process. Those
// of the terminal alone (SIGWINCH, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT) are
// left as they are: the whole process group gets them, and stops and goes on
// together.
func passed() []os.Signal {
	return []os.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2}
}

// typed tells whether the signal came from the keyboard, so that the command
// has it already: sent twice, it would look like an impatient user.
//
// Go's runtime does not tell where a signal came from. So SIGINT and SIGQUIT
// count as typed whenever we are in the foreground of a terminal. Who sends
// one there with kill, to us alone, does not reach the command; SIGTERM does.
func typed(s os.Signal) bool {
	if s != syscall.SIGINT && s != syscall.SIGQUIT {
		return false
	}
	// Standard input may be a file, and yet the terminal's ^C comes here.
	// Without a terminal this fails (tty(4): ENXIO).
	terminal, err := os.OpenFile("/dev/tty", os.O_RDONLY|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer func() { _ = terminal.Close() }()
	foreground, err := unix.IoctlGetInt(int(terminal.Fd()), unix.TIOCGPGRP)
	return err == nil && foreground == unix.Getpgrp()
}

func number(s os.Signal) int { return int(s.(syscall.Signal)) }

func status(state *os.ProcessState) int {
	if end, ok := state.Sys().(syscall.WaitStatus); ok && end.Signaled() {
		return killed + int(end.Signal())
	}
	return state.ExitCode()
}
