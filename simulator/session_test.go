package simulator_test

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/simulator"
)

func static(c *types.Credentials) aws.CredentialsProvider {
	return credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

func TestSessionTokensKeepTheUser(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	ctx := context.Background()
	out, err := w.sts(w.user("ci")).GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(129600)})
	if err != nil {
		t.Fatal(err)
	}
	session := static(out.Credentials)
	if fromSTS, fromECR := w.both(session); fromSTS != nil || fromECR != nil {
		t.Error(fromSTS, fromECR)
	}
	w.assume(session, readerRole, "")
	_, err = w.sts(session).GetSessionToken(ctx, &sts.GetSessionTokenInput{})
	wantCode(t, err, "AccessDenied", "Cannot call GetSessionToken with session credentials")
	_, err = w.sts(w.user("ci")).GetSessionToken(ctx, &sts.GetSessionTokenInput{DurationSeconds: aws.Int32(129601)})
	wantCode(t, err, "ValidationError", "1 validation error detected: Value '129601' at 'durationSeconds' "+
		"failed to satisfy constraint: Member must have value less than or equal to 129600")
}

func TestFederatedUsersMayWhatTheirPolicySays(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	ctx := context.Background()
	const policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ecr:GetAuthorizationToken","Resource":"*"}]}`
	out, err := w.sts(w.user("ci")).GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("job-1"), Policy: aws.String(policy)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := *out.FederatedUser.Arn, "arn:aws:sts::111111111111:federated-user/job-1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if fromSTS, fromECR := w.both(static(out.Credentials)); fromSTS != nil || fromECR != nil {
		t.Error(fromSTS, fromECR)
	}
	out, err = w.sts(w.user("ci")).GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("job-1")})
	if err != nil {
		t.Fatal(err)
	}
	_, fromECR := w.both(static(out.Credentials))
	wantCode(t, fromECR, "AccessDeniedException", "")
	_, err = w.sts(static(out.Credentials)).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String(readerRole), RoleSessionName: aws.String("build-42")})
	wantCode(t, err, "AccessDenied", "User: arn:aws:sts::111111111111:federated-user/job-1 is not authorized to perform: sts:AssumeRole on resource: "+readerRole)
	_, err = w.sts(w.instance()).GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("job-1")})
	wantCode(t, err, "AccessDenied", "Cannot call GetFederationToken with session credentials")
	_, err = w.sts(w.user("ci")).GetFederationToken(ctx, &sts.GetFederationTokenInput{Name: aws.String("j")})
	wantCode(t, err, "ValidationError", "")
}
