package simulator_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials/ec2rolecreds"
	"github.com/aws/aws-sdk-go-v2/credentials/endpointcreds"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

// instance is the SDK's own provider of an instance role's credentials.
func (w world) instance() aws.CredentialsProvider {
	return aws.NewCredentialsCache(ec2rolecreds.New(func(o *ec2rolecreds.Options) { o.Client = w.imds() }))
}

func TestInstanceRoleWalksAChainToARegistry(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]simulator.Options{"http": {}, "https": {TLS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, o)
			ctx := context.Background()
			deployer := w.assume(w.instance(), deployerRole, "secret-handshake")
			pusher := w.assume(deployer, pusherRole, "second-handshake")
			out, err := w.ecr(pusher, "us-east-1").GetAuthorizationToken(ctx, &ecr.GetAuthorizationTokenInput{})
			if err != nil {
				t.Fatal(err)
			}
			data := out.AuthorizationData[0]
			if got, want := *data.ProxyEndpoint, "https://333333333333.dkr.ecr.us-east-1.amazonaws.com"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if left := time.Until(*data.ExpiresAt); left < 11*time.Hour || left > 12*time.Hour {
				t.Errorf("token lasts %s, want 12h", left)
			}
			login, _ := base64.StdEncoding.DecodeString(*data.AuthorizationToken)
			password, ok := strings.CutPrefix(string(login), "AWS:")
			if !ok || len(password) < 1000 {
				t.Errorf("token does not hold AWS:<long password>")
			}
			for _, secret := range []string{password, *data.AuthorizationToken} {
				if !slices.Contains(w.Secrets(), secret) {
					t.Error("a secret was handed out that Secrets does not know")
				}
			}
			want := "3 × metadata, sts AssumeRole (agent → deployer), sts AssumeRole (deployer → pusher), ecr GetAuthorizationToken (pusher)"
			if diff := cmp.Diff(want, w.Summary()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRecordTellsWhoSignedAndForWhat(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	w.assume(w.user("ci"), readerRole, "")
	request := w.Requests()[0]
	if request.Time.IsZero() {
		t.Error("no time")
	}
	request.Time = time.Time{}
	want := simulator.Request{
		Service: "sts", Action: "AssumeRole", Region: "eu-west-1", Status: http.StatusOK,
		Caller: "arn:aws:iam::111111111111:user/ci", CallerName: "ci", Target: readerRole, TargetName: "reader",
		Params: map[string][]string{"RoleArn": {readerRole}, "RoleSessionName": {"build-42"}},
	}
	if diff := cmp.Diff(want, request); diff != "" {
		t.Error(diff)
	}
}

func TestEachSourceIsItself(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	env := map[string]string{}
	for _, pair := range w.ContainerEnv() {
		name, value, _ := strings.Cut(pair, "=")
		env[name] = value
	}
	container := endpointcreds.New(env["AWS_CONTAINER_CREDENTIALS_FULL_URI"], func(o *endpointcreds.Options) {
		o.AuthorizationToken = env["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
	})
	for prefix, who := range map[string]aws.CredentialsProvider{
		"arn:aws:iam::111111111111:user/ci":                                w.user("ci"),
		"arn:aws:sts::111111111111:assumed-role/agent/i-0a1b2c3d4e5f67890": w.instance(),
		"arn:aws:sts::111111111111:assumed-role/task/":                     container,
		"arn:aws:sts::111111111111:assumed-role/reader/build-42":           w.assume(w.user("ci"), readerRole, ""),
		"arn:aws:sts::222222222222:assumed-role/deployer/build-42":         w.assume(w.instance(), deployerRole, "secret-handshake"),
	} {
		out, err := w.sts(who).GetCallerIdentity(context.Background(), &sts.GetCallerIdentityInput{})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(*out.Arn, prefix) || !strings.Contains(*out.Arn, *out.Account) || *out.UserId == "" {
			t.Errorf("got %s, want %s", *out.Arn, prefix)
		}
	}
}

func TestKeysLookLikeAWSs(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	id, secret := w.StaticKeys("ci")
	if !strings.HasPrefix(id, "AKIA") || len(id) != 20 || len(secret) != 40 {
		t.Errorf("static key %s has %d characters, its secret %d", id, len(id), len(secret))
	}
	c, err := w.assume(w.user("ci"), readerRole, "").Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(c.AccessKeyID, "ASIA") || len(c.AccessKeyID) != 20 || len(c.SessionToken) < 350 {
		t.Errorf("temporary key %s, token of %d characters", c.AccessKeyID, len(c.SessionToken))
	}
}

func TestSecretsAreWrittenForLaterTests(t *testing.T) {
	t.Parallel()
	file := t.TempDir() + "/secrets"
	w := start(t, simulator.Options{SecretsFile: file})
	w.assume(w.user("ci"), readerRole, "")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Count(string(text), "\n"), len(w.Secrets()); got != want {
		t.Errorf("file has %d lines, want %d", got, want)
	}
	if info, _ := os.Stat(file); info.Mode().Perm() != 0o600 {
		t.Errorf("mode %o", info.Mode().Perm())
	}
}
