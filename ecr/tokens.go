package ecr

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"golang.org/x/sync/errgroup"

	"github.com/awsvars/awsvars/variables"
)

// Tokens gets a token for each registry, in the order asked for. It makes one
// call for each region and one for ECR Public, side by side: a token opens
// every registry of its region that the caller may reach, whatever account it
// belongs to (ECR API reference, GetAuthorizationToken; registryIds is
// deprecated for that reason).
//
// Credentials, the default region, the HTTP client and the retryer come with
// cfg. A region that fails stops the others a moment later; the error holds
// all that failed until then.
func Tokens(ctx context.Context, cfg aws.Config, registries []Registry) ([]Token, error) {
	registries, err := located(cfg, registries)
	if err != nil {
		return nil, err
	}
	calls := callsFor(registries)
	if err := answerAll(ctx, newClients(cfg), calls, registries); err != nil {
		return nil, err
	}
	tokens := make([]Token, len(registries))
	for _, c := range calls {
		for _, i := range c.registries {
			if tokens[i], err = c.answer.token(registries[i]); err != nil {
				return nil, c.failed(registries, err)
			}
		}
	}
	return tokens, nil
}

// patience is how long a region that has failed waits for the others.
const patience = 500 * time.Millisecond

// call is one GetAuthorizationToken.
type call struct {
	// region is empty for ECR Public.
	region string
	// registries are the indexes of those that the call serves.
	registries []int
	answer     answer
}

// callsFor groups the registries by region, in the order in which the regions
// first come up.
func callsFor(registries []Registry) []*call {
	var calls []*call
	byRegion := map[string]*call{}
	for i, r := range registries {
		c := byRegion[r.Region]
		if c == nil {
			c = &call{region: r.Region}
			byRegion[r.Region] = c
			calls = append(calls, c)
		}
		c.registries = append(c.registries, i)
	}
	return calls
}

// located gives every registry its region; only ECR Public has none.
func located(cfg aws.Config, registries []Registry) ([]Registry, error) {
	located := make([]Registry, len(registries))
	for i, r := range registries {
		if r.Public {
			r.Region = ""
			located[i] = r
			continue
		}
		if r.Region == "" {
			r.Region = cfg.Region
		}
		if r.Region == "" {
			return nil, variables.WithHint(fmt.Errorf("getting a token for registry %s: no region is known", r),
				"set --region or AWS_REGION, or write the registry with its region, as in 111111111111/eu-west-1")
		}
		if _, err := partitionOf(r.Region); err != nil {
			return nil, variables.Faults{{Setting: "region", Given: r.Region, Problem: err.Error()}}
		}
		located[i] = r
	}
	return located, nil
}

// answerAll asks for all regions side by side. When one fails, the others get
// a moment to fail as well, so that somebody who lacks a permission in three
// regions hears of three; then they are stopped.
func answerAll(ctx context.Context, clients *clients, calls []*call, registries []Registry) error {
	running, stop := context.WithCancel(ctx)
	defer stop()
	failures := make([]error, len(calls))
	var group errgroup.Group
	for i, c := range calls {
		group.Go(func() error {
			var err error
			if c.answer, err = clients.ask(running, c.region); err == nil {
				return nil
			}
			// What was stopped has nothing to say: another region has.
			if running.Err() == nil || ctx.Err() != nil {
				failures[i] = c.failed(registries, err)
			}
			time.AfterFunc(patience, stop)
			return nil
		})
	}
	_ = group.Wait()
	return errors.Join(failures...)
}

// failed names the registries that are without a token.
func (c *call) failed(registries []Registry, err error) error {
	names := make([]string, 0, len(c.registries))
	for _, i := range c.registries {
		names = append(names, registries[i].String())
	}
	noun := "registry"
	if len(names) > 1 {
		noun = "registries"
	}
	return fmt.Errorf("getting a token for %s %s: %w", noun, strings.Join(names, ", "), err)
}
