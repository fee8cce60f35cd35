package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

func runCommand(env []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "run [flags] -- COMMAND [ARGUMENT]...",
		Short: "Run a command inside, then say what was asked of AWS",
		Long: "run starts the simulator, points COMMAND's environment at it as on an EC2 agent,\n" +
			"and ends with COMMAND's exit status. Your own AWS credentials and configuration\n" +
			"are kept from COMMAND.",
		Args: cobra.MinimumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			sim, err := s.start(env)
			if err != nil {
				return err
			}
			child := exec.Command(args[0], args[1:]...)
			child.Env = inside(env, s.environment(sim))
			child.Stdin, child.Stdout, child.Stderr = stdin, stdout, stderr
			status := run(child, stderr)
			fmt.Fprintf(stderr, "\nwhat the simulator was asked: %s\n", sim.Summary())
			err = errors.Join(s.report(sim), sim.Close())
			if status != 0 {
				if err != nil {
					fmt.Fprintln(stderr, "error:", err)
				}
				return exitStatus(status)
			}
			return err
		},
	}
	// Flags after COMMAND are COMMAND's, also where somebody forgot the --.
	cmd.Flags().SetInterspersed(false)
	s.flags(cmd)
	return cmd
}

// run returns the status that a shell would: 127 for a command that is not
// found, 126 for one that cannot be run, 128 and the signal for a killed one.
func run(child *exec.Cmd, stderr io.Writer) int {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if err := child.Start(); err != nil {
		fmt.Fprintln(stderr, "error: running the command:", err)
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, fs.ErrNotExist) {
			return 127
		}
		return 126
	}
	done := make(chan struct{})
	go passOn(signals, child.Process, done)
	err := child.Wait()
	close(done)
	if err != nil && child.ProcessState == nil {
		fmt.Fprintln(stderr, "error: running the command:", err)
		return 126
	}
	if status, ok := child.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return 128 + int(status.Signal())
	}
	return child.ProcessState.ExitCode()
}

// passOn sends on what this process gets. A Ctrl-C at a terminal reaches the
// child by itself: sent twice, it would look like an impatient user.
func passOn(signals <-chan os.Signal, child *os.Process, done <-chan struct{}) {
	atTerminal := term.IsTerminal(int(os.Stdin.Fd()))
	for {
		select {
		case s := <-signals:
			if s != os.Interrupt || !atTerminal {
				_ = child.Signal(s)
			}
		case <-done:
			return
		}
	}
}
