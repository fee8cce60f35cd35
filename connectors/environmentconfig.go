package connectors

import (
	"context"
	"errors"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// environmentConfig answers what the SDK's clients ask the environment, from
// the machine's look-up instead of the process's own environment, so that
// tests run side by side (AWS SDKs and Tools Reference Guide,
// "Service-specific endpoints", "FIPS endpoints", "Dual-stack endpoints").
type environmentConfig struct{ machine Machine }

// GetServiceBaseEndpoint reads AWS_ENDPOINT_URL_<SERVICE> and AWS_ENDPOINT_URL.
func (e environmentConfig) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	name := "AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(sdkID, " ", "_"))
	url, _ := e.machine.first(name, "AWS_ENDPOINT_URL")
	return url, url != "", nil
}

// GetIgnoreConfiguredEndpoints reads AWS_IGNORE_CONFIGURED_ENDPOINT_URLS.
func (e environmentConfig) GetIgnoreConfiguredEndpoints(context.Context) (bool, bool, error) {
	return e.flag("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
}

// GetUseFIPSEndpoint reads AWS_USE_FIPS_ENDPOINT.
func (e environmentConfig) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	on, found, err := e.flag("AWS_USE_FIPS_ENDPOINT")
	if on {
		return aws.FIPSEndpointStateEnabled, found, err
	}
	return aws.FIPSEndpointStateDisabled, found, err
}

// GetUseDualStackEndpoint reads AWS_USE_DUALSTACK_ENDPOINT.
func (e environmentConfig) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	on, found, err := e.flag("AWS_USE_DUALSTACK_ENDPOINT")
	if on {
		return aws.DualStackEndpointStateEnabled, found, err
	}
	return aws.DualStackEndpointStateDisabled, found, err
}

func (e environmentConfig) flag(name string) (on, found bool, err error) {
	text := strings.ToLower(e.machine.get(name))
	return text == "true", text == "true" || text == "false", nil
}

// checkEndpoints refuses endpoints that no request can go to. They are not
// quoted: people write passwords into URLs.
func checkEndpoints(machine Machine) error {
	for _, name := range []string{"AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL_ECR", "AWS_ENDPOINT_URL_ECR_PUBLIC", "AWS_EC2_METADATA_SERVICE_ENDPOINT"} {
		text := machine.get(name)
		if text == "" {
			continue
		}
		if err := checkEndpoint(text); err != nil {
			return &Unusable{Step: "reading " + name, Err: err}
		}
	}
	return nil
}

func checkEndpoint(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "http" && u.Scheme != "https" {
		return errors.New("write http:// or https://, a host and a port, and no user name")
	}
	return nil
}

// stsEndpoint is the URL of STS that the settings name. It stands among the
// sources of a configuration.
type stsEndpoint string

// GetServiceBaseEndpoint answers for STS only.
func (e stsEndpoint) GetServiceBaseEndpoint(_ context.Context, sdkID string) (string, bool, error) {
	return string(e), e != "" && sdkID == "STS", nil
}

// newSTS returns a client of STS. A URL that the settings name goes before
// everything else that the SDK looks at, and whether it is to look.
func newSTS(cfg aws.Config) *sts.Client {
	return sts.NewFromConfig(cfg, func(o *sts.Options) {
		for _, source := range cfg.ConfigSources {
			if url, is := source.(stsEndpoint); is && url != "" {
				o.BaseEndpoint = aws.String(string(url))
			}
		}
	})
}
