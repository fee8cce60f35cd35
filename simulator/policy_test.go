package simulator_test

import (
	"context"
	"encoding/base64"
	"math/rand/v2"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/simulator"
)

func TestSessionPoliciesNarrow(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	ctx := context.Background()
	ask := func(policy string) error {
		out, err := w.sts(w.user("ci")).AssumeRole(ctx, &sts.AssumeRoleInput{
			RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42"), Policy: &policy,
		})
		if err != nil {
			return err
		}
		_, err = w.ecr(static(out.Credentials), "eu-west-1").GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
		return err
	}
	if err := ask(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:*","Resource":"*"}]}`); err != nil {
		t.Error(err)
	}
	wantCode(t, ask(`{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":["s3:*"],"Resource":"*"}}`), "AccessDeniedException",
		"User: arn:aws:sts::111111111111:assumed-role/reader/build-42 is not authorized to perform: ecr:GetAuthorizationToken "+
			"on resource: * because no session policy allows the ecr:GetAuthorizationToken action")
	wantCode(t, ask(`{`), "MalformedPolicyDocument", "This policy contains invalid Json")
	wantCode(t, ask(`{"Statement":[{"Effect":"Perhaps","Action":"*","Resource":"*"}]}`), "MalformedPolicyDocument", "Syntax errors in policy.")
}

// AWS packs policies and tags by a rule that it does not tell, so a request
// within the plain limits can be too large.
func TestPackedPoliciesCanBeTooLarge(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	noise := make([]byte, 1300)
	random := rand.NewChaCha8([32]byte{})
	_, _ = random.Read(noise)
	policy := `{"Statement":{"Effect":"Allow","Action":"*","Resource":"` + base64.StdEncoding.EncodeToString(noise) + `"}}`
	_, err := w.sts(w.user("ci")).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42"), Policy: &policy,
	})
	wantCode(t, err, "PackedPolicyTooLarge", "")
}

func TestTagsNeedAPermissionAndOneSpelling(t *testing.T) {
	t.Parallel()
	w := configured(t, `
accounts:
  "111111111111":
    users: {ci: {allow: ["sts:AssumeRole"]}, all: {}}
    roles: {reader: {trust: [{principal: "111111111111"}]}}
`)
	ask := func(user string, keys ...string) error {
		input := &sts.AssumeRoleInput{RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42")}
		for _, key := range keys {
			input.Tags = append(input.Tags, types.Tag{Key: &key, Value: aws.String("v")})
		}
		_, err := w.sts(w.user(user)).AssumeRole(t.Context(), input)
		return err
	}
	if err := ask("all", "team", "project"); err != nil {
		t.Error(err)
	}
	wantCode(t, ask("all", "team", "Team"), "InvalidParameterValue", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
	wantCode(t, ask("ci", "team"), "AccessDenied",
		"User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:TagSession on resource: "+readerRole)
}
