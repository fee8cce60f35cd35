package ecr

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// Endpoints returns the URLs, scheme://host[:port], that [Tokens] will call
// with the same arguments, one for each call, so that connections can be
// opened while credentials are still being fetched. The SDK's own rules give
// them: AWS_ENDPOINT_URL_*, FIPS and dual-stack come with cfg. It makes no
// call.
func Endpoints(ctx context.Context, cfg aws.Config, registries []Registry) ([]string, error) {
	registries, err := located(cfg, registries)
	if err != nil {
		return nil, err
	}
	clients := newClients(cfg)
	var urls []string
	for _, c := range callsFor(registries) {
		endpoint, err := clients.endpoint(ctx, c.region)
		if err != nil {
			return nil, c.failed(registries, fmt.Errorf("finding the endpoint: %w", err))
		}
		urls = append(urls, endpoint.URI.Scheme+"://"+endpoint.URI.Host)
	}
	return urls, nil
}

func (c *clients) endpoint(ctx context.Context, region string) (smithyendpoints.Endpoint, error) {
	if region == "" {
		o := c.public().Options()
		return o.EndpointResolverV2.ResolveEndpoint(ctx, ecrpublic.EndpointParameters{
			Region:       aws.String(o.Region),
			UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
			UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
			Endpoint:     o.BaseEndpoint,
		})
	}
	o := c.private().Options()
	return o.EndpointResolverV2.ResolveEndpoint(ctx, ecr.EndpointParameters{
		Region:       aws.String(region),
		UseDualStack: aws.Bool(o.EndpointOptions.UseDualStackEndpoint == aws.DualStackEndpointStateEnabled),
		UseFIPS:      aws.Bool(o.EndpointOptions.UseFIPSEndpoint == aws.FIPSEndpointStateEnabled),
		Endpoint:     o.BaseEndpoint,
	})
}
