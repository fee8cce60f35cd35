package ecr

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"

	"github.com/awsvars/awsvars/variables"
)

// Repository is what a repository is to be like. Each wish needs its action on
// the repository in the caller's policies; what is not wished for is not
// touched.
type Repository struct {
	Name string
	// Create makes it where there is none (ecr:DescribeRepositories,
	// ecr:CreateRepository, with tags ecr:TagResource).
	Create bool
	// ScanOnPush is switched on where a repository is there without it, too
	// (ecr:PutImageScanningConfiguration), and never off. It takes Create.
	ScanOnPush bool
	// The next three are for a new one only.
	Immutable bool
	// KMSKey encrypts the images; empty leaves that to AES256.
	KMSKey string
	Tags   []variables.Pair
	// Lifecycle and Policy are JSON documents, nil for none
	// (ecr:PutLifecyclePolicy, ecr:SetRepositoryPolicy).
	Lifecycle, Policy []byte
}

// mostRepositoryName is the longest name (ECR API reference, CreateRepository).
const mostRepositoryName = 256

// CheckRepository tells what is wrong with the name of a repository.
func CheckRepository(name string) error {
	if len(name) < 2 || len(name) > mostRepositoryName || !repositoryReference().MatchString(name) || strings.ContainsAny(name, ":@") {
		return errors.New("the name of a repository has 2 to 256 small letters, digits and separators . _ - between them, and / between its parts")
	}
	return nil
}

// Prepare makes the repository as wished for in the registry r, whose account
// and region are known. It tells whether it was made just now.
func Prepare(ctx context.Context, cfg aws.Config, r Registry, wish Repository) (created bool, err error) {
	client := ecr.NewFromConfig(cfg, func(o *ecr.Options) { o.Region = r.Region })
	if wish.Create {
		if created, err = create(ctx, client, r, wish); err != nil {
			return false, err
		}
	}
	where := fmt.Sprintf("of repository %q in %s", wish.Name, r)
	if wish.Lifecycle != nil {
		_, err := client.PutLifecyclePolicy(ctx, &ecr.PutLifecyclePolicyInput{
			RegistryId: aws.String(r.Account), RepositoryName: aws.String(wish.Name), LifecyclePolicyText: aws.String(string(wish.Lifecycle)),
		})
		if err != nil {
			return created, fmt.Errorf("setting the lifecycle policy %s: %w", where, explained(err, "ecr:PutLifecyclePolicy on it"))
		}
	}
	if wish.Policy != nil {
		_, err := client.SetRepositoryPolicy(ctx, &ecr.SetRepositoryPolicyInput{
			RegistryId: aws.String(r.Account), RepositoryName: aws.String(wish.Name), PolicyText: aws.String(string(wish.Policy)),
		})
		if err != nil {
			return created, fmt.Errorf("setting the policy %s: %w", where, explained(err, "ecr:SetRepositoryPolicy on it"))
		}
	}
	return created, nil
}

// create asks first, so that a caller who may push and not create is served
// where the repository is there.
func create(ctx context.Context, client *ecr.Client, r Registry, wish Repository) (bool, error) {
	found, err := client.DescribeRepositories(ctx, &ecr.DescribeRepositoriesInput{RegistryId: aws.String(r.Account), RepositoryNames: []string{wish.Name}})
	var missing *types.RepositoryNotFoundException
	if err == nil {
		return false, scan(ctx, client, r, wish, found.Repositories)
	}
	if !errors.As(err, &missing) {
		return false, fmt.Errorf("looking for repository %q in %s: %w", wish.Name, r, explained(err, "ecr:DescribeRepositories on it"))
	}
	input := &ecr.CreateRepositoryInput{
		// Without the account it would be made in the caller's own.
		RegistryId: aws.String(r.Account), RepositoryName: aws.String(wish.Name),
		ImageTagMutability:         types.ImageTagMutabilityMutable,
		ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: wish.ScanOnPush},
	}
	if wish.Immutable {
		input.ImageTagMutability = types.ImageTagMutabilityImmutable
	}
	if wish.KMSKey != "" {
		input.EncryptionConfiguration = &types.EncryptionConfiguration{EncryptionType: types.EncryptionTypeKms, KmsKey: aws.String(wish.KMSKey)}
	}
	for _, tag := range wish.Tags {
		input.Tags = append(input.Tags, types.Tag{Key: aws.String(tag.Key), Value: aws.String(tag.Value)})
	}
	_, err = client.CreateRepository(ctx, input)
	var exists *types.RepositoryAlreadyExistsException
	if errors.As(err, &exists) {
		// Another job was faster.
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("creating repository %q in %s: %w", wish.Name, r, explained(err, "ecr:CreateRepository on it"))
	}
	return true, nil
}

// scan switches scanning on at a repository that is there without it.
func scan(ctx context.Context, client *ecr.Client, r Registry, wish Repository, found []types.Repository) error {
	for _, repository := range found {
		if !wish.ScanOnPush || repository.ImageScanningConfiguration != nil && repository.ImageScanningConfiguration.ScanOnPush {
			continue
		}
		_, err := client.PutImageScanningConfiguration(ctx, &ecr.PutImageScanningConfigurationInput{
			RegistryId: aws.String(r.Account), RepositoryName: aws.String(wish.Name),
			ImageScanningConfiguration: &types.ImageScanningConfiguration{ScanOnPush: true},
		})
		if err != nil {
			return fmt.Errorf("switching scanning on for repository %q in %s: %w", wish.Name, r, explained(err, "ecr:PutImageScanningConfiguration on it"))
		}
	}
	return nil
}
