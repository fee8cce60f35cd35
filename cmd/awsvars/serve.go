package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/endpoint"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

func (p process) serveCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "serve [--SETTING VALUE]... -- COMMAND [ARGUMENT]...", DisableFlagsInUseLine: true,
		Short: "Run a command that always finds fresh credentials", Args: cobra.ArbitraryArgs,
		Annotations: map[string]string{sessionCommand: "true"},
		Example:     "awsvars serve --connector deploy -- make release\nawsvars serve --source instance --role-arn arn:aws:iam::222222222222:role/deployer -- terraform apply",
	}
	// Flags after COMMAND are COMMAND's, also where somebody forgot the --.
	c.Flags().SetInterspersed(false)
	flags := addFlags(c, sessionSettings())
	c.RunE = func(c *cobra.Command, args []string) error { return p.serve(c.Context(), flags, args) }
	return c
}

// serve runs a command with the address of an endpoint that has the
// connector's credentials, fresh ones however long the command runs.
func (p process) serve(ctx context.Context, flags given, command []string) error {
	o := p.prepare("serve", sessionSettings(), flags, one)
	faults := o.faults.And(p.strangers(o.log))
	if len(command) == 0 {
		faults = append(faults, variables.Fault{Setting: "COMMAND", Problem: "not given: write it behind --, as in awsvars serve -- make deploy"})
	}
	if len(faults) > 0 {
		return told(o.log, o.runner, faults)
	}
	if _, err := exec.LookPath(command[0]); err != nil && !errors.Is(err, exec.ErrDot) {
		// AWS need not be asked for a command that there is not.
		status, err := p.runChild(ctx, command, nil)
		if err != nil {
			report(o.log, err)
		}
		o.runner.End("")
		return &reported{ended(status)}
	}
	o.warn()
	first, err := o.session(ctx)
	if err != nil {
		return told(o.log, o.runner, err)
	}
	if err := o.runner.Mask([]variables.Secret{first.SecretAccessKey, first.SessionToken}); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	if o.values.Given("mfa-code") {
		o.log.Warn("renewal", "text", "an MFA code is good once, so these credentials end at "+connectors.Clock(first.Expires))
	}
	served, err := endpoint.Start(endpoint.Options{Source: o.renew, First: served(first), Log: o.log})
	if err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	defer func() { _ = served.Close() }()
	if err := o.runner.Mask([]variables.Secret{served.Token()}); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	environment := o.childEnvironment(first, served)
	// What follows in the log is the command's.
	o.runner.End("")
	return o.finish(p.runChild(ctx, command, environment))
}

// renew walks the whole way anew, from the source on. The masks start on a line
// of their own, whatever the command has left open there.
func (o *opening) renew(ctx context.Context) (endpoint.Credentials, error) {
	again := *o
	again.roster = o.roster.Again()
	session, err := again.open(ctx)
	if err != nil {
		return endpoint.Credentials{}, err
	}
	if err := again.onNewLine().Mask([]variables.Secret{session.SecretAccessKey, session.SessionToken}); err != nil {
		return endpoint.Credentials{}, err
	}
	return served(session), nil
}

// onNewLine is the runner with a stderr that others write to as well.
func (o *opening) onNewLine() runners.Runner {
	p := o.process
	p.stderr = newLines{p.stderr}
	return p.runner(o.flags)
}

// newLines begins each write with a line break, in one piece with it.
type newLines struct{ w io.Writer }

func (n newLines) Write(text []byte) (int, error) {
	written, err := n.w.Write(append([]byte("\n"), text...))
	return max(written-1, 0), err
}

func served(s *connectors.Session) endpoint.Credentials {
	return endpoint.Credentials{AccessKeyID: s.AccessKeyID, SecretAccessKey: s.SecretAccessKey, SessionToken: s.SessionToken, Expires: s.Expires}
}

// childEnvironment is ours, without other credentials, which the AWS tools
// would prefer, and without the secret settings of awsvars.
func (o *opening) childEnvironment(s *connectors.Session, e *endpoint.Endpoint) []string {
	added := []string{containerURI + "=" + e.URL(), "AWS_CONTAINER_AUTHORIZATION_TOKEN=" + e.Token().Open()}
	if region := s.Config.Region; region != "" {
		added = append(added, "AWS_REGION="+region, "AWS_DEFAULT_REGION="+region)
	}
	if path := o.process.machine(o.runner).DefaultCredentials(); path != "" {
		o.log.Warn("ignored", "text", fmt.Sprintf("the AWS files, for the command: the profile default in %s says where credentials come from, and AWS tools would take those", path))
		added = append(added, "AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull)
	}
	env, taken := o.cleared(added)
	text := "fresh credentials at " + strings.TrimSuffix(e.URL(), "/") + " until the command ends"
	if len(taken) > 0 {
		text += "; taken out of its environment: " + strings.Join(taken, ", ")
	}
	o.log.Info("serving", "text", text, "taken", taken)
	return env
}

// underscored is the form of a variable's name that a shell can set.
func underscored(name string) string { return strings.ReplaceAll(name, "-", "_") }
