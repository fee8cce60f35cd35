package ecr

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
)

// clients are made when they are first needed, and once for all regions:
// making one takes more time than the rest of a call's own work.
type clients struct {
	private func() *ecr.Client
	public  func() *ecrpublic.Client
}

func newClients(cfg aws.Config) *clients {
	return &clients{
		private: sync.OnceValue(func() *ecr.Client { return ecr.NewFromConfig(cfg) }),
		public: sync.OnceValue(func() *ecrpublic.Client {
			return ecrpublic.NewFromConfig(cfg, func(o *ecrpublic.Options) { o.Region = publicRegion })
		}),
	}
}

// ask makes the call; an empty region stands for ECR Public.
func (c *clients) ask(ctx context.Context, region string) (answer, error) {
	if region == "" {
		return c.askPublic(ctx)
	}
	out, err := c.private().GetAuthorizationToken(ctx, nil, func(o *ecr.Options) { o.Region = region })
	if err != nil {
		return answer{}, explained(err, "ecr:GetAuthorizationToken on the resource *")
	}
	if len(out.AuthorizationData) == 0 {
		return newAnswer(nil, nil, nil)
	}
	data := out.AuthorizationData[0]
	return newAnswer(data.AuthorizationToken, data.ExpiresAt, data.ProxyEndpoint)
}

func (c *clients) askPublic(ctx context.Context) (answer, error) {
	out, err := c.public().GetAuthorizationToken(ctx, nil)
	if err != nil {
		// The second action makes the token itself (ECR Public user guide,
		// "Registry authentication").
		return answer{}, explained(err, "ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken on the resource *")
	}
	if out.AuthorizationData == nil {
		return newAnswer(nil, nil, nil)
	}
	return newAnswer(out.AuthorizationData.AuthorizationToken, out.AuthorizationData.ExpiresAt, nil)
}
