package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"time"

	"github.com/awsvars/awsvars/cache"
	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// deliver is the path of data, for one task:
//
//	runner.Input → variables.Fill → connector.Open → task.Run → Set → runner.Mask → runner.Deliver
func (p process) deliver(ctx context.Context, task tasks.Task, flags given) error {
	o := p.prepare(task.Name(), settingsOf(task), flags, task.Connectors)
	if err := o.maskInputs(); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	if err := o.ready(task); err != nil {
		return told(o.log, o.runner, err)
	}
	if o.meant.Skip != "" {
		o.log.Info("skipped", "text", o.meant.Skip, "why", o.meant.Skip)
		o.runner.End("")
		return nil
	}
	var set *variables.Set
	err := o.within(ctx, func(ctx context.Context) (err error) {
		set, err = o.obtain(ctx, task)
		return err
	})
	if err != nil {
		return told(o.log, o.runner, err)
	}
	if set == nil {
		o.runner.End("")
		return nil
	}
	if err := o.meant.Complete(set); err != nil {
		return told(o.log, o.runner, undelivered{errors.Join(err, set.TakeBack())})
	}
	if err := o.runner.Mask(set.Secrets()); err != nil {
		return told(o.log, o.runner, undelivered{errors.Join(err, set.TakeBack())})
	}
	if err := o.hand(ctx, task, set); err != nil {
		return told(o.log, o.runner, undelivered{err})
	}
	o.runner.End("")
	return nil
}

// hand writes the profile, if one is asked for, and hands the set to the
// runner: both, or nothing.
func (o *opening) hand(ctx context.Context, task tasks.Task, set *variables.Set) error {
	w := o.profileWriter()
	if w != nil {
		w.fill(set)
	}
	undo := set.TakeBack
	if err := o.remember(set, w); err != nil {
		return errors.Join(err, undo())
	}
	if w != nil {
		var err error
		if undo, err = w.write(ctx); err != nil {
			return err
		}
	}
	if !o.quiet(task) && len(set.All())+len(set.Outputs(true)) > 0 {
		delivery, err := o.runner.Deliver(set, o.values)
		if err != nil {
			return errors.Join(err, undo())
		}
		o.log.Info("delivered", "text", delivery.Text, "what", delivery.Text)
		for _, warning := range delivery.Warnings {
			o.log.Warn("warning", "text", warning, "what", warning)
		}
		o.rememberOutput()
	}
	if w != nil {
		o.log.Info("delivered", "text", fmt.Sprintf("profile %s in %s", w.profile.Name, w.files.Credentials), "profile", w.profile.Name, "file", w.files.Credentials)
	}
	return nil
}

// obtain is the middle of the path: everything that asks AWS. Connections
// are opened while the source is being asked.
func (o *opening) obtain(ctx context.Context, task tasks.Task) (*variables.Set, error) {
	sessions := o.existing(ctx)
	if sessions == nil {
		var err error
		if sessions, err = o.sessions(ctx, task); err != nil {
			return nil, err
		}
	}
	return task.Run(ctx, tasks.Work{Sessions: sessions, Values: o.values, Machine: o.process.machine(o.runner), Network: o.network, Log: o.log, Progress: o.progress})
}

// sessions opens the connectors of a task.
func (o *opening) sessions(ctx context.Context, task tasks.Task) (connectors.Sessions, error) {
	var wants []connectors.Want
	for _, name := range task.Connectors(o.values) {
		connector := o.roster.Connector(name)
		cfg, err := connector.Config(ctx)
		if err != nil {
			return nil, err
		}
		endpoints, err := task.Endpoints(ctx, cfg, o.values, name)
		if err != nil {
			return nil, err
		}
		o.network.Ahead(ctx, append(endpoints, connector.STSEndpoint(ctx, cfg)))
		wants = append(wants, connectors.Want{Name: name, Config: cfg, Region: task.Region(o.values, name)})
	}
	return o.roster.Open(ctx, wants, o.log)
}

// runner finds the CI system, by setting or by the environment. What is wrong
// with these settings is found again, and told, with all others.
func (p process) runner(flags given) runners.Runner {
	var early []variables.Setting
	for _, s := range runners.Settings() {
		switch s.Name {
		case "runner", "format", "output", "scope":
			early = append(early, s)
		}
	}
	given := func(name string) (variables.Input, bool) {
		if p.behindDocker {
			return variables.Input{}, false
		}
		return runners.Input(p.host(), name)
	}
	values, _ := variables.Fill(early, readSetting, flags.source, given, p.environment)
	runner, err := runners.Open(values.Text("runner"), p.host())
	if err != nil {
		// A name that was detected can be opened.
		runner, _ = runners.Open(runners.Detect(p.host(), runners.Asked{Format: values.Given("format"), Output: values.Given("output"), Scope: values.Given("scope")}), p.host())
	}
	return runner
}

func (p process) machine(runner runners.Runner) connectors.Machine {
	job := runner.Job()
	return connectors.Machine{Lookup: p.lookup, Dir: p.dir, Home: p.home, Environ: p.inherited, SessionName: sessionName(job), Job: job, Boot: bootOfHost}
}

// bootOfHost names this host since it was started. Containers on one machine,
// and pods, have names of their own.
func bootOfHost() string {
	host, err := os.Hostname()
	boot := cache.Boot()
	if err != nil || boot == "" {
		return ""
	}
	return boot + " " + host
}

// sessionName says in CloudTrail which job it was.
func sessionName(job variables.Job) string {
	name := "awsvars"
	for _, part := range []string{job.Repository, job.Build} {
		if part != "" {
			name += "-" + part
		}
	}
	return name
}

// inTime says that it was the time limit, where it was.
func inTime(parent, limited context.Context, limit time.Duration, last, err error) error {
	switch {
	case parent.Err() != nil:
		return fmt.Errorf("%w; nothing was delivered", context.Cause(parent))
	case errors.Is(limited.Err(), context.DeadlineExceeded) && last != nil:
		return variables.WithHint(fmt.Errorf("gave up after %s: %w; the last try that ended said: %v", limit, err, last), "--timeout sets how long to try")
	case errors.Is(limited.Err(), context.DeadlineExceeded):
		return variables.WithHint(fmt.Errorf("gave up after %s: %w", limit, err), "--timeout sets how long to try")
	}
	return err
}

// told reports err, to the runner with the remedy too, and marks it so.
func told(log *slog.Logger, runner runners.Runner, err error) error {
	report(log, err)
	problem := strings.Join(linesOf(err), "\n")
	if hint := hintOf(err); hint != "" {
		problem += "\nhint: " + hint
	}
	runner.End(problem)
	return &reported{err}
}
