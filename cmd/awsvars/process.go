package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// process is what the operating system gives a run.
type process struct {
	args           []string
	lookup         func(string) (string, bool)
	environ        func() []string
	stdout, stderr io.Writer
	// terminal tells whether stdout is one.
	terminal bool
	// stdoutIsLog tells that stdout ends up in the log of the job.
	stdoutIsLog bool
	dir, home   string
	// program is the path of this program, empty where it is not known.
	program string
}

func (p process) host() runners.Host {
	return runners.Host{Lookup: p.lookup, Environ: p.environ, Stdout: p.stdout, Stderr: p.stderr, Terminal: p.terminal, Dir: p.dir}
}

// run carries out a command line and returns the exit status.
func run(p process) int {
	// A reader of stdout that has gone away is an error to report, not a
	// reason to die.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := interruptible(context.Background())
	defer stop()
	root := rootCommand(p)
	root.SetArgs(p.args)
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
		report(textLogger(p.stderr), variables.WithHint(err, "awsvars --help"))
		return statusSettings
	}
	return statusOf(ctx, err)
}

// interrupted is the cause of a context that a signal has ended.
type interrupted struct{ signal os.Signal }

func (i interrupted) Error() string { return "interrupted by signal " + i.signal.String() }

// interruptible ends the context on SIGINT and SIGTERM. A second signal ends
// the process at once, as people expect of a second ^C.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		if s, ok := <-signals; ok {
			signal.Stop(signals)
			cancel(interrupted{s})
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}
