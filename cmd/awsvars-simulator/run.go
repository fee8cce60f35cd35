package main

import (
	"errors"
	"fmt"
	"io"
	"os/exec"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/child"
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
			status, err := runInside(args, inside(env, s.environment(sim)), stdin, stdout, stderr)
			if err != nil {
				fmt.Fprintln(stderr, "error:", err)
			}
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

// runInside returns the command's status, as a shell would.
func runInside(args, env []string, stdin io.Reader, stdout, stderr io.Writer) (int, error) {
	signals := child.Catch()
	defer signals.Release()
	command := exec.Command(args[0], args[1:]...)
	command.Env = env
	command.Stdin, command.Stdout, command.Stderr = stdin, stdout, stderr
	return signals.Run(command)
}
