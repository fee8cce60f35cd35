package simulator_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecr"
	"github.com/aws/aws-sdk-go-v2/service/ecrpublic"
	"github.com/google/go-containerregistry/pkg/authn"
	"github.com/google/go-containerregistry/pkg/name"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/remote"
	"github.com/google/go-containerregistry/pkg/v1/remote/transport"

	"github.com/awsvars/awsvars/simulator"
)

// proxied finds registries as any client does that reads HTTPS_PROXY and
// trusts the file in SSL_CERT_FILE.
func (w world) proxied() *http.Transport {
	w.t.Helper()
	env := map[string]string{}
	for _, pair := range w.RegistryProxyEnv() {
		key, value, _ := strings.Cut(pair, "=")
		env[key] = value
	}
	proxy, err := url.Parse(env["HTTPS_PROXY"])
	if err != nil {
		w.t.Fatal(err)
	}
	bundle, err := os.ReadFile(env["SSL_CERT_FILE"])
	if err != nil {
		w.t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AppendCertsFromPEM(bundle)
	t := &http.Transport{Proxy: http.ProxyURL(proxy), TLSClientConfig: &tls.Config{RootCAs: roots}}
	w.t.Cleanup(t.CloseIdleConnections)
	return t
}

// login is a password for the registries of a region.
func (w world) login(who aws.CredentialsProvider, region string) *authn.Basic {
	w.t.Helper()
	out, err := w.ecr(who, region).GetAuthorizationToken(w.t.Context(), &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	return basic(*out.AuthorizationData[0].AuthorizationToken)
}

func basic(token string) *authn.Basic {
	text, _ := base64.StdEncoding.DecodeString(token)
	return &authn.Basic{Username: "AWS", Password: strings.TrimPrefix(string(text), "AWS:")}
}

// remote talks to registries as one login.
func (w world) remote(login authn.Authenticator) []remote.Option {
	return []remote.Option{
		remote.WithTransport(w.proxied()), remote.WithAuth(login), remote.WithContext(w.t.Context()),
		remote.WithRetryBackoff(remote.Backoff{Steps: 1}), remote.WithRetryStatusCodes(),
	}
}

func tag(t *testing.T, text string) name.Tag {
	t.Helper()
	tag, err := name.NewTag(text)
	if err != nil {
		t.Fatal(err)
	}
	return tag
}

func randomImage(t *testing.T, size, layers int64) v1.Image {
	t.Helper()
	image, err := random.Image(size, layers)
	if err != nil {
		t.Fatal(err)
	}
	return image
}

// wantRegistry checks a registry's answer: status, code and message.
func wantRegistry(t *testing.T, err error, status int, code transport.ErrorCode, message string) {
	t.Helper()
	var refused *transport.Error
	if !errors.As(err, &refused) {
		t.Fatalf("got %v, want a registry's error %d %s", err, status, code)
	}
	if refused.StatusCode != status || len(refused.Errors) != 1 || refused.Errors[0].Code != code || refused.Errors[0].Message != message {
		t.Errorf("got  %d %v\nwant %d %s: %s", refused.StatusCode, refused.Errors, status, code, message)
	}
}

const world2 = `
accounts:
  "111111111111":
    users:
      ci: {}
      puller: {allow: ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]}
      pusher:
        allow:
          - ecr:GetAuthorizationToken
          - ecr:BatchCheckLayerAvailability
          - ecr:InitiateLayerUpload
          - ecr:UploadLayerPart
          - ecr:CompleteLayerUpload
          - ecr:PutImage
    repositories:
      eu-west-1:
        app: {}
        other: {}
        frozen: {tag-mutability: IMMUTABLE}
        thawing: {tag-mutability: IMMUTABLE_WITH_EXCLUSION, tag-exclusions: ["dev-*"]}
      us-gov-west-1:
        app: {}
    public:
      a1b2c3d4/app: {}
  "222222222222":
    users:
      other: {}
    repositories:
      eu-west-1:
        app: {}
        shared: {shared-with: ["111111111111"]}
`

func TestRegistriesAnswerByTheirRealNames(t *testing.T) {
	t.Parallel()
	for kind, o := range map[string]simulator.Options{"http": {}, "https": {TLS: true}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			config, err := simulator.ParseConfig([]byte(world2))
			if err != nil {
				t.Fatal(err)
			}
			o.Config = config
			w := start(t, o)
			options := w.remote(w.login(w.user("ci"), "eu-west-1"))
			image := randomImage(t, 1000, 3)
			if err := remote.Write(tag(t, "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1"), image, options...); err != nil {
				t.Fatal(err)
			}
			want, err := image.Digest()
			if err != nil {
				t.Fatal(err)
			}
			for _, host := range []string{
				"111111111111.dkr.ecr.eu-west-1.amazonaws.com", "111111111111.dkr.ecr-fips.eu-west-1.amazonaws.com",
				"111111111111.dkr-ecr.eu-west-1.on.aws", "111111111111.dkr-ecr-fips.eu-west-1.on.aws",
			} {
				got, err := remote.Image(tag(t, host+"/app:1"), options...)
				if err != nil {
					t.Fatal(err)
				}
				if digest, err := got.Digest(); err != nil || digest != want {
					t.Errorf("%s: got %s %v, want %s", host, digest, err, want)
				}
				layers, err := got.Layers()
				if err != nil || len(layers) != 3 {
					t.Fatalf("%s: got %d layers, %v", host, len(layers), err)
				}
				content, err := layers[2].Compressed()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := io.Copy(io.Discard, content); err != nil {
					t.Errorf("%s: reading a layer: %v", host, err)
				}
			}
		})
	}
}

