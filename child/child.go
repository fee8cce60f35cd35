// Package child runs a command in place of this process: on its files, in its
// process group, with the signals that it gets, and to the command's own exit
// status.
package child

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"sync"
	"syscall"
	"time"
)

// Exit statuses of a command that was not run, as POSIX wants them of a shell
// ("Shell Command Language", 2.8.2).
const (
	notExecutable = 126
	notFound      = 127
	// killed and the number of the signal are the status of a killed command.
	killed = 128
)

// Signals are the signals that are sent to this process, for the command that
// Run starts.
type Signals struct{ caught, pipe chan os.Signal }

// Catch keeps signals from ending this process until Release is called. Those
// that it was started to ignore (nohup, a shell's &) stay ignored, by the
// command as well.
func Catch() *Signals {
	s := &Signals{caught: make(chan os.Signal, 16), pipe: make(chan os.Signal, 1)}
	for _, one := range passed() {
		if !signal.Ignored(one) {
			signal.Notify(s.caught, one)
		}
	}
	// A reader of our log that has gone away must not end us before the
	// command. It is not ignored, since then the command would ignore it too.
	signal.Notify(s.pipe, syscall.SIGPIPE)
	return s
}

// Release lets signals end this process again.
func (s *Signals) Release() {
	signal.Stop(s.caught)
	signal.Stop(s.pipe)
}

// Run runs the command to its end and returns the exit status that a shell
// would: the command's own, 128+n if signal n killed it, 127 if there is no
// such command, 126 if it cannot be run. The error says why it was not run, or
// what else went wrong.
//
// The command gets the signals that are sent to this process alone. What it
// does about them is its own business: nothing but its end ends Run. Its
// standard input must be a file, or Run waits for the end of that, too. Where
// its output is no file, what a process that it left behind writes later than
// a second after its end is lost.
//
// SIGKILL cannot be passed on: the command outlives a process that gets it.
func (s *Signals) Run(command *exec.Cmd) (int, error) {
	name := command.Args[0]
	select {
	case early := <-s.caught:
		// At its very start the command would not have caught it either.
		return killed + number(early), fmt.Errorf("running %q: signal %s came before the start", name, early)
	default:
	}
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return unstarted(err), fmt.Errorf("running %q: %w", name, why(err))
	}
	done := make(chan struct{})
	var passing sync.WaitGroup
	passing.Go(func() { s.passOn(command.Process, done) })
	err := command.Wait()
	close(done)
	passing.Wait()
	if command.ProcessState == nil {
		return notExecutable, fmt.Errorf("waiting for %q: %w", name, err)
	}
	var failed *exec.ExitError
	if err == nil || errors.As(err, &failed) || errors.Is(err, exec.ErrWaitDelay) {
		return status(command.ProcessState), nil
	}
	return status(command.ProcessState), fmt.Errorf("running %q: %w", name, err)
}

func (s *Signals) passOn(process *os.Process, done <-chan struct{}) {
	for {
		select {
		case one := <-s.caught:
			if !typed(one) {
				// It fails where the command has ended just now.
				_ = process.Signal(one)
			}
		case <-done:
			return
		}
	}
}

func unstarted(err error) int {
	if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
		return notFound
	}
	return notExecutable
}

// why is the reason alone: the name of the command is told already.
func why(err error) error {
	var unfound *exec.Error
	if errors.As(err, &unfound) {
		return unfound.Err
	}
	var failed *fs.PathError
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}
