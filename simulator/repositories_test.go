package simulator_test

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecr/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"
)

func TestCreatedRepositoriesAreDescribedAsTheyWereAsked(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	client := w.ecr(w.user("ci"), "eu-west-1")
	input := &ecr.CreateRepositoryInput{
		RepositoryName:                     aws.String("team/app"),
		ImageTagMutability:                 types.ImageTagMutabilityImmutableWithExclusion,
		ImageTagMutabilityExclusionFilters: []types.ImageTagMutabilityExclusionFilter{{FilterType: "WILDCARD", Filter: aws.String("dev-*")}},
		ImageScanningConfiguration:         &types.ImageScanningConfiguration{ScanOnPush: true},
		EncryptionConfiguration:            &types.EncryptionConfiguration{EncryptionType: "KMS", KmsKey: aws.String("alias/images")},
		Tags:                               []types.Tag{{Key: aws.String("team"), Value: aws.String("blue")}},
	}
	created, err := client.CreateRepository(t.Context(), input)
	if err != nil {
		t.Fatal(err)
	}
	want := types.Repository{
		RepositoryArn:                      aws.String("arn:aws:ecr:eu-west-1:111111111111:repository/team/app"),
		RegistryId:                         aws.String("111111111111"),
		RepositoryName:                     aws.String("team/app"),
		RepositoryUri:                      aws.String("111111111111.dkr.ecr.eu-west-1.amazonaws.com/team/app"),
		ImageTagMutability:                 input.ImageTagMutability,
		ImageTagMutabilityExclusionFilters: input.ImageTagMutabilityExclusionFilters,
		ImageScanningConfiguration:         input.ImageScanningConfiguration,
		EncryptionConfiguration:            input.EncryptionConfiguration,
	}
	described, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"team/app"}})
	if err != nil {
		t.Fatal(err)
	}
	same := cmp.Options{cmpopts.IgnoreUnexported(types.Repository{}, types.ImageScanningConfiguration{},
		types.EncryptionConfiguration{}, types.ImageTagMutabilityExclusionFilter{}), cmpopts.IgnoreFields(types.Repository{}, "CreatedAt")}
	for _, got := range []types.Repository{*created.Repository, described.Repositories[0]} {
		if diff := cmp.Diff(want, got, same); diff != "" {
			t.Error(diff)
		}
		if age := time.Since(*got.CreatedAt); age < 0 || age > time.Minute {
			t.Errorf("created %s ago", age)
		}
	}
	tags, err := client.ListTagsForResource(t.Context(), &ecr.ListTagsForResourceInput{ResourceArn: want.RepositoryArn})
	if err != nil || len(tags.Tags) != 1 || *tags.Tags[0].Value != "blue" {
		t.Errorf("got %v %v", tags, err)
	}
	_, err = client.CreateRepository(t.Context(), input)
	wantCode(t, err, "RepositoryAlreadyExistsException", "The repository with name 'team/app' already exists in the registry with id '111111111111'")
}

