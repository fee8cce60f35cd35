package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
)

func (p process) listCommand() *cobra.Command {
	var as string
	var live bool
	c := &cobra.Command{Use: "list [FILE]", Short: "What each connector resolves to; with --live whether AWS agrees", Args: cobra.MaximumNArgs(1)}
	flags := addFlags(c, inspected())
	c.Flags().StringVar(&as, "as", "table", "table or json")
	c.Flags().BoolVar(&live, "live", false, "open each connector that this job may use")
	c.RunE = func(c *cobra.Command, args []string) error {
		if as != "table" && as != "json" {
			return fmt.Errorf("--as %q: choose one of table, json", as)
		}
		i, err := p.inspect(flags, args)
		if err != nil {
			return err
		}
		var results []listed
		for _, summary := range i.roster.Summaries() {
			results = append(results, listed{Summary: summary})
		}
		err = nil
		if live {
			err = i.open(c.Context(), results)
		}
		i.runner.End("")
		if as == "json" {
			return errors.Join(err, writeJSON(c.OutOrStdout(), results))
		}
		return errors.Join(err, writeTable(c.OutOrStdout(), results, live))
	}
	return c
}

// listed is a connector, and with --live what came of it.
type listed struct {
	connectors.Summary
	Identity string     `json:"identity,omitempty"`
	Expires  *time.Time `json:"expires,omitempty"`
	Problem  string     `json:"problem,omitempty"`
}

// open opens the connectors one after the other, each by itself, so that each
// has its own result.
func (i inspection) open(ctx context.Context, results []listed) error {
	var first error
	for n := range results {
		result := &results[n]
		if result.Refused != "" {
			continue
		}
		roster, faults := connectors.NewRoster(i.values, i.process.machine(i.runner), i.network, []string{result.Name})
		err := faults.Err()
		if err == nil {
			i.roster = roster
			err = i.within(ctx, func(ctx context.Context) error { return result.live(ctx, i.roster, i.opening) })
		}
		if err != nil {
			result.Problem = strings.Join(linesOf(err), " ")
			if first == nil {
				first = &reported{err}
			}
		}
	}
	return first
}

func (l *listed) live(ctx context.Context, roster *connectors.Roster, o *opening) error {
	cfg, err := roster.Connector(l.Name).Config(ctx)
	if err != nil {
		return err
	}
	sessions, err := roster.Open(ctx, []connectors.Want{{Name: l.Name, Config: cfg, Region: connectors.Needed}}, newLogger(io.Discard, "text", "error"))
	if err != nil {
		return err
	}
	identity, err := sessions[l.Name].Identity(ctx)
	l.Identity = identity.ARN
	if expires := sessions[l.Name].Expires; !expires.IsZero() {
		l.Expires = &expires
	}
	return err
}

func writeJSON(w io.Writer, document any) error {
	encoder := json.NewEncoder(w)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(document)
}

// writeTable leaves out a column that would be empty.
func writeTable(w io.Writer, results []listed, live bool) error {
	rows := [][]string{{"NAME", "UUID", "SOURCE", "BECOMES", "FOR", "REGION", "ACCOUNTS", "THIS JOB"}}
	for _, r := range results {
		becomes, seconds := strings.Join(r.Steps, " -> "), ""
		if becomes == "" {
			becomes = "(as the source)"
		}
		if r.Seconds != 0 {
			seconds = connectors.Span(time.Duration(r.Seconds) * time.Second)
		}
		rows = append(rows, []string{r.Name, r.ID, r.Source, becomes, seconds, r.Region, strings.Join(r.Accounts, " "), refusal.Line(r.verdict(live))})
	}
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		var cells []string
		for column, cell := range row {
			if slices.ContainsFunc(rows[1:], func(r []string) bool { return r[column] != "" }) {
				cells = append(cells, cell)
			}
		}
		_, _ = fmt.Fprintln(t, strings.Join(cells, "\t"))
	}
	return t.Flush()
}

// verdict says whether this job may use a connector, or what AWS said of it.
func (l listed) verdict(live bool) string {
	switch {
	case l.Refused != "":
		return "no: " + strings.TrimPrefix(l.Refused, "not for this job: ")
	case l.Problem != "":
		return l.Problem
	case len(l.Needs) > 0:
		return "needs " + strings.Join(l.Needs, ", ")
	case !live:
		return "yes"
	case l.Expires != nil:
		return fmt.Sprintf("is %s until %s", l.Identity, connectors.Clock(*l.Expires))
	}
	return "is " + l.Identity
}