func TestTheProxyLeadsToRegistriesOnly(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	client := &http.Client{Transport: w.proxied()}
	for address, want := range map[string]string{
		"https://111111111111.dkr.ecr.cn-north-1.amazonaws.com.cn/v2/":          "401",
		"https://111111111111.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/":  "401",
		"https://111111111111.dkr.ecr.eusc-de-east-1.amazonaws.eu/v2/":          "401",
		"https://public.ecr.aws/v2/":                                            "401",
		"https://ecr-public.aws.com/v2/":                                        "401",
		"https://111111111111.dkr.ecr.eu-west-1.amazonaws.com:8443/v2/":         "Forbidden",
		"https://111111111111.dkr.ecr.eu-west-1.amazonaws.com.cn/v2/":           "Forbidden",
		"https://111111111111.dkr-ecr.eu-west-1.amazonaws.com/v2/":              "Forbidden",
		"https://111111111111.dkr.ecr.eu-west-1.on.aws/v2/":                     "Forbidden",
		"https://111111111111.dkr.ecr-fips.cn-north-1.amazonaws.com.cn/v2/":     "Forbidden",
		"https://111111111111.dkr.ecr.us-east-1.evil.com.amazonaws.com/v2/":     "Forbidden",
		"https://11111111111.dkr.ecr.eu-west-1.amazonaws.com/v2/":               "Forbidden",
		"https://sts.amazonaws.com/":                                            "Forbidden",
		"https://example.com/":                                                  "Forbidden",
		"https://111111111111.dkr.ecr.eu-west-1.amazonaws.com.example.com/v2/":  "Forbidden",
		"https://x111111111111.dkr.ecr.eu-west-1.amazonaws.com/v2/":             "Forbidden",
		"http://111111111111.dkr.ecr.eu-west-1.amazonaws.com/v2/":               "403",
		"https://111111111111.dkr-ecr-fips.eu-west-1.on.amazonwebservices.com/": "Forbidden",
	} {
		answer, err := client.Get(address)
		got := ""
		if err != nil {
			got = err.Error()
		} else {
			got = answer.Status
			_ = answer.Body.Close()
		}
		if !strings.Contains(got, want) {
			t.Errorf("%s: got %s, want %s", address, got, want)
		}
	}
}

// A certificate is made for the name in SNI, and only for a registry's.
func TestOtherNamesGetNoCertificate(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	transport := w.proxied()
	transport.TLSClientConfig.ServerName = "example.com"
	_, err := (&http.Client{Transport: transport}).Get("https://111111111111.dkr.ecr.eu-west-1.amazonaws.com/v2/")
	if err == nil || !strings.Contains(err.Error(), "tls:") {
		t.Errorf("got %v, want a refused handshake", err)
	}
}

