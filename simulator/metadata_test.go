package simulator_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/ec2/imds"

	"github.com/awsvars/awsvars/simulator"
)

// metadata makes one bare request of the metadata service.
func (w world) metadata(method, path string, header ...string) (int, string) {
	w.t.Helper()
	request, err := http.NewRequest(method, w.env("AWS_EC2_METADATA_SERVICE_ENDPOINT")+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	return w.send(request)
}

const (
	ttl       = "X-aws-ec2-metadata-token-ttl-seconds"
	imdsToken = "X-aws-ec2-metadata-token"
	roles     = "/latest/meta-data/iam/security-credentials/"
)

func TestMetadataWantsAToken(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	if status, _ := w.metadata("GET", roles); status != http.StatusUnauthorized {
		t.Errorf("without a token: %d", status)
	}
	if status, _ := w.metadata("GET", roles, imdsToken, "made-up"); status != http.StatusUnauthorized {
		t.Errorf("with a made-up token: %d", status)
	}
	for _, seconds := range []string{"", "0", "21601", "x"} {
		if status, _ := w.metadata("PUT", "/latest/api/token", ttl, seconds); status != http.StatusBadRequest {
			t.Errorf("for %q seconds: %d", seconds, status)
		}
	}
	if status, _ := w.metadata("PUT", "/latest/api/token", ttl, "60", "X-Forwarded-For", "10.0.0.1"); status != http.StatusForbidden {
		t.Errorf("through a proxy: %d", status)
	}
	_, token := w.metadata("PUT", "/latest/api/token", ttl, "60")
	if status, body := w.metadata("GET", roles, imdsToken, token); status != http.StatusOK || body != "agent" {
		t.Errorf("with a token: %d %s", status, body)
	}
	if status, _ := w.metadata("GET", roles+"other", imdsToken, token); status != http.StatusNotFound {
		t.Errorf("another role: %d", status)
	}
	w.Advance(time.Minute)
	if status, _ := w.metadata("GET", roles, imdsToken, token); status != http.StatusUnauthorized {
		t.Errorf("with an expired token: %d", status)
	}
}

func TestMetadataVersion1WhereItIsAllowed(t *testing.T) {
	t.Parallel()
	w := configured(t, strings.Replace(simulator.BuiltIn(), "imds-v1: false", "imds-v1: true", 1))
	if status, body := w.metadata("GET", roles); status != http.StatusOK || body != "agent" {
		t.Errorf("without a token: %d %s", status, body)
	}
	if status, _ := w.metadata("GET", roles, imdsToken, "made-up"); status != http.StatusUnauthorized {
		t.Errorf("with a made-up token: %d", status)
	}
}

func TestAnInstanceWithoutARoleHasNoCredentials(t *testing.T) {
	t.Parallel()
	w := configured(t, "imds-v1: true")
	for _, path := range []string{roles, roles + "agent", "/latest/meta-data/iam/info"} {
		if status, _ := w.metadata("GET", path); status != http.StatusNotFound {
			t.Errorf("%s: %d", path, status)
		}
	}
}

func TestMetadataDescribesTheInstance(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	ctx := t.Context()
	client := w.imds()
	region, err := client.GetRegion(ctx, &imds.GetRegionInput{})
	if err != nil || region.Region != "eu-west-1" {
		t.Error(region, err)
	}
	info, err := client.GetIAMInfo(ctx, &imds.GetIAMInfoInput{})
	if err != nil || info.InstanceProfileArn != "arn:aws:iam::111111111111:instance-profile/agent" {
		t.Error(info, err)
	}
	document, err := client.GetInstanceIdentityDocument(ctx, &imds.GetInstanceIdentityDocumentInput{})
	if err != nil || document.AccountID != "111111111111" || document.InstanceID != "i-0a1b2c3d4e5f67890" {
		t.Error(document, err)
	}
	for path, want := range map[string]string{"placement/availability-zone": "eu-west-1a", "instance-id": "i-0a1b2c3d4e5f67890"} {
		out, err := client.GetMetadata(ctx, &imds.GetMetadataInput{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := io.ReadAll(out.Content); string(got) != want {
			t.Errorf("%s: got %s, want %s", path, got, want)
		}
	}
}

func TestInstanceCredentialsAreRenewedInTime(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	first, err := w.instance().Retrieve(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, _ := w.instance().Retrieve(t.Context())
	if first.AccessKeyID != again.AccessKeyID {
		t.Error("credentials changed although they are fresh")
	}
	w.Advance(5*time.Hour + time.Minute)
	later, _ := w.instance().Retrieve(t.Context())
	if first.AccessKeyID == later.AccessKeyID {
		t.Error("credentials are the same an hour before their end")
	}
}

func TestContainerCredentialsWantTheToken(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	_, address, _ := strings.Cut(w.ContainerEnv()[0], "=")
	_, token, _ := strings.Cut(w.ContainerEnv()[1], "=")
	for given, want := range map[string]int{"": 401, "Bearer " + token: 401, token: 200} {
		request, _ := http.NewRequest(http.MethodGet, address, nil)
		request.Header.Set("Authorization", given)
		if status, body := w.send(request); status != want {
			t.Errorf("got %d %s, want %d", status, body, want)
		}
	}
}
