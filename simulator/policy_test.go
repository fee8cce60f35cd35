package simulator_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"strings"
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
	policy := `{"Statement":{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::` + base64.StdEncoding.EncodeToString(noise) + `"}}`
	_, err := w.sts(w.user("ci")).AssumeRole(t.Context(), &sts.AssumeRoleInput{
		RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42"), Policy: &policy,
	})
	wantCode(t, err, "PackedPolicyTooLarge", "")
	if want := regexp.MustCompile(`: Packed policy consumes 1\d\d% of allotted space, please use smaller policy\.$`); !want.MatchString(err.Error()) {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestPackedTagsCanBeTooMany(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	ask := func(tags int) error {
		input := &sts.AssumeRoleInput{RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42")}
		for i := range tags {
			// 64 bytes, which the sixteenth brings to 1024.
			input.Tags = append(input.Tags, types.Tag{
				Key: aws.String(fmt.Sprintf("key-%04d", i)), Value: aws.String(strings.Repeat("v", 56)),
			})
		}
		_, err := w.sts(w.user("ci")).AssumeRole(t.Context(), input)
		return err
	}
	if err := ask(16); err != nil {
		t.Error(err)
	}
	for tags, percent := range map[int]string{17: "107", 50: "313"} {
		wantCode(t, ask(tags), "PackedPolicyTooLarge", "Packed size of session tags consumes "+percent+"% of allotted space.")
	}
}

func TestPackedSizesAreAnswered(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	form := url.Values{
		"Action": {"AssumeRole"}, "Version": {"2011-06-15"}, "RoleArn": {readerRole}, "RoleSessionName": {"build-42"},
		"Tags.member.1.Key": {"team"}, "Tags.member.1.Value": {strings.Repeat("v", 252)},
	}
	status, answer := w.send(w.signed("sts", "eu-west-1", form.Encode()))
	if status != http.StatusOK || !strings.Contains(answer, "<PackedPolicySize>25</PackedPolicySize>") {
		t.Errorf("got %d %s", status, answer)
	}
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
