package tasks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/variables"
)

// target is a registry, and the connector whose credentials it is asked with.
type target struct {
	text      string
	connector string
	registry  ecr.Registry
}

// parseTarget reads a registry with a connector before it, or without. The @ of
// an image's digest stands behind a slash.
func parseTarget(text string) (target, error) {
	t := target{text: text}
	connector, rest, found := strings.Cut(text, "@")
	if !found || strings.Contains(connector, "/") {
		rest = text
	} else if t.connector = connector; connector == "" {
		return t, errors.New("the name of a connector stands before the @")
	} else if rest == "" {
		// The own registry of the connector's account.
		return t, nil
	}
	var err error
	t.registry, err = ecr.Parse(rest)
	return t, err
}

// targets are the registries asked for, or the caller's own.
func targets(v variables.Values) []target {
	var all []target
	for _, text := range v.List("registry") {
		// Fill has parsed it once; faulty ones are not in Values then.
		if t, err := parseTarget(text); err == nil {
			all = append(all, t)
		}
	}
	if len(all) == 0 {
		all = []target{{}}
	}
	return all
}

// ofConnector picks the registries of one connector, and their places.
func ofConnector(all []target, connector string) (places []int, registries []ecr.Registry) {
	for i, t := range all {
		if t.connector == connector {
			places, registries = append(places, i), append(registries, t.registry)
		}
	}
	return places, registries
}

// distinct refuses two names for one registry. Some are known to be one only
// when the default region of their connector is, which of tells where it is
// not nil.
func distinct(all []target, of func(connector string) (region string, known bool)) variables.Faults {
	var faults variables.Faults
	seen := map[string]string{}
	for _, t := range all {
		r := t.registry
		if r.Region == "" && of != nil {
			region, known := of(t.connector)
			if !known {
				continue
			}
			r.Region = region
		}
		key := r.Key()
		if r.Account == "" && !r.Public {
			// Whose own registry it is depends on the connector.
			key = t.connector + "@" + key
		}
		if before, twice := seen[key]; twice {
			faults = append(faults, variables.Fault{Setting: "registry", Given: t.text, Problem: fmt.Sprintf("names the same registry as %q; give it once", before)})
		}
		seen[key] = t.text
	}
	return faults
}

// tokensFor gets the tokens, the connectors side by side, in the order of all.
func tokensFor(ctx context.Context, sessions connectors.Sessions, all []target, names []string) ([]ecr.Token, error) {
	tokens := make([]ecr.Token, len(all))
	failures := make([]error, len(names))
	var group errgroup.Group
	for i, name := range names {
		group.Go(func() error {
			places, registries := ofConnector(all, name)
			found, err := ecr.Tokens(ctx, sessions[name].Config, registries)
			if err != nil && name != "" {
				err = fmt.Errorf("using the connector %s: %w", name, err)
			}
			failures[i] = err
			for j, token := range found {
				tokens[places[j]] = token
			}
			return nil
		})
	}
	_ = group.Wait()
	if len(names) == 1 {
		return tokens, failures[0]
	}
	return tokens, errors.Join(failures...)
}
