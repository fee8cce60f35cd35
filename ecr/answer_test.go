package ecr_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/awsvars/awsvars/ecr"
)

// canned is an AWS that gives every call the same answer. It stands in for
// the simulator where an answer must be one that AWS never gives.
func canned(t *testing.T, status int, body string) aws.Config {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return aws.Config{
		Region:       "eu-west-1",
		BaseEndpoint: aws.String(server.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: "key"}, nil
		}),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} },
	}
}

const password = "cGFzc3dvcmQtb2YtdGhlLXRlc3Q="

func answerWith(token, expires, endpoint string) string {
	return fmt.Sprintf(`{"authorizationData":[{"authorizationToken":%s,"expiresAt":%s,"proxyEndpoint":%s}]}`, token, expires, endpoint)
}

func encoded(plain string) string {
	return `"` + base64.StdEncoding.EncodeToString([]byte(plain)) + `"`
}

func TestTokensRefusesAnswersThatAreNoLogin(t *testing.T) {
	t.Parallel()
	const endpoint = `"https://111111111111.dkr.ecr.eu-west-1.amazonaws.com"`
	good := encoded("AWS:" + password)
	for name, c := range map[string]struct{ body, want string }{
		"nothing":          {"", "AWS's answer holds no token"},
		"an empty object":  {"{}", "AWS's answer holds no token"},
		"an empty list":    {`{"authorizationData":[]}`, "AWS's answer holds no token"},
		"an empty element": {`{"authorizationData":[{}]}`, "AWS's answer holds no token"},
		"no token":         {answerWith(`""`, "1893456000", endpoint), "AWS's answer holds no token"},
		"no expiry":        {answerWith(good, "null", endpoint), "AWS's answer holds no time of expiry"},
		"expiry 0":         {answerWith(good, "0", endpoint), "AWS's answer holds no time of expiry"},
		"no base64":        {answerWith(`"!`+password+`!"`, "1893456000", endpoint), "the token in AWS's answer is not base64"},
		"no user":          {answerWith(encoded(password), "1893456000", endpoint), "the token in AWS's answer is not for the user AWS"},
		"another user":     {answerWith(encoded("aws:"+password), "1893456000", endpoint), "the token in AWS's answer is not for the user AWS"},
		"no password":      {answerWith(encoded("AWS:"), "1893456000", endpoint), "the token in AWS's answer holds no password"},
		"a line break":     {answerWith(encoded("AWS:"+password+"\nx"), "1893456000", endpoint), "the password in AWS's answer is not plain ASCII"},
		"no endpoint":      {answerWith(good, "1893456000", "null"), `AWS's answer names "" as the caller's own registry in eu-west-1, which it cannot be: give the account ID`},
		"another region": {
			answerWith(good, "1893456000", `"https://111111111111.dkr.ecr.us-east-1.amazonaws.com"`),
			`AWS's answer names "https://111111111111.dkr.ecr.us-east-1.amazonaws.com" as the caller's own registry in eu-west-1, which it cannot be: give the account ID`,
		},
		"a hostile endpoint": {answerWith(good, "1893456000", `"https://111111111111.dkr.ecr.eu-west-1.amazonaws.com.evil.com"`), "which it cannot be"},
		// The SDK's decoder would quote the token here.
		"a text for the list":   {`{"authorizationData":` + good + `}`, "not of the expected form"},
		"a text for an element": {`{"authorizationData":[` + good + `]}`, "not of the expected form"},
		"a text for the expiry": {answerWith(good, good, endpoint), "not of the expected form"},
		"half a document":       {answerWith(good, "1893456000", endpoint)[:60], "not of the expected form"},
		"a web page":            {"<html>" + password, "not of the expected form"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokens, err := ecr.Tokens(t.Context(), canned(t, http.StatusOK, c.body), []ecr.Registry{{}})
			if err == nil || len(tokens) > 0 {
				t.Fatalf("got %v, %v; want an error", tokens, err)
			}
			if !strings.HasPrefix(err.Error(), `getting a token for registry of the caller's own account in "eu-west-1": `) || !strings.HasSuffix(err.Error(), c.want) && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
			checkNoToken(t, err)
		})
	}
}

