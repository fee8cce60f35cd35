package simulator_test

import (
	"context"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

func TestEveryAskedRegistryGetsAToken(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	client := w.ecr(w.user("ci"), "eu-central-1")
	ask := func(ids ...string) ([]string, error) {
		input := &ecr.GetAuthorizationTokenInput{}
		//lint:ignore SA1019 deprecated, and still what tools send
		input.RegistryIds = ids
		out, err := client.GetAuthorizationToken(context.Background(), input)
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
