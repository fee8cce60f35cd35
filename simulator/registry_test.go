package simulator_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecr"

	"github.com/awsvars/awsvars/simulator"
)

func (w world) password() string {
	w.t.Helper()
	out, err := w.ecr(w.user("ci"), "eu-west-1").GetAuthorizationToken(w.t.Context(), &ecr.GetAuthorizationTokenInput{})
	if err != nil {
		w.t.Fatal(err)
	}
	login, _ := base64.StdEncoding.DecodeString(*out.AuthorizationData[0].AuthorizationToken)
	return strings.TrimPrefix(string(login), "AWS:")
}

const manifest = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}`

func TestTheRegistryTakesECRsPasswords(t *testing.T) {
	t.Parallel()
	for kind, o := range map[string]simulator.Options{"http": {}, "https": {TLS: true}} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			w := start(t, o)
			push := func(user, password string) (int, string) {
				scheme, _, _ := strings.Cut(w.env("AWS_ENDPOINT_URL_STS"), "://")
				address := scheme + "://" + w.RegistryHost()
				request, err := http.NewRequest(http.MethodPut, address+"/v2/team/app/manifests/1", strings.NewReader(manifest))
				if err != nil {
					t.Fatal(err)
				}
				request.Header.Set("Content-Type", "application/vnd.oci.image.manifest.v1+json")
				request.SetBasicAuth(user, password)
				return w.send(request)
			}
			password := w.password()
			for user, secret := range map[string]string{"AWS": "made-up", "me": password} {
				if status, body := push(user, secret); status != http.StatusUnauthorized || !strings.Contains(body, "UNAUTHORIZED") {
					t.Errorf("got %d %s, want UNAUTHORIZED", status, body)
				}
			}
			if status, body := push("AWS", password); status != http.StatusCreated {
				t.Error(status, body)
			}
			last := w.Requests()[len(w.Requests())-1]
			if last.Action != "manifest" || last.CallerName != "ci" || last.Status != http.StatusCreated {
				t.Errorf("got %+v", last)
			}
			w.Advance(12 * time.Hour)
			if status, body := push("AWS", password); status != http.StatusForbidden || !strings.Contains(body, "has expired") {
				t.Errorf("got %d %s, want an expired token", status, body)
			}
		})
	}
}

func TestTheRegistryChallenges(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	answer, err := w.http.Get("http://" + w.RegistryHost() + "/v2/")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	want := `Basic realm="http://` + w.RegistryHost() + `/",service="ecr.amazonaws.com"`
	if got := answer.Header.Get("WWW-Authenticate"); answer.StatusCode != http.StatusUnauthorized || got != want {
		t.Errorf("got %d %s, want 401 %s", answer.StatusCode, got, want)
	}
}
