package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/doctor"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// stationLimit bounds a station; --timeout bounds all of them.
const stationLimit = 10 * time.Second

// consulting is what is asked of the command doctor besides the task.
type consulting struct {
	form string
	use  tasks.Repositories
}

func (p process) doctorCommand() *cobra.Command {
	c := p.consult("doctor [TASK]", tasks.Find("ecr"))
	c.Short = "Go the whole way to AWS once, and say what is wrong where, and what mends it"
	c.Example = "awsvars doctor --role-arn arn:aws:iam::222222222222:role/deployer --external-id secret-handshake --pull app\n" +
		"awsvars doctor push --image app --repository team/app --registry 222222222222/eu-west-1 --format junit >doctor.xml"
	for _, task := range tasks.All() {
		// To log out asks nobody.
		if task.Name() != "logout" {
			c.AddCommand(p.consult(task.Name(), task))
		}
	}
	return c
}

func (p process) consult(use string, task tasks.Task) *cobra.Command {
	var asked consulting
	c := &cobra.Command{Use: use, Short: "Look at what " + task.Name() + " needs with these settings", Args: noWords}
	c.Flags().StringVar(&asked.form, "format", doctor.FormText, strings.Join(doctor.Forms(), ", "))
	// The flag was declared just now.
	_ = c.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(doctor.Forms(), cobra.ShellCompDirectiveNoFileComp))
	if task.Name() == "ecr" || task.Name() == "login" {
		c.Flags().StringSliceVar(&asked.use.Pull, "pull", nil, "repositories that the job pulls from with this login")
		c.Flags().StringSliceVar(&asked.use.Push, "push", nil, "repositories that the job pushes to with this login")
	}
	settings := append(task.Settings(), ownSettings()...)
	flags := addFlags(c, settings)
	c.RunE = func(c *cobra.Command, _ []string) error { return p.examine(c.Context(), task, asked, settings, flags) }
	return c
}

// examine runs the examination and writes the report.
func (p process) examine(ctx context.Context, task tasks.Task, asked consulting, settings []variables.Setting, flags given) error {
	log := textLogger(p.stderr)
	if !slices.Contains(doctor.Forms(), asked.form) {
		err := variables.Faults{{Setting: "format", Given: asked.form, Problem: "choose one of " + strings.Join(doctor.Forms(), ", ")}}
		report(log, err)
		return &reported{err}
	}
	// Nothing is delivered, so that no CI system has a part in it; and the
	// report says what the log would.
	p.behindDocker = true
	silent := p
	silent.stderr = io.Discard
	o := silent.prepare(task.Name(), settings, flags, task.Connectors)
	limit := o.limit()
	if limit == 0 {
		limit = time.Minute
	}
	limited, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	found := doctor.Examination{
		Task: task, Values: o.values, Faults: append(o.faults.And(task.Check(o.values)), asked.use.Check()...), Roster: o.roster, Network: o.network,
		Machine: p.machine(o.runner), Use: asked.use, Limit: min(stationLimit, limit),
	}.Run(limited)
	var page bytes.Buffer
	w, pageWriter := p.stdout, io.Writer(&page)
	if o.on("mask-account-id") {
		w, pageWriter = veil{w}, veil{pageWriter}
	}
	if _, err := (uncommanding{w}).Write(found.Write(asked.form)); err != nil {
		err = undelivered{fmt.Errorf("writing the report: %w", err)}
		report(log, err)
		return &reported{err}
	}
	// A buffer takes everything.
	_, _ = pageWriter.Write(found.Write(doctor.FormMarkdown))
	if err := runners.Summarize(p.host(), page.Bytes()); err != nil {
		log.Warn("summary", "text", "none: "+err.Error())
	}
	if ctx.Err() != nil {
		return &reported{context.Cause(ctx)}
	}
	if worst := found.Worst(); worst != nil {
		return &reported{ended(statusOfKind(worst.Kind))}
	}
	return nil
}

func statusOfKind(k doctor.Kind) int {
	return map[doctor.Kind]int{
		doctor.Settings: statusSettings, doctor.Refused: statusRefused, doctor.Unreachable: statusUnreachable, doctor.Docker: statusDocker,
	}[k]
}
