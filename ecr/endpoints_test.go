package ecr_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/ecr"
)

func parsed(t *testing.T, texts ...string) []ecr.Registry {
	t.Helper()
	var registries []ecr.Registry
	for _, text := range texts {
		r, err := ecr.Parse(text)
		if err != nil {
			t.Fatalf("Parse(%q): %v", text, err)
		}
		registries = append(registries, r)
	}
	return registries
}

func TestEndpointsAreOneForEachCall(t *testing.T) {
	t.Parallel()
	cfg := aws.Config{Region: "eu-west-1"}
	got, err := ecr.Endpoints(t.Context(), cfg, parsed(t,
		"111111111111", "222222222222/eu-west-1", "111111111111/us-east-1", "public",
		"222222222222.dkr-ecr.eu-west-1.on.aws", "public.ecr.aws/alias/app", "111111111111/cn-north-1"))
	want := []string{
		"https://api.ecr.eu-west-1.amazonaws.com", "https://api.ecr.us-east-1.amazonaws.com",
		"https://api.ecr-public.us-east-1.amazonaws.com", "https://api.ecr.cn-north-1.amazonaws.com.cn",
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got  %q, %v\nwant %q", got, err, want)
	}
}

// switches are what AWS_ENDPOINT_URL_<SERVICE>, AWS_USE_FIPS_ENDPOINT and
// AWS_USE_DUALSTACK_ENDPOINT say, where the SDK's clients look for them.
type switches struct {
	urls            map[string]string
	fips, dualStack bool
}

func (s switches) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return s.urls[service], s.urls[service] != "", nil
}

func (s switches) GetUseFIPSEndpoint(context.Context) (aws.FIPSEndpointState, bool, error) {
	if s.fips {
		return aws.FIPSEndpointStateEnabled, true, nil
	}
	return aws.FIPSEndpointStateUnset, false, nil
}

func (s switches) GetUseDualStackEndpoint(context.Context) (aws.DualStackEndpointState, bool, error) {
	if s.dualStack {
		return aws.DualStackEndpointStateEnabled, true, nil
	}
	return aws.DualStackEndpointStateUnset, false, nil
}

func TestEndpointsAreWhereTheSDKCalls(t *testing.T) {
	t.Parallel()
	for name, s := range map[string]switches{
		"as usual":            {},
		"FIPS":                {fips: true},
		"dual-stack":          {dualStack: true},
		"both":                {fips: true, dualStack: true},
		"a URL for ECR":       {urls: map[string]string{"ECR": "http://ecr.internal:8080/path"}},
		"a URL for each":      {urls: map[string]string{"ECR": "http://ecr.internal:8080/", "ECR PUBLIC": "https://public.internal"}},
		"FIPS beside a URL":   {fips: true, urls: map[string]string{"ECR": "http://ecr.internal:8080/"}},
		"a URL that is none":  {urls: map[string]string{"ECR": "http://ecr internal"}},
		"a URL with a secret": {urls: map[string]string{"ECR": "http://user:pass@ecr.internal:8080"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := &recorder{}
			cfg := canned(t, http.StatusOK, "")
			cfg.BaseEndpoint = nil
			cfg.ConfigSources = []any{s}
			cfg.HTTPClient = seen
			for _, text := range []string{"111111111111", "111111111111/us-gov-west-1", "111111111111/cn-north-1", "public"} {
				*seen = recorder{}
				registries := parsed(t, text)
				announced, err := ecr.Endpoints(t.Context(), cfg, registries)
				_, callErr := ecr.Tokens(t.Context(), cfg, registries)
				if err != nil {
					if seen.url != "" || callErr == nil {
						t.Errorf("%s: Endpoints fails with %v, but Tokens calls %s", text, err, seen.url)
					}
					continue
				}
				if len(announced) != 1 || announced[0] != seen.url {
					t.Errorf("%s: Endpoints says %q, Tokens calls %q", text, announced, seen.url)
				}
			}
		})
	}
}

// recorder notes where a request would have gone.
type recorder struct{ url string }

func (r *recorder) Do(request *http.Request) (*http.Response, error) {
	r.url = request.URL.Scheme + "://" + request.URL.Host
	return nil, errors.New("not sent")
}

// Endpoints runs before anything else can, so it must cost next to nothing.
func BenchmarkEndpoints(b *testing.B) {
	for b.Loop() {
		if _, err := ecr.Endpoints(b.Context(), aws.Config{}, []ecr.Registry{{Account: "111111111111", Region: "eu-west-1"}}); err != nil {
			b.Fatal(err)
		}
	}
}
