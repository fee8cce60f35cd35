package simulator_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/awsvars/awsvars/simulator"
)

// idToken asks for a token as a job's step does.
func (w world) idToken(audience, bearer string) (int, string) {
	w.t.Helper()
	_, address, _ := strings.Cut(w.OIDCEnv()[0], "=")
	request, err := http.NewRequest(http.MethodGet, address+"&audience="+audience, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	request.Header.Set("Authorization", "bearer "+bearer)
	status, body := w.send(request)
	var answer struct{ Value string }
	if status == http.StatusOK {
		if err := json.Unmarshal([]byte(body), &answer); err != nil {
			w.t.Fatal(err)
		}
	}
	return status, answer.Value
}

func (w world) exchange(role, token string) (*sts.AssumeRoleWithWebIdentityOutput, error) {
	return w.sts(aws.AnonymousCredentials{}).AssumeRoleWithWebIdentity(w.t.Context(), &sts.AssumeRoleWithWebIdentityInput{
		RoleArn: &role, RoleSessionName: aws.String("build-42"), WebIdentityToken: &token,
	})
}

func TestGitHubsTokensAreCredentials(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]simulator.Options{"http": {}, "https": {TLS: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := start(t, o)
			_, bearer, _ := strings.Cut(w.OIDCEnv()[1], "=")
			if status, _ := w.idToken("sts.amazonaws.com", "made-up"); status != http.StatusUnauthorized {
				t.Errorf("with a made-up bearer: %d", status)
			}
			_, token := w.idToken("sts.amazonaws.com", bearer)
			out, err := w.exchange(githubRole, token)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := *out.AssumedRoleUser.Arn, "arn:aws:sts::111111111111:assumed-role/github/build-42"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if fromSTS, fromECR := w.both(static(out.Credentials)); fromSTS != nil || fromECR != nil {
				t.Error(fromSTS, fromECR)
			}
			const want = "GitHub OIDC token, sts AssumeRoleWithWebIdentity (repo:octo-org/octo-repo:ref:refs/heads/main → github)"
			if got := w.Summary(); !strings.Contains(got, want) {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestTokensThatAWSDoesNotTake(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	good, err := w.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	elsewhere, _ := w.IDToken("elsewhere")
	foreign, _ := start(t, simulator.Options{}).IDToken("sts.amazonaws.com")
	other, _ := configured(t, "github: {issuer: https://oidc.example.com}").IDToken("sts.amazonaws.com")
	const noJWT = "The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)"
	for name, c := range map[string]struct{ role, token, code, message string }{
		"audience":         {githubRole, elsewhere, "InvalidIdentityToken", "Incorrect token audience"},
		"foreign key":      {githubRole, foreign, "InvalidIdentityToken", noJWT},
		"no token":         {githubRole, "abcd", "InvalidIdentityToken", noJWT},
		"unknown provider": {githubRole, other, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc.example.com"},
		"another role":     {readerRole, good, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
		"no role":          {"arn:aws:iam::111111111111:role/nobody", good, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity"},
	} {
		_, err := w.exchange(c.role, c.token)
		t.Log(name)
		wantCode(t, err, c.code, c.message)
	}
	w.Advance(6 * time.Minute)
	_, err = w.exchange(githubRole, good)
	wantCode(t, err, "ExpiredTokenException", "")
}

func TestSubjectsMustFit(t *testing.T) {
	t.Parallel()
	w := configured(t, strings.Replace(simulator.BuiltIn(), "repository: octo-org/octo-repo", "repository: octo-org/fork", 1))
	token, err := w.IDToken("sts.amazonaws.com")
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.exchange(githubRole, token)
	wantCode(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
}
