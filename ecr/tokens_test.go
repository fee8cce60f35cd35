package ecr_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/ecr"
	"github.com/awsvars/awsvars/simulator"
)

// start returns a simulator and what a client of user ci has to know of it.
func start(t *testing.T, options simulator.Options) (*simulator.Simulator, aws.Config) {
	t.Helper()
	s, err := simulator.Start(options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	url, _ := s.Lookup("AWS_ENDPOINT_URL_ECR")
	id, secret := s.StaticKeys("ci")
	return s, aws.Config{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(url),
		Retryer:      func() aws.Retryer { return aws.NopRetryer{} },
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret}, nil
		}),
	}
}

// asked lists the calls by service and region; side by side they have no
// order.
func asked(s *simulator.Simulator) []string {
	var calls []string
	for _, r := range s.Requests() {
		calls = append(calls, r.Service+" "+r.Region)
	}
	slices.Sort(calls)
	return calls
}

func TestTokensMakesOneCallForEachRegionAndKeepsTheOrder(t *testing.T) {
	t.Parallel()
	s, cfg := start(t, simulator.Options{})
	registries := parsed(t,
		"222222222222/us-east-1", "111111111111", "public", "222222222222.dkr-ecr.eu-west-1.on.aws/app:1",
		"ecr-public.aws.com", "111111111111/us-east-1", "111111111111.dkr.ecr-fips.us-west-2.amazonaws.com", "333333333333")
	registries = append(registries, ecr.Registry{}, ecr.Registry{Region: "eu-central-1"})
	tokens, err := ecr.Tokens(t.Context(), cfg, registries)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"ecr eu-central-1", "ecr eu-west-1", "ecr us-east-1", "ecr us-west-2", "ecr-public us-east-1"}
	if got := asked(s); !slices.Equal(got, want) {
		t.Errorf("asked %q, want %q", got, want)
	}
	for _, r := range s.Requests() {
		if ids := r.Params["registryIds"]; len(ids) > 0 {
			t.Errorf("the deprecated registryIds holds %q", ids)
		}
	}
	var got []string
	for _, token := range tokens {
		got = append(got, token.Registry.Key()+" "+token.ProxyEndpoint())
		checkToken(t, token)
	}
	want = []string{
		"222222222222.us-east-1 https://222222222222.dkr.ecr.us-east-1.amazonaws.com",
		"111111111111.eu-west-1 https://111111111111.dkr.ecr.eu-west-1.amazonaws.com",
		"public https://public.ecr.aws",
		"222222222222.eu-west-1 https://222222222222.dkr-ecr.eu-west-1.on.aws",
		"public https://ecr-public.aws.com",
		"111111111111.us-east-1 https://111111111111.dkr.ecr.us-east-1.amazonaws.com",
		"111111111111.us-west-2 https://111111111111.dkr.ecr-fips.us-west-2.amazonaws.com",
		"333333333333.eu-west-1 https://333333333333.dkr.ecr.eu-west-1.amazonaws.com",
		// AWS says which account the caller's own is.
		"111111111111.eu-west-1 https://111111111111.dkr.ecr.eu-west-1.amazonaws.com",
		"111111111111.eu-central-1 https://111111111111.dkr.ecr.eu-central-1.amazonaws.com",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func checkToken(t *testing.T, token ecr.Token) {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(token.Authorization.Open())
	if err != nil || string(plain) != "AWS:"+token.Password.Open() || token.Username != "AWS" {
		t.Errorf("%s: the token is not the user and the password", token.Registry)
	}
	if left := time.Until(token.Expires); left < 11*time.Hour || left > 13*time.Hour || token.Expires.Location() != time.UTC {
		t.Errorf("%s: expires %v", token.Registry, token.Expires)
	}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, token); strings.Contains(text, token.Password.Open()) || strings.Contains(text, token.Authorization.Open()) {
			t.Errorf("%s prints the password", verb)
		}
	}
}

func TestTokensAsksRegionsSideBySide(t *testing.T) {
	t.Parallel()
	const rtt = 100 * time.Millisecond
	_, cfg := start(t, simulator.Options{RTT: rtt})
	var registries []ecr.Registry
	for _, region := range []string{"eu-west-1", "eu-west-2", "eu-west-3", "us-east-1", "us-east-2", "us-west-1", "us-west-2", "ap-south-1"} {
		registries = append(registries, parsed(t, "111111111111/"+region, "222222222222/"+region)...)
	}
	begin := time.Now()
	if _, err := ecr.Tokens(t.Context(), cfg, registries); err != nil {
		t.Fatal(err)
	}
	// One after the other the calls would take nine round trips.
	if took := time.Since(begin); took > 6*rtt {
		t.Errorf("8 regions took %v, at a round trip of %v", took, rtt)
	}
}

