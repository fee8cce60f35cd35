package simulator_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/simulator"
)

// both asks STS and ECR with the same credentials.
func (w world) both(who aws.CredentialsProvider) (fromSTS, fromECR error) {
	ctx := context.Background()
	_, fromSTS = w.sts(who).GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{})
	_, fromECR = w.ecr(who, "eu-west-1").GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
	return fromSTS, fromECR
}

func TestKeysThatAWSDoesNotTake(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	id, secret := w.StaticKeys("ci")
	session, err := w.assume(w.user("ci"), readerRole, "").Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	const invalid = "The security token included in the request is invalid."
	const wrong = "The request signature we calculated does not match the signature you provided. " +
		"Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	for name, c := range map[string]struct {
		id, secret, token       string
		fromSTS, fromECR, words string
	}{
		"unknown key":         {"AKIAAAAAAAAAAAAAAAAA", secret, "", "InvalidClientTokenId", "UnrecognizedClientException", invalid},
		"wrong secret":        {id, secret[1:] + "x", "", "SignatureDoesNotMatch", "InvalidSignatureException", wrong},
		"no session token":    {session.AccessKeyID, session.SecretAccessKey, "", "InvalidClientTokenId", "UnrecognizedClientException", invalid},
		"wrong session token": {session.AccessKeyID, session.SecretAccessKey, session.SessionToken + "A", "InvalidClientTokenId", "UnrecognizedClientException", invalid},
		"needless token":      {id, secret, session.SessionToken, "InvalidClientTokenId", "UnrecognizedClientException", invalid},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fromSTS, fromECR := w.both(credentials.NewStaticCredentialsProvider(c.id, c.secret, c.token))
			wantCode(t, fromSTS, c.fromSTS, c.words)
			wantCode(t, fromECR, c.fromECR, c.words)
		})
	}
}

func TestSessionsExpire(t *testing.T) {
	t.Parallel()
	at := time.Now()
	w := start(t, simulator.Options{Now: func() time.Time { return at }})
	session := w.assume(w.user("ci"), readerRole, "")
	w.Advance(time.Hour)
	fromSTS, fromECR := w.both(session)
	wantCode(t, fromSTS, "ExpiredToken", "The security token included in the request is expired")
	wantCode(t, fromECR, "ExpiredTokenException", "The security token included in the request is expired")
}

func TestClocksMustAgreeToFiveMinutes(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	fits := func(err error, code, words string) {
		t.Helper()
		wantCode(t, err, code, "")
		if err != nil && !strings.Contains(err.Error(), words) {
			t.Errorf("got %v, want it to say %q", err, words)
		}
	}
	w.Advance(4 * time.Minute)
	if fromSTS, fromECR := w.both(w.user("ci")); fromSTS != nil || fromECR != nil {
		t.Errorf("4 minutes apart: %v, %v", fromSTS, fromECR)
	}
	w.Advance(2 * time.Minute)
	fromSTS, fromECR := w.both(w.user("ci"))
	fits(fromSTS, "SignatureDoesNotMatch", "Signature expired: ")
	fits(fromECR, "InvalidSignatureException", " - 5 min.)")
	w.Advance(-12 * time.Minute)
	fromSTS, fromECR = w.both(w.user("ci"))
	fits(fromSTS, "SignatureDoesNotMatch", "Signature not yet current: ")
	fits(fromECR, "InvalidSignatureException", " + 5 min.)")
}

func TestUnsignedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	for name, c := range map[string]struct {
		header, content, body, want string
		status                      int
	}{
		"sts": {"", "application/x-www-form-urlencoded", "Action=GetCallerIdentity&Version=2011-06-15", "<Code>MissingAuthenticationToken</Code>", 403},
		"ecr": {"AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken", "application/x-amz-json-1.1", "{}", `"__type":"MissingAuthenticationTokenException"`, 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			request, _ := http.NewRequest(http.MethodPost, w.env("AWS_ENDPOINT_URL_STS"), strings.NewReader(c.body))
			request.Header.Set("Content-Type", c.content)
			if c.header != "" {
				request.Header.Set("X-Amz-Target", c.header)
			}
			answer, err := w.http.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer answer.Body.Close()
			body, _ := io.ReadAll(answer.Body)
			if answer.StatusCode != c.status || !strings.Contains(string(body), c.want) {
				t.Errorf("got %d %s, want %d %s", answer.StatusCode, body, c.status, c.want)
			}
		})
	}
}

const limited = `
accounts:
  "111111111111":
    users:
      nobody: {allow: []}
      half: {allow: ["ecr-public:*"]}
    roles:
      open:
        trust: [{principal: "111111111111"}]
        allow: ["sts:*"]
`

func TestPermissionsAreAskedFor(t *testing.T) {
	t.Parallel()
	w := configured(t, limited)
	ctx := context.Background()
	const who = "User: arn:aws:iam::111111111111:user/"
	_, fromECR := w.both(w.user("nobody"))
	wantCode(t, fromECR, "AccessDeniedException", who+"nobody is not authorized to perform: ecr:GetAuthorizationToken "+
		"on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action")
	_, err := w.public(w.user("half"), "us-east-1").GetAuthorizationToken(ctx, &ecrpublic.GetAuthorizationTokenInput{})
	wantCode(t, err, "AccessDeniedException", who+"half is not authorized to perform: sts:GetServiceBearerToken "+
		"on resource: * because no identity-based policy allows the sts:GetServiceBearerToken action")
	_, err = w.sts(w.user("nobody")).AssumeRole(ctx, &sts.AssumeRoleInput{
		RoleArn: aws.String("arn:aws:iam::111111111111:role/open"), RoleSessionName: aws.String("build-42"),
	})
	wantCode(t, err, "AccessDenied", who+"nobody is not authorized to perform: sts:AssumeRole "+
		"on resource: arn:aws:iam::111111111111:role/open")
}
