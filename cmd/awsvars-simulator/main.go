// Command awsvars-simulator is an AWS on this machine: it runs a command
// whose AWS requests it answers, and tells what was asked.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/simulator"
)

func main() {
	var status exitStatus
	err := command(os.Environ(), os.Stdin, os.Stdout, os.Stderr).Execute()
	switch {
	case errors.As(err, &status):
		os.Exit(int(status))
	case err != nil:
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(2)
	}
}

// exitStatus is a status that needs no words: they were said.
type exitStatus int

func (s exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(s)) }

// settings are the flags that run and serve share.
type settings struct {
	config    string
	options   simulator.Options
	faults    []string
	container bool
	oidc      bool
	registry  bool
	user      string
	requests  string
}

func command(env []string, stdin io.Reader, stdout, stderr io.Writer) *cobra.Command {
	root := &cobra.Command{
		Use:   "awsvars-simulator",
		Short: "An AWS on this machine, to try and to test awsvars without an account",
		Long: "awsvars-simulator plays STS, Amazon ECR, instance metadata, container credentials,\n" +
			"GitHub's OIDC tokens and a registry on loopback, as strictly as AWS, and runs a\n" +
			"command inside.",
		Example: "  awsvars-simulator run -- awsvars ecr --source instance\n" +
			"  awsvars-simulator run --registry-proxy -- skopeo list-tags docker://222222222222.dkr.ecr.eu-west-1.amazonaws.com/app\n" +
			"  awsvars-simulator run --fault 'sts:AssumeRole=throttle*2' -- aws sts get-caller-identity\n" +
			"  awsvars-simulator config > world.yaml && awsvars-simulator run --config world.yaml -- make test",
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(runCommand(env, stdin, stdout, stderr), serveCommand(env, stdout, stderr), configCommand(stdout))
	return root
}

func (s *settings) flags(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.StringVar(&s.config, "config", "", "YAML `file` of accounts, users, roles and trust (built in: awsvars-simulator config)")
	flags.BoolVar(&s.options.TLS, "tls", false, "serve AWS, OIDC and the registry over HTTPS; AWS_CA_BUNDLE trusts the authority")
	flags.DurationVar(&s.options.RTT, "rtt", 0, "simulated round trip to AWS and the registry, as in 20ms")
	flags.StringArrayVar(&s.faults, "fault", nil, "what goes wrong, as `SERVICE:CALL=KIND[:DURATION|:CODE][@BYTES][*TIMES][+AFTER]`; repeat for more")
	flags.BoolVar(&s.container, "container", false, "be a container with a role of its own in place of an instance")
	flags.BoolVar(&s.oidc, "oidc", false, "also be a GitHub job that may ask for OIDC tokens")
	flags.BoolVar(&s.registry, "registry-proxy", false, "lead HTTPS to ECR's registries, by their real names, to the simulator's; refuse all other hosts")
	flags.StringVar(&s.user, "user", "", "put the static keys of this `user` into the environment")
	flags.StringVar(&s.requests, "requests", "", "write the record of requests to this `file`, one JSON object a line")
}

func configCommand(stdout io.Writer) *cobra.Command {
	return &cobra.Command{
		Use:   "config",
		Short: "Print the built-in accounts, users, roles and trust as YAML",
		Args:  cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := io.WriteString(stdout, simulator.BuiltIn())
			return err
		},
	}
}
