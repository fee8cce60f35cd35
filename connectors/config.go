package connectors

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Config returns the configuration for AWS clients, without credentials: how
// to reach AWS, how often to try, which endpoints. It reads the AWS
// configuration file if there is one, and makes no call.
func (c *Connector) Config(ctx context.Context) (aws.Config, error) {
	sources := []any{environmentConfig{c.machine}}
	shared, found, err := c.sharedConfig(ctx)
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
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.MaxAttempts = c.retries + 1
				o.Backoff = backoff(200*time.Millisecond, 5*time.Second)
			})
		},
	}
	if cfg.Region == "" {
		cfg.Region, _ = c.machine.first("AWS_REGION", "AWS_DEFAULT_REGION")
	}
	if cfg.Region == "" && found {
		cfg.Region = shared.Region
	}
	// The clients look for AWS_ENDPOINT_URL here, and for the service's own
	// variable in the sources.
	ignored, _, _ := environmentConfig{c.machine}.GetIgnoreConfiguredEndpoints(ctx)
	if url := c.machine.get("AWS_ENDPOINT_URL"); url != "" && !ignored {
		cfg.BaseEndpoint = aws.String(url)
	}
	return cfg, nil
}

// sharedConfig reads the profile in use. Where the source is neither auto nor
// profile only the configuration file counts, for its region and endpoints:
// the file with credentials is not opened.
func (c *Connector) sharedConfig(ctx context.Context) (config.SharedConfig, bool, error) {
	files, credentialFiles := c.sharedFiles()
	if len(files)+len(credentialFiles) == 0 {
		return config.SharedConfig{}, false, nil
	}
	name := c.profileName()
	shared, err := config.LoadSharedConfigProfile(ctx, name, func(o *config.LoadSharedConfigOptions) {
		// An empty list would make the SDK look in places of its own.
		o.ConfigFiles = append(files, os.DevNull)
		o.CredentialsFiles = append(credentialFiles, os.DevNull)
	})
	var missing config.SharedConfigProfileNotExistError
	switch {
	case err == nil:
		return shared, true, nil
	case !c.readsProfile(), errors.As(err, &missing):
		// Whether a missing profile matters is for the source to say.
		return config.SharedConfig{}, false, nil
	}
	return config.SharedConfig{}, false, &Unusable{Step: fmt.Sprintf("reading profile %q", name), Err: err}
}

func (c *Connector) readsProfile() bool {
	return c.source == sourceAuto || c.source == sourceProfile
}

// sharedFiles returns those files of the AWS tools that exist and count.
func (c *Connector) sharedFiles() (files, credentialFiles []string) {
	if c.readsProfile() {
		credentialFiles = existing(c.machine.credentialsFile())
	}
	return existing(c.machine.configFile()), credentialFiles
}

func (c *Connector) profileName() string {
	if c.profile != "" {
		return c.profile
	}
	if name, _ := c.machine.first("AWS_PROFILE", "AWS_DEFAULT_PROFILE"); name != "" {
		return name
	}
	return config.DefaultSharedConfigProfile
}

func existing(path string) []string {
	if path == "" {
		return nil
	}
	if _, err := os.Stat(path); err != nil {
		return nil
	}
	return []string{path}
}

// STSEndpoint returns the URL that the chain's calls go to, empty where there
// is no hop or the region is not known yet.
func (c *Connector) STSEndpoint(ctx context.Context, cfg aws.Config) string {
	if len(c.hops) == 0 || cfg.Region == "" {
		return ""
	}
	o := sts.NewFromConfig(cfg).Options()
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
