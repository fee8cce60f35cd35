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
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
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

func TestEveryAskedRegistryGetsAToken(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	client := w.ecr(w.user("ci"), "eu-central-1")
	ask := func(ids ...string) ([]string, error) {
		out, err := client.GetAuthorizationToken(context.Background(), &ecr.GetAuthorizationTokenInput{RegistryIds: ids})
		if err != nil {
			return nil, err
		}
		var hosts []string
		for _, data := range out.AuthorizationData {
			hosts = append(hosts, *data.ProxyEndpoint)
		}
		return hosts, nil
	}
	got, err := ask("222222222222", "444444444444")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"https://222222222222.dkr.ecr.eu-central-1.amazonaws.com", "https://444444444444.dkr.ecr.eu-central-1.amazonaws.com"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	_, err = ask(slices.Repeat([]string{"222222222222"}, 11)...)
	wantCode(t, err, "InvalidParameterException", "")
	_, err = ask("1234")
	wantCode(t, err, "InvalidParameterException", "")
}

func TestPublicTokensComeFromOneRegion(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	out, err := w.public(w.user("ci"), "us-east-1").GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	if *out.AuthorizationData.AuthorizationToken == "" {
		t.Error("no token")
	}
	_, err = w.public(w.user("ci"), "eu-west-1").GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	wantCode(t, err, "InvalidSignatureException", "Credential should be scoped to a valid region. ")
}

func TestHostsFollowThePartition(t *testing.T) {
	t.Parallel()
	for region, want := range map[string]string{
		"cn-north-1":      "https://111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn",
		"us-gov-west-1":   "https://111111111111.dkr.ecr.us-gov-west-1.amazonaws.com",
		"eusc-de-east-1":  "https://111111111111.dkr.ecr.eusc-de-east-1.amazonaws.eu",
		"us-iso-east-1":   "https://111111111111.dkr.ecr.us-iso-east-1.c2s.ic.gov",
		"us-isob-east-1":  "https://111111111111.dkr.ecr.us-isob-east-1.sc2s.sgov.gov",
		"eu-isoe-west-1":  "https://111111111111.dkr.ecr.eu-isoe-west-1.cloud.adc-e.uk",
		"us-isof-south-1": "https://111111111111.dkr.ecr.us-isof-south-1.csp.hci.ic.gov",
	} {
		w := configured(t, "region: "+region+"\naccounts: {\"111111111111\": {users: {ci: {}}}}")
		out, err := w.ecr(w.user("ci"), region).GetAuthorizationToken(context.Background(), &ecr.GetAuthorizationTokenInput{})
		if err != nil {
			t.Fatal(err)
		}
		if got := *out.AuthorizationData[0].ProxyEndpoint; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
		_, err = w.ecr(w.user("ci"), "eu-west-1").GetAuthorizationToken(context.Background(), &ecr.GetAuthorizationTokenInput{})
		wantCode(t, err, "UnrecognizedClientException", "The security token included in the request is invalid.")
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