func TestTokensSaysWhatTheCallersPolicyMustAllow(t *testing.T) {
	t.Parallel()
	config, err := simulator.ParseConfig([]byte(simulator.BuiltIn()))
	if err != nil {
		t.Fatal(err)
	}
	config.Accounts["111111111111"].Users["ci"] = simulator.User{Allow: []string{"ecr-public:*"}}
	_, cfg := start(t, simulator.Options{Config: config})
	for text, want := range map[string]string{
		"222222222222/us-east-1": `getting a token for registry "222222222222.dkr.ecr.us-east-1.amazonaws.com": access denied: User: arn:aws:iam::111111111111:user/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: *`,
		"public":                 `getting a token for registry "public.ecr.aws": access denied: User: arn:aws:iam::111111111111:user/ci is not authorized to perform: sts:GetServiceBearerToken on resource: *`,
	} {
		_, err := ecr.Tokens(t.Context(), cfg, parsed(t, text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		var hinter interface{ Hint() string }
		if !errors.As(err, &hinter) || !strings.Contains(hinter.Hint(), "GetAuthorizationToken") {
			t.Errorf("%s: no hint", text)
		}
	}
}

func TestTokensReportsEveryRegionThatFailed(t *testing.T) {
	t.Parallel()
	_, cfg := start(t, simulator.Options{})
	// Both requests wait for each other, so that neither fails before the
	// other is under way.
	cfg.HTTPClient = &together{waiting: make(chan struct{}), want: 2}
	_, err := ecr.Tokens(t.Context(), cfg, parsed(t, "111111111111/eu-west-1", "222222222222/eu-west-1", "111111111111/us-east-1"))
	want := `getting a token for registries "111111111111.dkr.ecr.eu-west-1.amazonaws.com", "222222222222.dkr.ecr.eu-west-1.amazonaws.com": `
	if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "\ngetting a token for registry \"111111111111.dkr.ecr.us-east-1.amazonaws.com\": ") {
		t.Errorf("got %v", err)
	}
}

func TestTokensStopsTheOthersWhenARegionFails(t *testing.T) {
	t.Parallel()
	s, cfg := start(t, simulator.Options{})
	s.Inject(simulator.Fault{Service: "ecr", Call: "*", Kind: "slow", Duration: time.Minute})
	s.Inject(simulator.Fault{Service: "ecr-public", Call: "*", Kind: "denied"})
	begin := time.Now()
	_, err := ecr.Tokens(t.Context(), cfg, parsed(t, "111111111111", "public"))
	if err == nil || strings.Contains(err.Error(), "canceled") || !strings.HasPrefix(err.Error(), `getting a token for registry "public.ecr.aws": access denied`) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(begin); took > 30*time.Second {
		t.Errorf("it took %v to fail", took)
	}
}

func TestTokensSaysThatTimeIsUp(t *testing.T) {
	t.Parallel()
	s, cfg := start(t, simulator.Options{})
	s.Inject(simulator.Fault{Service: "ecr", Call: "*", Kind: "slow", Duration: time.Minute})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := ecr.Tokens(ctx, cfg, parsed(t, "111111111111"))
	if !errors.Is(err, context.DeadlineExceeded) || !strings.HasPrefix(err.Error(), "getting a token for registry ") {
		t.Errorf("got %v", err)
	}
}

func TestTokensNeverTakesASpoiledAnswer(t *testing.T) {
	t.Parallel()
	s, cfg := start(t, simulator.Options{})
	for _, kind := range []string{"throttle", "500", "503", "reset", "cut", "malformed", "expired", "denied", "empty", "redirect", "html"} {
		for _, text := range []string{"111111111111", "public"} {
			s.Inject(simulator.Fault{Service: "*", Call: "*", Kind: kind, Times: 1})
			tokens, err := ecr.Tokens(t.Context(), cfg, parsed(t, text))
			if err == nil || tokens != nil {
				t.Errorf("%s, %s: got %v, %v", kind, text, tokens, err)
				continue
			}
			t.Logf("%s: %v", kind, err)
			for _, secret := range s.Secrets() {
				if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), secret) {
					t.Errorf("%s, %s: a secret stands in %v", kind, text, err)
				}
			}
		}
	}
}
