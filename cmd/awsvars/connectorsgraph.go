package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/graph"
	"github.com/awsvars/awsvars/variables"
)

func (p process) graphCommand() *cobra.Command {
	var format string
	c := &cobra.Command{Use: "graph [FILE]", Short: "A picture of sources, connectors, roles and registries, as SVG, Mermaid or DOT", Args: cobra.MaximumNArgs(1)}
	flags := addFlags(c, inspected())
	c.Flags().StringVar(&format, "format", "svg", "svg, mermaid or dot")
	c.RunE = func(c *cobra.Command, args []string) error {
		formats := []string{"svg", "mermaid", "dot"}
		write, known := map[string]func(*graph.Graph, io.Writer) error{
			"svg": (*graph.Graph).SVG, "mermaid": (*graph.Graph).Mermaid, "dot": (*graph.Graph).DOT,
		}[format]
		if !known {
			return fmt.Errorf("--format %q: choose one of %s%s", format, strings.Join(formats, ", "), variables.Nearest(format, formats))
		}
		if format == "svg" && p.terminal {
			return variables.WithHint(errors.New("writing the picture: a terminal cannot show it"), "write > connectors.svg behind the command, or --format mermaid")
		}
		i, err := p.inspect(flags, args)
		if err != nil {
			return err
		}
		i.runner.End("")
		return write(drawing(i.roster.Outlines()), c.OutOrStdout())
	}
	return c
}

// drawing is the graph of a connectors file.
func drawing(outlines []connectors.Outline) *graph.Graph {
	g := &graph.Graph{
		Title:       "Connectors",
		Description: "From left to right, where credentials come from, the connectors that take them, who they become, and what that is for.",
	}
	boxes := map[string]int{}
	for _, o := range outlines {
		boxes[o.Name] = g.Node(graph.Connector, o.Name, connectorLines(o)...)
	}
	for _, o := range outlines {
		from := boxes[o.Name]
		if o.Before != "" {
			g.Edge(boxes[o.Before], from)
		} else {
			g.Edge(sourceNode(g, o), from)
		}
		for _, step := range o.Becomes {
			next := g.Node(graph.Principal, principalKey(o, step), principalLines(step)...)
			g.Edge(from, next)
			from = next
		}
		if len(o.Becomes) == 0 {
			next := g.Node(graph.Principal, "\x00"+o.Name, "as it starts", "no role of its own")
			g.Edge(from, next)
			from = next
		}
		for _, use := range uses(o) {
			g.Edge(from, g.Node(graph.Use, strings.Join(use, "\x00"), use...))
		}
	}
	return g
}

// sourceNode is where a connector starts. Two static keys are two sources.
func sourceNode(g *graph.Graph, o connectors.Outline) int {
	lines := []string{"source " + o.Source}
	if o.Detail != "" {
		lines = append(lines, o.Detail)
	}
	key := o.Source + "\x00" + o.Detail
	if o.Source == "static" {
		key += o.Name
		lines = append(lines, "keys of "+o.Name)
	}
	return g.Node(graph.Source, key, lines...)
}

// connectorLines are the name, what each step is asked with, and for which
// jobs. An external ID is not shown, since pictures are published.
func connectorLines(o connectors.Outline) []string {
	lines := []string{"connector " + o.Name}
	for _, step := range o.Becomes {
		var with []string
		if step.ExternalID {
			with = append(with, "with external ID")
		}
		if step.Seconds != 0 {
			with = append(with, "for "+connectors.Span(time.Duration(step.Seconds)*time.Second))
		}
		if len(with) > 0 {
			lines = append(lines, roleName(step.Principal)+" "+strings.Join(with, ", "))
		}
	}
	for _, only := range []struct {
		noun     string
		patterns []string
	}{
		{"repositories", o.Allow.Repositories},
		{"branches", o.Allow.Branches},
		{"tags", o.Allow.Tags},
		{"events", o.Allow.Events},
		{"actors", o.Allow.Actors},
	} {
		if len(only.patterns) > 0 {
			lines = append(lines, "only "+only.noun+" "+strings.Join(only.patterns, ", "))
		}
	}
	return lines
}

// principalKey tells principals apart. A role is drawn once; what has no
// account in the file may be another one for each connector.
func principalKey(o connectors.Outline, step connectors.Becoming) string {
	if strings.HasPrefix(step.Principal, "arn:") {
		return step.Principal
	}
	return step.Principal + "\x00" + o.Name
}

func principalLines(step connectors.Becoming) []string {
	switch {
	case !step.IsRole:
		return []string{step.Principal}
	case step.Principal == "":
		return []string{"role of the environment", "in AWS_ROLE_ARN"}
	}
	account := "of the caller's account"
	if parts := strings.SplitN(step.Principal, ":", 6); len(parts) == 6 {
		account = "account " + parts[4]
		if parts[1] != "aws" {
			account += " in " + parts[1]
		}
	}
	return []string{"role " + roleName(step.Principal), account}
}

// roleName is the path and the name of a role, of its ARN or by itself.
func roleName(principal string) string {
	if parts := strings.SplitN(principal, ":", 6); len(parts) == 6 {
		return strings.TrimPrefix(parts[5], "role/")
	}
	return principal
}

// uses are what the file says that a connector is for. Docker's credential
// helper takes it for its registries, and every task that names it.
func uses(o connectors.Outline) [][]string {
	if len(o.Registries) == 0 {
		return [][]string{{"tasks ecr, sts and more", "that name " + o.Name}}
	}
	var all [][]string
	for _, pattern := range o.Registries {
		account, region, _ := strings.Cut(pattern, "/")
		title := "registry " + account
		switch pattern {
		case connectors.AllRegistries:
			title = "all other registries"
		case "public", "public.ecr.aws", "ecr-public.aws.com":
			title = "registry ECR Public"
		}
		lines := []string{title, "docker-credential: " + o.Name}
		if region != "" {
			lines = slices.Insert(lines, 1, "in "+region)
		}
		all = append(all, lines)
	}
	return all
}