func TestRepositoriesAreListedInPages(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	var names []string
	pages := ecr.NewDescribeRepositoriesPaginator(w.ecr(w.user("ci"), "eu-west-1"), &ecr.DescribeRepositoriesInput{MaxResults: aws.Int32(3)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, repository := range page.Repositories {
			names = append(names, *repository.RepositoryName)
		}
	}
	if diff := cmp.Diff([]string{"app", "frozen", "other", "thawing"}, names); diff != "" {
		t.Error(diff)
	}
}

// ecrCall is a call of which only the error counts.
type ecrCall func(t *testing.T, client *ecr.Client) error

func TestECRRefusesInItsOwnWords(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	const none = "does not exist in the registry with id '111111111111'"
	const short = "Invalid parameter at 'lifecyclePolicyText' failed to satisfy constraint: 'Member must have length greater than or equal to 100'"
	create := func(in ecr.CreateRepositoryInput) ecrCall {
		return func(t *testing.T, client *ecr.Client) error {
			_, err := client.CreateRepository(t.Context(), &in)
			return err
		}
	}
	lifecycle := func(text string) ecrCall {
		return func(t *testing.T, client *ecr.Client) error {
			_, err := client.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{RepositoryName: aws.String("app"), LifecyclePolicyText: &text})
			return err
		}
	}
	policy := func(text string) ecrCall {
		return func(t *testing.T, client *ecr.Client) error {
			_, err := client.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RepositoryName: aws.String("app"), PolicyText: &text})
			return err
		}
	}
	describe := func(registry string, names ...string) ecrCall {
		return func(t *testing.T, client *ecr.Client) error {
			_, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RegistryId: aws.String(registry), RepositoryNames: names})
			return err
		}
	}
	image := func(id types.ImageIdentifier) ecrCall {
		return func(t *testing.T, client *ecr.Client) error {
			_, err := client.DescribeImages(t.Context(), &ecr.DescribeImagesInput{RepositoryName: aws.String("app"), ImageIds: []types.ImageIdentifier{id}})
			return err
		}
	}
	const badPolicy = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
	const notRules = "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: Could not map policyString into LifecyclePolicy.'"
	for name, c := range map[string]struct {
		call          ecrCall
		code, message string
	}{
		"a name in upper case": {
			create(ecr.CreateRepositoryInput{RepositoryName: aws.String("App")}), "InvalidParameterException",
			`Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*''`,
		},
		"an exclusion without the form": {create(ecr.CreateRepositoryInput{
			RepositoryName: aws.String("new"), ImageTagMutability: "IMMUTABLE",
			ImageTagMutabilityExclusionFilters: []types.ImageTagMutabilityExclusionFilter{{FilterType: "WILDCARD", Filter: aws.String("*")}},
		}), "InvalidParameterException", ""},
		"a key without KMS": {create(ecr.CreateRepositoryInput{
			RepositoryName: aws.String("new"), EncryptionConfiguration: &types.EncryptionConfiguration{EncryptionType: "AES256", KmsKey: aws.String("k")},
		}), "InvalidParameterException", ""},
		"a tag of AWS's":       {create(ecr.CreateRepositoryInput{RepositoryName: aws.String("new"), Tags: []types.Tag{{Key: aws.String("aws:x"), Value: aws.String("")}}}), "InvalidTagParameterException", ""},
		"no such repository":   {describe("111111111111", "app", "nix"), "RepositoryNotFoundException", "The repository with name 'nix' " + none},
		"another's repository": {describe("222222222222", "app"), "AccessDeniedException", "User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ecr:DescribeRepositories on resource: arn:aws:ecr:eu-west-1:222222222222:repository/app because no resource-based policy allows the ecr:DescribeRepositories action"},
		"no such tag": {
			image(types.ImageIdentifier{ImageTag: aws.String("v1")}), "ImageNotFoundException",
			"The image with imageId {imageDigest:'null', imageTag:'v1'} does not exist within the repository with name 'app' in the registry with id '111111111111'",
		},
		"a lifecycle policy too short": {lifecycle(`{"rules":[]}`), "InvalidParameterException", short},
		"a lifecycle policy that is none": {
			lifecycle(`{"rules":[{"rulePriority":1,"selection":{"tagStatus":"sometimes","countType":"imageCountMoreThan","countNumber":1}}]}`),
			"InvalidParameterException", notRules,
		},
		"a policy that is no JSON":       {policy(`{"Statement"`), "InvalidParameterException", badPolicy},
		"a policy without a principal":   {policy(`{"Statement":[{"Effect":"Allow","Action":"ecr:*"}]}`), "InvalidParameterException", badPolicy},
		"a policy with another effect":   {policy(`{"Statement":{"Effect":"Maybe","Principal":"*","Action":"ecr:*"}}`), "InvalidParameterException", badPolicy},
		"a policy without any statement": {policy(`{"Version":"2012-10-17","Statement":[]}`), "InvalidParameterException", badPolicy},
		"no policy": {func(t *testing.T, client *ecr.Client) error {
			_, err := client.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: aws.String("app")})
			return err
		}, "RepositoryPolicyNotFoundException", "Repository policy does not exist for the repository with name 'app' in the registry with id '111111111111'"},
		"no lifecycle policy": {func(t *testing.T, client *ecr.Client) error {
			_, err := client.GetLifecyclePolicy(t.Context(), &ecr.GetLifecyclePolicyInput{RepositoryName: aws.String("app")})
			return err
		}, "LifecyclePolicyNotFoundException", "Lifecycle policy does not exist for the repository with name 'app' in the registry with id '111111111111'"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			wantCode(t, c.call(t, w.ecr(w.user("111111111111/ci"), "eu-west-1")), c.code, c.message)
		})
	}
}