func TestTokensOpenTheirRegionOnly(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	login := w.login(w.user("ci"), "eu-central-1")
	publicLogin, err := w.public(w.user("ci"), "us-east-1").GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	reference := tag(t, "111111111111.dkr.ecr.eu-west-1.amazonaws.com/app:1")
	for kind, login := range map[string]*authn.Basic{
		"another region's": login, "ECR Public's": basic(*publicLogin.AuthorizationData.AuthorizationToken),
		"made up": {Username: "AWS", Password: "made up"},
	} {
		_, err := remote.Head(reference, w.remote(login)...)
		var refused *transport.Error
		if !errors.As(err, &refused) || refused.StatusCode != http.StatusBadRequest {
			t.Errorf("%s token: got %v, want 400 Bad Request", kind, err)
		}
	}
	_, err = remote.Get(reference, w.remote(login)...)
	wantRegistry(t, err, 400, "DENIED", "Your Authorization Token is invalid.")
}

func TestECRPublicHandsTokensOut(t *testing.T) {
	t.Parallel()
	w := configured(t, world2)
	out, err := w.public(w.user("ci"), "us-east-1").GetAuthorizationToken(context.Background(), &ecrpublic.GetAuthorizationTokenInput{})
	if err != nil {
		t.Fatal(err)
	}
	reference := tag(t, "public.ecr.aws/a1b2c3d4/app:1")
	mine := w.remote(basic(*out.AuthorizationData.AuthorizationToken))
	if err := remote.Write(reference, randomImage(t, 100, 1), mine...); err != nil {
		t.Fatal(err)
	}
	if _, err := remote.Get(reference, w.remote(authn.Anonymous)...); err != nil {
		t.Errorf("anybody may pull: %v", err)
	}
	err = remote.Write(reference, randomImage(t, 100, 1), w.remote(authn.Anonymous)...)
	wantRegistry(t, err, 403, "DENIED", "Not Authorized")
	err = remote.Write(tag(t, "public.ecr.aws/a1b2c3d4/none:1"), randomImage(t, 100, 1), mine...)
	wantRegistry(t, err, 404, "NAME_UNKNOWN", "The repository with name 'a1b2c3d4/none' does not exist in the registry with id '111111111111'")
}

// The far end is a round trip away, the proxy is not: a handshake of TCP, one
// of TLS, and the request.
func TestTheProxysRoundTripsAreTheRegistrys(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{RTT: rtt})
	client := &http.Client{Transport: w.proxied()}
	for turn, want := range []time.Duration{3 * rtt, rtt} {
		before := time.Now()
		answer, err := client.Get("https://111111111111.dkr.ecr.eu-west-1.amazonaws.com/v2/")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		_ = answer.Body.Close()
		if took := time.Since(before); took < want {
			t.Errorf("request %d took %s, want at least %s", turn+1, took, want)
		}
	}
}

// Whatever a client asks for, it gets an answer.
func FuzzRegistriesAnswer(f *testing.F) {
	config, err := simulator.ParseConfig([]byte(world2))
	if err != nil {
		f.Fatal(err)
	}
	w := start(f, simulator.Options{Config: config})
	login := w.login(w.user("ci"), "eu-west-1")
	transport := w.proxied()
	for _, seed := range [][2]string{
		{"GET", "/v2/"},
		{"PUT", "/v2/app/manifests/1"},
		{"POST", "/v2/app/blobs/uploads/?digest=x"},
		{"GET", "/v2/app/tags/list?n=1&last=x"},
		{"DELETE", "/v2/app/manifests/sha256:0"},
		{"GET", "/v2/app/blobs/../../../x"},
		{"PATCH", "/v2/tags/tags/tags/blobs/uploads/1"},
		{"GET", "/token/"},
	} {
		f.Add(seed[0], seed[1], `{"config":{},"layers":[{}]}`)
	}
	f.Fuzz(func(t *testing.T, method, path, body string) {
		request, err := http.NewRequest(method, "https://111111111111.dkr.ecr.eu-west-1.amazonaws.com/"+strings.TrimPrefix(path, "/"), strings.NewReader(body))
		if err != nil || request.URL.Host != "111111111111.dkr.ecr.eu-west-1.amazonaws.com" {
			return
		}
		request.SetBasicAuth(login.Username, login.Password)
		answer, err := transport.RoundTrip(request)
		if err != nil && !strings.Contains(err.Error(), "net/http: invalid") {
			t.Fatal(err)
		}
		if err == nil {
			_ = answer.Body.Close()
		}
	})
}
