package main

import (
	"context"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/redaction"
	"github.com/awsvars/awsvars/variables"
)

// named are the variables that hold secrets where nobody says which do.
func named(name string) bool {
	return regexp.MustCompile(`(?i)(password|secret|token|access_key|secret_key|private_key)$`).MatchString(name)
}

func (p process) redactCommand() *cobra.Command {
	var names []string
	c := &cobra.Command{
		Use: "redact [--names NAME,...] < LOG", DisableFlagsInUseLine: true,
		Short:   "Hide the secrets of the environment in what comes from stdin",
		Args:    noWords,
		Example: "make deploy 2>&1 | awsvars redact\nawsvars redact --names DEPLOY_KEY,REPORTS_PASSWORD <build.log >shown.log",
	}
	c.Flags().StringSliceVar(&names, "names", nil, "variables of the environment that hold secrets; without it those whose names end in password, secret, token, access_key, secret_key or private_key")
	c.RunE = func(c *cobra.Command, _ []string) error { return p.redact(c.Context(), names) }
	return c
}

// redact copies stdin to stdout. It ends with its input: a signal that ends
// the writer of a pipe ends this, too.
func (p process) redact(ctx context.Context, names []string) error {
	log := textLogger(p.stderr)
	secrets, shown, err := p.secretsNamed("names", names)
	if err != nil {
		report(log, err)
		return &reported{err}
	}
	p.tellShown(shown)
	if len(secrets) == 0 {
		log.Warn("redact", "text", "nothing to hide: no variable of the environment has a secret; name some with --names")
	}
	writer := redaction.New(secrets).Writer(p.stdout)
	_, err = io.Copy(writer, interruptedReader{ctx, p.stdin})
	if closing := writer.Close(); err == nil {
		err = closing
	}
	if err != nil {
		err = undelivered{fmt.Errorf("copying stdin to stdout: %w", err)}
		report(log, err)
		return &reported{err}
	}
	return nil
}

// tellShown names the variables whose values cannot be hidden.
func (p process) tellShown(names []string) {
	for _, name := range names {
		textLogger(p.stderr).Warn("shown", "text", fmt.Sprintf("%s is shorter than %d characters or has neither letters nor digits; hiding it would hide half of the log", name, redaction.Least))
	}
}

// interruptedReader ends with its context.
type interruptedReader struct {
	ctx context.Context
	io.Reader
}

func (r interruptedReader) Read(p []byte) (int, error) {
	if err := context.Cause(r.ctx); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// secretsNamed are the values of the variables that a setting names, and the
// names of those that are too short to be hidden.
func (p process) secretsNamed(setting string, names []string) (secrets []variables.Secret, shown []string, err error) {
	var faults variables.Faults
	for _, name := range names {
		if text, _ := p.lookup(name); text == "" {
			faults = append(faults, variables.Fault{Setting: setting, Given: name, Problem: "there is no such variable, or it is empty"})
		}
	}
	for _, pair := range p.environ() {
		name, text, _ := strings.Cut(pair, "=")
		meant := slices.Contains(names, name) || len(names) == 0 && named(name)
		switch {
		case !meant || text == "":
		case redaction.Hides(text):
			secrets = append(secrets, variables.NewSecret(text))
		default:
			shown = append(shown, name)
		}
	}
	return secrets, shown, faults.Err()
}
