package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
)

func serveCommand(env []string, stdout, stderr io.Writer) *cobra.Command {
	var s settings
	cmd := &cobra.Command{
		Use:   "serve [flags]",
		Short: "Print the environment for a shell, and serve until interrupted",
		Long: "serve prints lines such as export AWS_ENDPOINT_URL_STS='http://127.0.0.1:40001'\n" +
			"and then answers requests until it gets SIGINT or SIGTERM.",
		Example: "  awsvars-simulator serve > simulator.env &\n  . ./simulator.env",
		Args:    cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
			defer stop()
			sim, err := s.start(env)
			if err != nil {
				return err
			}
			var lines strings.Builder
			for _, pair := range s.environment(sim) {
				name, value, _ := strings.Cut(pair, "=")
				fmt.Fprintf(&lines, "export %s='%s'\n", name, strings.ReplaceAll(value, `'`, `'\''`))
			}
			if _, err := io.WriteString(stdout, lines.String()); err != nil {
				return errors.Join(fmt.Errorf("printing the environment: %w", err), sim.Close())
			}
			<-ctx.Done()
			fmt.Fprintf(stderr, "\nwhat the simulator was asked: %s\n", sim.Summary())
			return errors.Join(s.report(sim), sim.Close())
		},
	}
	s.flags(cmd)
	return cmd
}