func TestEveryCallOfECRNeedsItsPermission(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	client := w.ecr(w.user("puller"), "eu-west-1")
	app, text := aws.String("app"), aws.String(lifecyclePolicy)
	for action, call := range map[string]func() error{
		"CreateRepository": func() error {
			_, err := client.CreateRepository(t.Context(), &ecr.CreateRepositoryInput{RepositoryName: app})
			return err
		},
		"DescribeRepositories": func() error {
			_, err := client.DescribeRepositories(t.Context(), &ecr.DescribeRepositoriesInput{RepositoryNames: []string{"app"}})
			return err
		},
		"DescribeImages": func() error {
			_, err := client.DescribeImages(t.Context(), &ecr.DescribeImagesInput{RepositoryName: app})
			return err
		},
		"PutImageScanningConfiguration": func() error {
			_, err := client.PutImageScanningConfiguration(t.Context(), &ecr.PutImageScanningConfigurationInput{RepositoryName: app, ImageScanningConfiguration: &types.ImageScanningConfiguration{}})
			return err
		},
		"PutImageTagMutability": func() error {
			_, err := client.PutImageTagMutability(t.Context(), &ecr.PutImageTagMutabilityInput{RepositoryName: app, ImageTagMutability: "MUTABLE"})
			return err
		},
		"PutLifecyclePolicy": func() error {
			_, err := client.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{RepositoryName: app, LifecyclePolicyText: text})
			return err
		},
		"GetLifecyclePolicy": func() error {
			_, err := client.GetLifecyclePolicy(t.Context(), &ecr.GetLifecyclePolicyInput{RepositoryName: app})
			return err
		},
		"SetRepositoryPolicy": func() error {
			_, err := client.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RepositoryName: app, PolicyText: aws.String(openPolicy)})
			return err
		},
		"GetRepositoryPolicy": func() error {
			_, err := client.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: app})
			return err
		},
	} {
		wantCode(t, call(), "AccessDeniedException", "User: arn:aws:iam::111111111111:user/puller is not authorized to perform: ecr:"+action+
			" on resource: arn:aws:ecr:eu-west-1:111111111111:repository/app because no identity-based policy allows the ecr:"+action+" action")
	}
}

const (
	lifecyclePolicy = `{"rules":[{"rulePriority":1,"selection":{"tagStatus":"untagged","countType":"imageCountMoreThan","countNumber":5},"action":{"type":"expire"}}]}`
	openPolicy      = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["222222222222"]},"Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"]}]}`
)

func TestPoliciesAreKept(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	client := w.ecr(w.user("ci"), "eu-west-1")
	app := aws.String("app")
	if _, err := client.PutLifecyclePolicy(t.Context(), &ecr.PutLifecyclePolicyInput{RepositoryName: app, LifecyclePolicyText: aws.String(lifecyclePolicy)}); err != nil {
		t.Fatal(err)
	}
	if _, err := client.SetRepositoryPolicy(t.Context(), &ecr.SetRepositoryPolicyInput{RepositoryName: app, PolicyText: aws.String(openPolicy)}); err != nil {
		t.Fatal(err)
	}
	kept, err := client.GetLifecyclePolicy(t.Context(), &ecr.GetLifecyclePolicyInput{RepositoryName: app})
	if err != nil || *kept.LifecyclePolicyText != lifecyclePolicy {
		t.Errorf("got %v %v", kept, err)
	}
	policy, err := client.GetRepositoryPolicy(t.Context(), &ecr.GetRepositoryPolicyInput{RepositoryName: app})
	if err != nil || *policy.PolicyText != openPolicy {
		t.Errorf("got %v %v", policy, err)
	}
}

func TestImagesAreFoundByTagAndDigest(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	image := randomImage(t, 100, 2)
	options := w.remote(w.login(w.user("ci"), "eu-west-1"))
	const repository = "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app"
	for _, text := range []string{"v1", "v2"} {
		if err := remote.Write(tag(t, repository+":"+text), image, options...); err != nil {
			t.Fatal(err)
		}
	}
	digest, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := image.RawManifest()
	if err != nil {
		t.Fatal(err)
	}
	client := w.ecr(w.user("ci"), "eu-west-1")
	for _, id := range [][]types.ImageIdentifier{nil, {{ImageTag: aws.String("v1")}}, {{ImageDigest: aws.String(digest.String())}}} {
		described, err := client.DescribeImages(t.Context(), &ecr.DescribeImagesInput{RepositoryName: aws.String("app"), ImageIds: id})
		if err != nil || len(described.ImageDetails) != 1 {
			t.Fatalf("got %v %v", described, err)
		}
		detail := described.ImageDetails[0]
		if *detail.ImageDigest != digest.String() || strings.Join(detail.ImageTags, " ") != "v1 v2" || *detail.ImageSizeInBytes < 200 {
			t.Errorf("got %+v", detail)
		}
	}
	got, err := client.BatchGetImage(t.Context(), &ecr.BatchGetImageInput{RepositoryName: aws.String("app"), ImageIds: []types.ImageIdentifier{
		{ImageTag: aws.String("v2")}, {ImageTag: aws.String("v3")}, {ImageTag: aws.String("v1"), ImageDigest: aws.String("sha256:" + strings.Repeat("0", 64))},
	}})
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Images) != 1 || *got.Images[0].ImageManifest != string(manifest) || *got.Images[0].ImageId.ImageDigest != digest.String() {
		t.Errorf("got %+v", got.Images)
	}
	if len(got.Failures) != 2 || got.Failures[0].FailureCode != types.ImageFailureCodeImageNotFound || *got.Failures[0].ImageId.ImageTag != "v3" {
		t.Errorf("got %+v", got.Failures)
	}
}

const denied = transport.ErrorCode("DENIED")
