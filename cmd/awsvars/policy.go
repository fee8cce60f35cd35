package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/policy"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

func (p process) policyCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "policy", Short: "IAM policies: what the tasks need, and who may become a role", Args: noWords,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.permissionsCommand(), p.trustCommand(), p.roleCommand(), p.policyCheckCommand(), p.policyCodeConnectionsCommand())
	return c
}

// writing is how a policy is written.
type writing struct{ form string }

func (w *writing) declare(c *cobra.Command) {
	c.Flags().StringVar(&w.form, "format", string(policy.Table), "table, json, terraform or cloudformation")
	// The flag was declared just now.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(policy.Forms(), cobra.ShellCompDirectiveNoFileComp))
}

func (w *writing) check() variables.Faults {
	if !slices.Contains(policy.Forms(), w.form) {
		return variables.Faults{{Setting: "format", Given: w.form, Problem: "choose one of table, json, terraform, cloudformation"}}
	}
	return nil
}

// needs are what is asked of the command policy permissions.
type needs struct {
	writing
	source, of string
	use        tasks.Repositories
}

func (n *needs) declare(c *cobra.Command) {
	n.writing.declare(c)
	c.Flags().StringVar(&n.source, "source-arn", "", "who the job starts as: the ARN of the instance's or the container's role, or of the IAM user")
	c.Flags().StringVar(&n.of, "of", "", "only what this role or user needs: an ARN of those that the table shows, or source")
}

func (p process) permissionsCommand() *cobra.Command {
	var n needs
	var record string
	c := &cobra.Command{
		Use:   "permissions [--connectors FILE | --record FILE]",
		Short: "The least that whoever takes part must be allowed, for a task, all connectors of a file, or a recorded run",
		Example: "awsvars policy permissions push --image app --repository team/app --registry 222222222222/eu-west-1 --role-arn arn:aws:iam::222222222222:role/pusher\n" +
			"awsvars policy permissions --connectors .awsvars.yml\n" +
			"awsvars policy permissions --record cloudtrail.json --format terraform",
		Args: noWords,
	}
	n.declare(c)
	c.Flags().StringVar(&record, "record", "", "a run that was recorded: events of CloudTrail, or what awsvars-simulator --requests wrote")
	flags := addFlags(c, inspected())
	c.RunE = func(c *cobra.Command, _ []string) error {
		if record != "" {
			return p.recorded(c, n, record)
		}
		return p.connectorsPermissions(c, n, flags)
	}
	for _, task := range tasks.All() {
		c.AddCommand(p.taskPermissionsCommand(task))
	}
	return c
}

func (p process) taskPermissionsCommand(task tasks.Task) *cobra.Command {
	var n needs
	c := &cobra.Command{Use: task.Name(), Short: "What " + task.Name() + " needs with these settings", Args: noWords}
	n.declare(c)
	if task.Name() == "ecr" || task.Name() == "login" {
		c.Flags().StringSliceVar(&n.use.Pull, "pull", nil, "repositories that the job pulls from with this login")
		c.Flags().StringSliceVar(&n.use.Push, "push", nil, "repositories that the job pushes to with this login")
	}
	flags := addFlags(c, append(task.Settings(), ownSettings()...))
	c.RunE = func(c *cobra.Command, _ []string) error {
		// Nothing is delivered, so that no CI system has a part in it.
		p.behindDocker = true
		o := p.prepare(task.Name(), append(task.Settings(), ownSettings()...), flags, task.Connectors)
		faults := append(append(o.faults, task.Check(o.values)...), n.use.Check()...).And(n.check())
		if len(faults) > 0 {
			return told(o.log, o.runner, faults)
		}
		grants, err := tasks.Permissions(task, o.values, o.roster, n.source, n.use)
		if err != nil {
			return told(o.log, o.runner, misstated{err})
		}
		return n.write(c, o, grants)
	}
	return c
}

// misstated is an error of what somebody asked of a policy.
type misstated struct{ error }

func (m misstated) Unwrap() error { return m.error }

// connectorsPermissions are those of all connectors of a file.
func (p process) connectorsPermissions(c *cobra.Command, n needs, flags given) error {
	i, err := p.inspect(flags, nil)
	if err != nil {
		return err
	}
	if faults := n.check(); len(faults) > 0 {
		return told(i.log, i.runner, faults)
	}
	var grants []policy.Grant
	for _, def := range i.file.Definitions {
		way, err := i.roster.Connector(def.Name).Permissions(n.source)
		if err != nil {
			return told(i.log, i.runner, misstated{fmt.Errorf("connector %s: %w", def.Name, err)})
		}
		grants = append(append(grants, way.Grants...), policy.Grant{Principal: way.Final, Role: way.Role, Notes: way.Notes})
	}
	return n.write(c, i.opening, policy.Merge(grants))
}

// write writes what was asked for.
func (n needs) write(c *cobra.Command, o *opening, grants []policy.Grant) error {
	if n.of != "" {
		var names []string
		grants = slices.DeleteFunc(grants, func(g policy.Grant) bool {
			names = append(names, g.Principal)
			return g.Principal != n.of
		})
		if len(grants) == 0 {
			return told(o.log, o.runner, variables.Faults{{Setting: "of", Given: n.of, Problem: "takes no part; choose one of " + strings.Join(names, ", ")}})
		}
	}
	text, err := policy.WriteGrants(grants, policy.Form(n.form))
	var several *policy.ErrSeveral
	if errors.As(err, &several) {
		return told(o.log, o.runner, misstated{variables.WithHint(err, "pick one with --of "+several.Principals[len(several.Principals)-1])})
	}
	if len(text) == 0 && err == nil {
		o.log.Info("policy", "text", "nobody needs a policy for this")
	}
	o.runner.End("")
	if err == nil {
		_, err = c.OutOrStdout().Write(text)
	}
	return err
}
