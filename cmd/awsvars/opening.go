package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// opening is a run before anybody was asked: the settings, and the connectors
// that they describe.
type opening struct {
	process
	runner  runners.Runner
	values  variables.Values
	log     *slog.Logger
	network *connectors.Network
	roster  *connectors.Roster
	faults  variables.Faults
	flags   given
	// meant is what the inputs mean, where they were written for another tool.
	meant *dropins.Translation
}

// prepare reads the settings of a command and makes the connectors whose names
// they give.
func (p process) prepare(command string, settings []variables.Setting, flags given, names func(variables.Values) []string) *opening {
	o := &opening{process: p, runner: p.runner(flags), flags: flags}
	if !p.behindDocker {
		o.runner.Begin(command)
	}
	o.meant = p.translate(command, o.runner)
	sources := []variables.Source{flags.source, o.meant.Source, p.environment}
	if _, sealed := flags[sealedFlag]; sealed {
		sources = sources[:1]
	} else if p.behindDocker {
		sources = []variables.Source{flags.source, p.environment}
	}
	if o.runner.Name() == "buildkite" {
		settings = forHook(settings)
	}
	o.values, o.faults = variables.Fill(settings, readSetting, sources...)
	o.faults = o.meant.Faults.And(o.faults)
	if o.on("mask-account-id") {
		o.stderr, o.runner = veil{p.stderr}, veiled{o.runner}
	}
	o.log = newLogger(o.stderr, o.values.Text("log-format"), o.values.Text("log-level"))
	o.network = connectors.NewNetwork(p.lookup, int(o.values.Integer("retries")), o.log)
	o.network.Through(o.values.Text("http-proxy"), o.values.Text("no-proxy"))
	recipe := o.values
	if !recipe.Has("source") {
		// It asks nobody, and so has no settings for it.
		recipe, _ = variables.Fill(connectors.Settings(), nil)
	}
	var more variables.Faults
	o.roster, more = connectors.NewRoster(recipe, p.machine(o.runner), o.network, names(o.values))
	o.faults = o.faults.And(more)
	return o
}

// one are the names where there is one connector, that of the settings.
func one(variables.Values) []string { return []string{""} }

// limit is the time that asking AWS may take.
func (o *opening) limit() time.Duration {
	return time.Duration(o.values.Seconds("timeout")) * time.Second
}

// within runs what asks AWS within the time limit, and once more with new
// credentials where they have expired under way.
func (o *opening) within(ctx context.Context, ask func(context.Context) error) error {
	limited, cancel := context.WithTimeout(ctx, o.limit())
	defer cancel()
	err := ask(limited)
	if o.roster.Expired(err) {
		o.log.Info("again", "text", "credentials have expired under way: getting new ones")
		o.roster = o.roster.Again()
		err = ask(limited)
	}
	if err != nil {
		return inTime(ctx, limited, o.limit(), o.roster.LastAnswer(), err)
	}
	return nil
}

// warn says what does not stop a run.
func (o *opening) warn() {
	o.tellMeaning()
	for _, warning := range o.roster.Warnings() {
		o.log.Warn("file", "text", warning)
	}
}

// session opens the connector of the settings, within the time limit, for the
// first time: the connection to STS is opened while the source is asked.
func (o *opening) session(ctx context.Context) (*connectors.Session, error) {
	if cfg, err := o.roster.Connector("").Config(ctx); err == nil {
		o.network.Ahead(ctx, []string{o.roster.Connector("").STSEndpoint(ctx, cfg)})
	}
	return o.open(ctx)
}

func (o *opening) open(ctx context.Context) (*connectors.Session, error) {
	var session *connectors.Session
	err := o.within(ctx, func(ctx context.Context) error {
		cfg, err := o.roster.Connector("").Config(ctx)
		if err != nil {
			return err
		}
		sessions, err := o.roster.Open(ctx, []connectors.Want{{Config: cfg, Region: connectors.Useful}}, o.log)
		session = sessions[""]
		return err
	})
	return session, err
}
