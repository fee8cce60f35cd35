package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/simulator"
)

const (
	agentRole    = "arn:aws:iam::111111111111:role/agent"
	readerRole   = "arn:aws:iam::111111111111:role/reader"
	githubRole   = "arn:aws:iam::111111111111:role/github"
	deployerRole = "arn:aws:iam::222222222222:role/deployer"
	pusherRole   = "arn:aws:iam::333333333333:role/pusher"
)

// world is a simulator with real SDK clients for it.
type world struct {
	*simulator.Simulator
	t    testing.TB
	http *http.Client
}

func start(t testing.TB, o simulator.Options) world {
	t.Helper()
	sim, err := simulator.Start(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sim.Close(); err != nil {
			t.Error(err)
		}
	})
	transport := &http.Transport{}
	if ca := sim.CA(); ca != nil {
		roots := x509.NewCertPool()
		roots.AppendCertsFromPEM(ca)
		transport.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return world{sim, t, &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// configured starts a simulator with a configuration of its own.
func configured(t testing.TB, text string) world {
	t.Helper()
	config, err := simulator.ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return start(t, simulator.Options{Config: config})
}

func (w world) env(name string) string {
	w.t.Helper()
	value, ok := w.Lookup(name)
	if !ok {
		w.t.Fatalf("%s is not in the environment", name)
	}
	return value
}

func (w world) user(name string) aws.CredentialsProvider {
	id, secret := w.StaticKeys(name)
	return credentials.NewStaticCredentialsProvider(id, secret, "")
}

func (w world) sts(who aws.CredentialsProvider) *sts.Client {
	return sts.New(sts.Options{
		Region: "eu-west-1", Credentials: who, HTTPClient: w.http,
		BaseEndpoint: aws.String(w.env("AWS_ENDPOINT_URL_STS")), Retryer: aws.NopRetryer{},
	})
}

func (w world) ecr(who aws.CredentialsProvider, region string) *ecr.Client {
	return ecr.New(ecr.Options{
		Region: region, Credentials: who, HTTPClient: w.http,
		BaseEndpoint: aws.String(w.env("AWS_ENDPOINT_URL_ECR")), Retryer: aws.NopRetryer{},
	})
}

func (w world) public(who aws.CredentialsProvider, region string) *ecrpublic.Client {
	return ecrpublic.New(ecrpublic.Options{
		Region: region, Credentials: who, HTTPClient: w.http,
		BaseEndpoint: aws.String(w.env("AWS_ENDPOINT_URL_ECR_PUBLIC")), Retryer: aws.NopRetryer{},
	})
}

func (w world) imds() *imds.Client {
	return imds.New(imds.Options{
		Endpoint: w.env("AWS_EC2_METADATA_SERVICE_ENDPOINT"), HTTPClient: w.http,
		ClientEnableState: imds.ClientEnabled, Retryer: aws.NopRetryer{},
	})
}

// assume assumes a role and fails the test if that is refused.
func (w world) assume(who aws.CredentialsProvider, role, externalID string) aws.CredentialsProvider {
	w.t.Helper()
	input := &sts.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("build-42")}
	if externalID != "" {
		input.ExternalId = aws.String(externalID)
	}
	out, err := w.sts(who).AssumeRole(context.Background(), input)
	if err != nil {
		w.t.Fatal(err)
	}
	c := out.Credentials
	return credentials.NewStaticCredentialsProvider(*c.AccessKeyId, *c.SecretAccessKey, *c.SessionToken)
}

// wantCode checks AWS's code, and the message if one is given.
func wantCode(t *testing.T, err error, code, message string) {
	t.Helper()
	var refused smithy.APIError
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want an API error %s", err, code)
	}
	if refused.ErrorCode() != code || message != "" && refused.ErrorMessage() != message {
		t.Errorf("got  %s %q\nwant %s %q", refused.ErrorCode(), refused.ErrorMessage(), code, message)
	}
}
