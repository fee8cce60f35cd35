package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/variables"
)

func (p process) policyCodeConnectionsCommand() *cobra.Command {
	var (
		w    writing
		o    policy.ConnectionOptions
		name string
	)
	sets, reasons := policy.ConnectionSets()
	c := &cobra.Command{
		Use: "codeconnections SET... --resource ARN...", DisableFlagsInUseLine: true,
		Short: "The policy of permission sets of AWS CodeConnections",
		Long:  "The permission sets are\n\n" + glossary(sets, reasons),
		Example: "awsvars policy codeconnections use --resource arn:aws:codeconnections:eu-west-1:222222222222:connection/aaaa-1111 --repository octo-org/octo-repo --access read_only\n" +
			"awsvars policy codeconnections manage-connections complete-connections --resource 'arn:aws:codeconnections:eu-west-1:222222222222:connection/*' --format json",
		ValidArgs: sets,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return nil
			}
			return variables.WithHint(misstated{errors.New("no permission set is named: choose of " + strings.Join(sets, ", "))}, "awsvars policy codeconnections --help")
		},
	}
	w.declare(c)
	f := c.Flags()
	f.StringSliceVar(&o.Resources, "resource", nil, "ARN of a connection, a host or a repository link; only its ID may have wildcards")
	f.StringSliceVar(&o.Repositories, "repository", nil, "OWNER/NAME that a connection may be used for")
	f.StringSliceVar(&o.ProviderActions, "provider-action", nil, "what may be done at the provider, such as GitPull")
	f.StringVar(&o.Access, "access", "", "read_only or read_write")
	f.StringSliceVar(&o.Branches, "branch", nil, "branch that a connection may be used for, or that is synchronized")
	f.StringSliceVar(&o.Services, "service", nil, "service that a connection or a repository link is passed to")
	f.StringSliceVar(&o.ProviderTypes, "provider-type", nil, "GitHub, Bitbucket and so on")
	f.StringSliceVar(&o.VPCs, "vpc", nil, "ID of the VPC that a host may be in")
	f.StringVar(&name, "principal", policy.Source, "ARN of the role or the user that the policy is for")
	c.RunE = func(c *cobra.Command, args []string) error {
		text, err := connectionsPolicy(args, o, name, w)
		if err != nil {
			report(textLogger(p.stderr), err)
			return &reported{err}
		}
		_, err = c.OutOrStdout().Write(text)
		return err
	}
	return c
}

func connectionsPolicy(sets []string, o policy.ConnectionOptions, principal string, w writing) ([]byte, error) {
	if faults := w.check(); len(faults) > 0 {
		return nil, faults
	}
	d, err := policy.CodeConnections(sets, o)
	if err != nil {
		return nil, variables.WithHint(misstated{err}, "awsvars policy codeconnections --help")
	}
	return policy.WriteGrants([]policy.Grant{{Principal: principal, Role: "works with CodeConnections", Document: d}}, policy.Form(w.form))
}

// glossary is a list of names with what each is for.
func glossary(names, reasons []string) string {
	var b strings.Builder
	for i, name := range names {
		fmt.Fprintf(&b, "  %-22s %s\n", name, reasons[i])
	}
	return b.String()
}