// checkNoToken looks through the whole chain, as a debugger's dump would.
func checkNoToken(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, text := range []string{e.Error(), fmt.Sprintf("%+v", e), fmt.Sprintf("%#v", e)} {
			for _, secret := range []string{password, strings.Trim(encoded("AWS:"+password), `"`)} {
				if strings.Contains(text, secret) {
					t.Errorf("the token stands in %T: %s", e, text)
				}
			}
		}
	}
}

func TestTokensRefusesAPublicAnswerThatIsNoLogin(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"nothing":   "{}",
		"no token":  `{"authorizationData":{"expiresAt":1893456000}}`,
		"no expiry": `{"authorizationData":{"authorizationToken":` + encoded("AWS:"+password) + `}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := ecr.Tokens(t.Context(), canned(t, http.StatusOK, body), []ecr.Registry{{Public: true}})
			if err == nil || !strings.HasPrefix(err.Error(), `getting a token for registry "public.ecr.aws": AWS's answer holds no `) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTokensExplainsRefusals(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		registry         ecr.Registry
		code, said, hint string
	}{
		"denied":         {ecr.Registry{}, "AccessDeniedException", "access denied", "the caller's policies must allow ecr:GetAuthorizationToken on the resource *"},
		"denied, public": {ecr.Registry{Public: true}, "AccessDeniedException", "access denied", "the caller's policies must allow ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken on the resource *"},
		"unknown keys":   {ecr.Registry{}, "UnrecognizedClientException", "UnrecognizedClientException", "AWS does not know this key: is it deleted or inactive, is the session token missing that belongs to it, is it of another partition, or is the region not enabled for the account?"},
		"expired":        {ecr.Registry{}, "ExpiredTokenException", "ExpiredTokenException", "the credentials have expired; get new ones"},
		"signature":      {ecr.Registry{}, "InvalidSignatureException", "InvalidSignatureException", "the secret access key does not belong to the key ID, or this machine's clock is off by more than five minutes"},
		"something new":  {ecr.Registry{}, "TeapotException", "TeapotException", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := canned(t, http.StatusBadRequest, `{"__type":"`+c.code+`","message":"User: arn:aws:iam::111111111111:user/ci is not authorized"}`)
			_, err := ecr.Tokens(t.Context(), cfg, []ecr.Registry{c.registry})
			if err == nil || !strings.HasSuffix(err.Error(), `: `+c.said+`: User: arn:aws:iam::111111111111:user/ci is not authorized`) {
				t.Errorf("got %v", err)
			}
			var hinter interface{ Hint() string }
			hint := ""
			if errors.As(err, &hinter) {
				hint = hinter.Hint()
			}
			if hint != c.hint {
				t.Errorf("hint %q, want %q", hint, c.hint)
			}
		})
	}
}

func TestTokensSaysWhoCannotBeReached(t *testing.T) {
	t.Parallel()
	cfg := canned(t, http.StatusOK, "")
	cfg.BaseEndpoint = aws.String("http://127.0.0.1:1")
	_, err := ecr.Tokens(t.Context(), cfg, []ecr.Registry{{Account: "111111111111"}})
	want := `getting a token for registry "111111111111.dkr.ecr.eu-west-1.amazonaws.com": calling http://127.0.0.1:1/: dial tcp 127.0.0.1:1: connect: connection refused`
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

func TestTokensNeedsARegion(t *testing.T) {
	t.Parallel()
	_, err := ecr.Tokens(t.Context(), aws.Config{}, []ecr.Registry{{Public: true}, {Account: "111111111111"}})
	var hinter interface{ Hint() string }
	if err == nil || err.Error() != `getting a token for registry "111111111111": no region is known` || !errors.As(err, &hinter) {
		t.Errorf("got %v", err)
	}
	_, err = ecr.Tokens(t.Context(), aws.Config{Region: "moon"}, []ecr.Registry{{Account: "111111111111"}})
	if err == nil || !strings.Contains(err.Error(), `region "moon": "moon" is not the name of an AWS region, such as eu-west-1`) {
		t.Errorf("got %v", err)
	}
}

func TestTokensOfNothingIsNothing(t *testing.T) {
	t.Parallel()
	tokens, err := ecr.Tokens(t.Context(), aws.Config{}, nil)
	if err != nil || len(tokens) != 0 {
		t.Errorf("got %v, %v", tokens, err)
	}
}
