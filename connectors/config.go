package connectors

import (
	"context"
	"errors"
	"io/fs"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
)

// Config returns the configuration for AWS clients, without credentials: how
// to reach AWS, how often to try, which endpoints. It reads the AWS
// configuration file if there is one, and makes no call.
func (c *Connector) Config(ctx context.Context) (aws.Config, error) {
	if err := checkEndpoints(c.machine); err != nil {
		return aws.Config{}, err
	}
	sources := []any{stsEndpoint(c.stsEndpoint), environmentConfig{c.machine}}
	shared, found, err := c.profileConfig()
	if err != nil {
		return aws.Config{}, err
	}
	if found {
		sources = append(sources, shared)
	}
	cfg := aws.Config{
		Region:        c.region,
		HTTPClient:    c.network.Client,
		ConfigSources: sources,
		AppID:         "awsvars",
		Retryer:       c.retryer,
		APIOptions:    []func(*middleware.Stack) error{c.network.clock.share},
	}
	for before := c.before; cfg.Region == "" && before != nil; before = before.before {
		cfg.Region = before.region
	}
	if cfg.Region == "" {
		cfg.Region, _ = c.machine.first("AWS_REGION", "AWS_DEFAULT_REGION")
	}
	if cfg.Region == "" && found {
		cfg.Region = shared.text("region")
	}
	// The clients look for AWS_ENDPOINT_URL here, and for the service's own
	// variable in the sources.
	if url := c.machine.get("AWS_ENDPOINT_URL"); url != "" && !c.ignoresEndpoints(ctx, shared) {
		cfg.BaseEndpoint = aws.String(url)
	}
	return cfg, nil
}

// ignoresEndpoints lets the environment decide, and else the profile.
func (c *Connector) ignoresEndpoints(ctx context.Context, shared profile) bool {
	ignored, found, _ := environmentConfig{c.machine}.GetIgnoreConfiguredEndpoints(ctx)
	if !found {
		ignored, _, _ = shared.GetIgnoreConfiguredEndpoints(ctx)
	}
	return ignored
}

// profileConfig returns the profile in use for its region and endpoints.
// Whether one that is missing matters is for the source to say.
func (c *Connector) profileConfig() (profile, bool, error) {
	shared, err := c.shared()
	var unreadable *fs.PathError
	switch {
	case err == nil:
	case !c.readsProfile(), c.source == sourceAuto && errors.As(err, &unreadable):
		// The SDKs take files that are somebody else's for empty.
		return profile{}, false, nil
	default:
		return profile{}, false, &Unusable{Step: "reading the AWS configuration files", Err: err}
	}
	p, found := shared.profile(c.profileName())
	return p, found, nil
}

func (c *Connector) readsProfile() bool {
	return c.before == nil && (c.source == sourceAuto || c.source == sourceProfile)
}

// STSEndpoint returns the URL that the chain's calls go to, empty where there
// is no role or the region is not known yet.
func (c *Connector) STSEndpoint(ctx context.Context, cfg aws.Config) string {
	if !c.assumes() || cfg.Region == "" {
		return ""
	}
	return endpointOfSTS(ctx, cfg)
}

func endpointOfSTS(ctx context.Context, cfg aws.Config) string {
	o := newSTS(cfg).Options()
	endpoint, err := o.EndpointResolverV2.ResolveEndpoint(ctx, sts.EndpointParameters{
		Region:       aws.String(cfg.Region),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		Endpoint:     o.BaseEndpoint,
	})
	if err != nil {
		// The call itself will say what is wrong.
		return ""
	}
	return endpoint.URI.String()
}

// assumes tells whether a role is going to be assumed, as far as that is known
// before the source was asked.
func (c *Connector) assumes() bool {
	if c.before != nil && c.before.assumes() || len(c.steps) > 0 || c.source == sourceWebIdentity {
		return true
	}
	if c.before != nil || c.source != sourceProfile {
		return false
	}
	shared, err := c.shared()
	if err != nil {
		return false
	}
	plan, err := c.planProfile(shared, c.profileName())
	return err == nil && (len(plan.hops) > 0 || plan.start.assumesItself())
}
