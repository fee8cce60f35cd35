package docker

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-containerregistry/pkg/registry"

	"github.com/awsvars/awsvars/variables"
)

// serve runs a server with TLS and returns its host.
func serve(t *testing.T, handler http.HandlerFunc) (client *http.Client, host string) {
	t.Helper()
	server := httptest.NewTLSServer(handler)
	t.Cleanup(server.Close)
	address, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	return server.Client(), address.Host
}

func verified(t *testing.T, client *http.Client, l Login) Answer {
	t.Helper()
	answer, err := Verify(t.Context(), client, l)
	if err != nil {
		t.Fatal(err)
	}
	noSecret(t, answer.String())
	return answer
}

// TestVerifyAsksTheRegistry uses a real registry behind basic authentication.
func TestVerifyAsksTheRegistry(t *testing.T) {
	t.Parallel()
	real := registry.New()
	client, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "AWS" || password != fakePassword {
			w.Header().Set("WWW-Authenticate", `Basic realm="x",service="y"`)
			http.Error(w, "Not Authorized", http.StatusUnauthorized)
			return
		}
		real.ServeHTTP(w, r)
	})
	if answer := verified(t, client, loginTo(host)); !answer.Accepted() || answer.String() != "200 OK" {
		t.Errorf("got %v", answer)
	}
	if answer := verified(t, client, otherLogin(host)); answer.Accepted() || answer.String() != "401 Unauthorized: Not Authorized" {
		t.Errorf("got %v", answer)
	}
}

func TestVerifyReportsWhatTheRegistrySaid(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		`{"errors":[{"code":"DENIED","message":"Your authorization token has expired.\nReauthenticate"}]}`: "403 Forbidden: DENIED: Your authorization token has expired. Reauthenticate",
		`{"errors":[]}`:                       `403 Forbidden: {"errors":[]}`,
		"line 1\r\nline 2":                    "403 Forbidden: line 1",
		"":                                    "403 Forbidden",
		"you said AWS:" + fakePassword:        "403 Forbidden",
		"\x1b[31m" + strings.Repeat("é", 500): "403 Forbidden: [31m" + strings.Repeat("é", 148),
	} {
		client, host := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusForbidden)
			_, _ = fmt.Fprint(w, body)
		})
		if got := verified(t, client, loginTo(host)).String(); got != want {
			t.Errorf("%q\n%q, want\n%q", body, got, want)
		}
	}
}

// TestOnlyANoIsARefusal: what is over a moment later is none.
func TestOnlyANoIsARefusal(t *testing.T) {
	t.Parallel()
	for status, want := range map[int]bool{
		http.StatusOK: false, http.StatusFound: false, http.StatusUnauthorized: true, http.StatusForbidden: true,
		http.StatusRequestTimeout: false, http.StatusTooManyRequests: false, http.StatusInternalServerError: false, http.StatusServiceUnavailable: false,
	} {
		client, host := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		if answer := verified(t, client, loginTo(host)); answer.Refused() != want {
			t.Errorf("%v is a refusal: %v", answer, !want)
		}
	}
}

func TestVerifyFollowsNoRedirect(t *testing.T) {
	t.Parallel()
	other := false
	_, elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { other = true })
	for _, status := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect} {
		asked := 0
		client, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
			asked++
			http.Redirect(w, r, "https://"+elsewhere+"/v2/", status)
		})
		if answer := verified(t, client, loginTo(host)); answer.Status != status || asked != 1 || other {
			t.Errorf("%v, asked %d times, elsewhere %v", answer, asked, other)
		}
		if client.CheckRedirect != nil {
			t.Error("the caller's client was changed")
		}
	}
}

// TestVerifyGetsATokenWhereOneIsWanted: from the same host only.
func TestVerifyGetsATokenWhereOneIsWanted(t *testing.T) {
	t.Parallel()
	other := false
	_, elsewhere := serve(t, func(http.ResponseWriter, *http.Request) { other = true })
	for realm, want := range map[string]string{
		"https://HOST/token/": "200 OK", "http://HOST/token/": "401 Unauthorized", "https://" + elsewhere + "/token": "401 Unauthorized",
		"https://a:b@HOST/token/": "401 Unauthorized", "::": "401 Unauthorized", "": "401 Unauthorized", "https://HOST/refused": "403 Forbidden: no",
	} {
		client, host := serve(t, func(w http.ResponseWriter, r *http.Request) {
			_, password, _ := r.BasicAuth()
			switch {
			case r.URL.Path == "/v2/":
				w.Header().Set("WWW-Authenticate", `Bearer realm="`+strings.ReplaceAll(realm, "HOST", r.Host)+`",service="public.ecr.aws",scope="aws"`)
				w.WriteHeader(http.StatusUnauthorized)
			case r.URL.Path != "/token/" || password != fakePassword || r.URL.RawQuery != "scope=aws&service=public.ecr.aws":
				http.Error(w, "no", http.StatusForbidden)
			default:
				_, _ = fmt.Fprint(w, `{"token":"x"}`)
			}
		})
		if got := verified(t, client, loginTo(host)).String(); got != want {
			t.Errorf("%s: %s, want %s", realm, got, want)
		}
	}
	if other {
		t.Error("another host was asked")
	}
}

func TestVerifyWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	client, host := serve(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := Verify(t.Context(), client, loginTo(host))
	wantError(t, err, `asking registry "`+host+`": `)
	_, err = Verify(t.Context(), client, Login{Host: "https://x", Username: "AWS", Password: variables.NewSecret(fakePassword)})
	wantError(t, err, `asking registry "https://x": a registry is written`)
}
