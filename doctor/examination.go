package doctor

import (
	"context"
	"fmt"
	"time"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// Examination is what is to be looked at: a task with its settings.
type Examination struct {
	Task   tasks.Task
	Values variables.Values
	// Faults are what is wrong with the settings; nobody at AWS is asked then.
	Faults  variables.Faults
	Roster  *connectors.Roster
	Network *connectors.Network
	Machine connectors.Machine
	// Use are the repositories that the job pulls from and pushes to.
	Use tasks.Repositories
	// Limit bounds each station.
	Limit time.Duration
}

// visit is an examination under way.
type visit struct {
	Examination
	verdicts []Verdict
	// unreached tells that STS could not be reached.
	unreached bool
}

// Run goes the way. Docker's part of it depends on nothing at AWS, and goes on
// meanwhile.
func (e Examination) Run(ctx context.Context) Report {
	beside := make(chan []Verdict, 1)
	go func() { beside <- e.docker(ctx) }()
	v := &visit{Examination: e}
	v.environment(ctx)
	v.aws(ctx)
	report := Report{Task: e.Task.Name(), Verdicts: append(v.verdicts, <-beside...)}
	for i := range report.Verdicts {
		report.Verdicts[i] = report.Verdicts[i].Clean()
	}
	return report
}

func (v *visit) add(verdicts ...Verdict) { v.verdicts = append(v.verdicts, verdicts...) }

// timeIsUp is why the last stations are not judged where --timeout is short.
const timeIsUp = "the time limit of the whole is over"

// station runs a station within its time limit. One that does not heed it is
// left behind.
func (e Examination) station(ctx context.Context, name, subject string, kind Kind, look func(context.Context) []Verdict) []Verdict {
	if ctx.Err() != nil {
		return []Verdict{skipped(name, subject, timeIsUp)}
	}
	begun := time.Now()
	limited, cancel := context.WithTimeout(ctx, e.Limit)
	defer cancel()
	found := make(chan []Verdict, 1)
	go func() { found <- look(limited) }()
	var verdicts []Verdict
	select {
	case verdicts = <-found:
	case <-limited.Done():
		// Whoever heeds the limit has words of its own for it.
		grace := time.NewTimer(500 * time.Millisecond)
		defer grace.Stop()
		select {
		case verdicts = <-found:
		case <-grace.C:
			verdicts = []Verdict{failed(kind, name, subject, fmt.Sprintf("no answer within its limit of %s", e.Limit), []Cause{TooSlow})}
		}
	}
	for i := range verdicts {
		if verdicts[i].Took == 0 {
			verdicts[i].Took = time.Since(begun)
		}
	}
	return verdicts
}

// Clean keeps texts from outside from starting a line. A remedy may have lines,
// which every form writes as its own.
func (v Verdict) Clean() Verdict {
	v.Text, v.Subject = refusal.Line(v.Text), refusal.Line(v.Subject)
	return v
}
