package ecr

import (
	"context"
	"fmt"
	"path"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
)

// Immutable returns those of tags that cannot move once they are there, in the
// registry r, whose account and region are known (ecr:DescribeRepositories).
func Immutable(ctx context.Context, cfg aws.Config, r Registry, repository string, tags []string) ([]string, error) {
	client := ecr.NewFromConfig(cfg, func(o *ecr.Options) { o.Region = r.Region })
	answer, err := client.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RegistryId: aws.String(r.Account), RepositoryNames: []string{repository}})
	if err != nil {
		return nil, fmt.Errorf("asking whether the tags of repository %q in %s move: %w", repository, r, explained(err, "ecr:DescribeRepositories on it"))
	}
	var immutable []string
	for _, found := range answer.Repositories {
		for _, tag := range tags {
			if frozen(found, tag) {
				immutable = append(immutable, tag)
			}
		}
	}
	return immutable, nil
}

// frozen judges a tag by the repository's setting, which a wildcard may turn
// into the other one (ECR API reference, ImageTagMutabilityExclusionFilter).
func frozen(r types.Repository, tag string) bool {
	excluded := slices.ContainsFunc(r.ImageTagMutabilityExclusionFilters, func(f types.ImageTagMutabilityExclusionFilter) bool {
		// A tag has no slash, and a filter no wildcard but *.
		matched, err := path.Match(aws.ToString(f.Filter), tag)
		return err == nil && matched
	})
	switch r.ImageTagMutability {
	case types.ImageTagMutabilityImmutable:
		return true
	case types.ImageTagMutabilityImmutableWithExclusion:
		return !excluded
	case types.ImageTagMutabilityMutableWithExclusion:
		return excluded
	}
	return false
}
