package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// process is what the operating system gives a run.
type process struct {
	args []string
	// name is what the program was called by.
	name           string
	lookup         func(string) (string, bool)
	environ        func() []string
	stdin          io.Reader
	stdout, stderr io.Writer
	// terminal tells whether stdout is one.
	terminal bool
	// shown are the terminals that stdout and stderr are, nil where they are
	// none.
	shown [2]*os.File
	// width is that of the terminal that stderr is, nil where it is none.
	width func() int
	// stdoutIsLog tells that stdout ends up in the log of the job.
	stdoutIsLog bool
	dir, home   string
	// program is the path of this program, empty where it is not known.
	program string
	// behindDocker tells that Docker runs us, so that an action's inputs and a
	// plugin's settings are those of whoever runs Docker, and stdout is Docker's.
	behindDocker bool
	// settle ends what interruptible began; run sets it.
	settle func()
}

func (p process) host() runners.Host {
	return runners.Host{Lookup: p.lookup, Environ: p.environ, Stdout: p.stdout, Stderr: p.stderr, Terminal: p.terminal, Dir: p.dir}
}

// run carries out a command line and returns the exit status.
func run(p process) int {
	undumped()
	// A reader of stdout that has gone away is an error to report, not a
	// reason to die. What is ignored in place of caught is ignored by every
	// program that we start, too.
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	p.settle = interruptible(cancel)
	defer p.settle()
	root := rootCommand(p)
	root.SetArgs(p.commandLine())
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return statusDelivered
	}
	var told *reported
	if !errors.As(err, &told) {
		// Only what cobra itself refuses comes here: a word or a flag that
		// does not exist.
		if hintOf(err) == "" {
			err = variables.WithHint(err, "awsvars --help")
		}
		report(textLogger(p.stderr), err)
		return statusSettings
	}
	return statusOf(ctx, err)
}

// interrupted is the cause of a context that a signal has ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return "interrupted by signal " + i.signal.String() }

// interruptible cancels a context on SIGINT, SIGTERM and SIGHUP. A second
// signal ends the process at once, as people expect of a second ^C.
//
// After settle no signal cancels the context any more; one that came before
// has canceled it when settle returns.
func interruptible(cancel context.CancelCauseFunc) (settle func()) {
	signals := make(chan os.Signal, 1)
	for _, one := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		// What nohup or a shell's & has us ignore stays ignored.
		if !signal.Ignored(one) {
			signal.Notify(signals, one)
		}
	}
	settled, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		select {
		case s := <-signals:
			signal.Stop(signals)
			cancel(interrupted{s})
		case <-settled:
		}
	}()
	return sync.OnceFunc(func() {
		signal.Stop(signals)
		close(settled)
		<-done
		select {
		case s := <-signals:
			cancel(interrupted{s})
		default:
		}
	})
}
