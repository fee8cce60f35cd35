package connectors

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
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
