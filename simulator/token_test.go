package simulator_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/simulator"
)

// claims reads a token as it is on the wire.
func claims(t *testing.T, token string) map[string]any {
	t.Helper()
	part := strings.Split(token, ".")
	if len(part) != 3 {
		t.Fatalf("a token of %d parts", len(part))
	}
	payload, err := base64.RawURLEncoding.DecodeString(part[1])
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]any{}
	if err := json.Unmarshal(payload, &found); err != nil {
		t.Fatal(err)
	}
	return found
}

const elsewhere = `
accounts:
  "111111111111":
    roles:
      github:
        trust:
          - web-identity: {issuer: "https://oidc.example.com/org/7", audience: org/7, subject: "org/7/*"}
          - web-identity: {issuer: "https://gitlab.example.com", audience: sts.amazonaws.com, subject: "project_path:group/*"}
`

func TestTokensOfOtherIssuersAreCredentials(t *testing.T) {
	t.Parallel()
	w := configured(t, elsewhere)
	const oidc, gitlab = "https://oidc.example.com/org/7", "https://gitlab.example.com"
	const project, branch = "org/7/project/8", "project_path:group/app:ref:main"
	for name, c := range map[string]struct {
		issuer, subject string
		audience        any
		used, message   string
	}{
		"one audience":       {oidc, project, "org/7", "org/7", ""},
		"a list of one":      {oidc, project, []string{"org/7"}, "org/7", ""},
		"a list of several":  {gitlab, branch, []string{"other", "sts.amazonaws.com"}, "sts.amazonaws.com", ""},
		"a list without it":  {gitlab, branch, []string{"other", "another"}, "", "Incorrect token audience"},
		"an empty list":      {gitlab, branch, []string{}, "", "Missing a required claim: aud"},
		"another's audience": {gitlab, branch, "org/7", "", "Incorrect token audience"},
		"an unknown issuer":  {oidc + "1", project, "org/7", "", "No OpenIDConnect provider found in your account for " + oidc + "1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := w.TokenOf(map[string]any{"iss": c.issuer, "sub": c.subject, "aud": c.audience})
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Contains(w.Secrets(), token) {
				t.Error("Secrets does not know the token")
			}
			out, err := w.exchange(githubRole, token)
			if c.message != "" {
				wantCode(t, err, "InvalidIdentityToken", c.message)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			got := []string{*out.Provider, *out.SubjectFromWebIdentityToken, *out.Audience}
			if diff := cmp.Diff([]string{c.issuer, c.subject, c.used}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	token, err := w.TokenOf(map[string]any{"iss": oidc, "sub": "org/8/project/8", "aud": "org/7"})
	if err != nil {
		t.Fatal(err)
	}
	_, err = w.exchange(githubRole, token)
	wantCode(t, err, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
}

func TestTokensLiveForFiveMinutesUnlessTheySayOtherwise(t *testing.T) {
	t.Parallel()
	w := configured(t, elsewhere)
	token := func(added map[string]any) string {
		all := map[string]any{"iss": "https://gitlab.example.com", "sub": "project_path:group/app", "aud": "sts.amazonaws.com"}
		maps.Copy(all, added)
		made, err := w.TokenOf(all)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	w.Advance(time.Hour)
	short, long := token(nil), token(map[string]any{"exp": time.Now().Add(2 * time.Hour).Unix()})
	got := claims(t, short)
	if now := float64(time.Now().Add(time.Hour).Unix()); got["exp"] != got["iat"].(float64)+300 || got["nbf"] != got["iat"] ||
		now-got["iat"].(float64) > 60 {
		t.Errorf("by the simulator's clock it is %.0f, got %v", now, got)
	}
	for _, name := range []string{"iss", "sub", "aud", "iat", "exp"} {
		_, err := w.exchange(githubRole, token(map[string]any{name: nil}))
		wantCode(t, err, "InvalidIdentityToken", "Missing a required claim: "+name)
	}
	w.Advance(5 * time.Minute)
	_, err := w.exchange(githubRole, short)
	wantCode(t, err, "ExpiredTokenException", "")
	if _, err := w.exchange(githubRole, long); err != nil {
		t.Error(err)
	}
	if _, err := w.TokenOf(map[string]any{"sub": func() {}}); err == nil {
		t.Error("a claim that is no JSON went through")
	}
}

// key is the one that the issuer publishes.
func (w world) key() *ecdsa.PublicKey {
	w.t.Helper()
	_, address, _ := strings.Cut(w.OIDCEnv()[0], "=")
	address, _, _ = strings.Cut(address, "/token")
	request, err := http.NewRequest(http.MethodGet, address+"/.well-known/jwks", nil)
	if err != nil {
		w.t.Fatal(err)
	}
	_, body := w.send(request)
	var set struct{ Keys []struct{ X, Y string } }
	if err := json.Unmarshal([]byte(body), &set); err != nil || len(set.Keys) != 1 {
		w.t.Fatal(err, body)
	}
	point := []byte{4} // an uncompressed point (SEC 1, section 2.3.3)
	for _, half := range []string{set.Keys[0].X, set.Keys[0].Y} {
		part, err := base64.RawURLEncoding.DecodeString(half)
		if err != nil {
			w.t.Fatal(err)
		}
		point = append(point, part...)
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), point)
	if err != nil {
		w.t.Fatal(err)
	}
	return key
}

func FuzzTokensCarryTheirClaims(f *testing.F) {
	sim, err := simulator.Start(simulator.Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = sim.Close() })
	f.Add("sub", "org/7/project/8")
	f.Add(`a"b`, "<\u2028>")
	f.Fuzz(func(t *testing.T, name, value string) {
		if !utf8.ValidString(name) || !utf8.ValidString(value) {
			t.Skip() // JSON has no other text
		}
		token, err := sim.TokenOf(map[string]any{name: value})
		if err != nil {
			t.Fatal(err)
		}
		if got := claims(t, token); got[name] != value {
			t.Errorf("%q: got %v, want %q", name, got[name], value)
		}
	})
}

func TestTokensVerifyWithThePublishedKey(t *testing.T) {
	t.Parallel()
	w := start(t, simulator.Options{})
	token, err := w.TokenOf(map[string]any{"sub": "x"})
	if err != nil {
		t.Fatal(err)
	}
	cut := strings.LastIndex(token, ".")
	signature, err := base64.RawURLEncoding.DecodeString(token[cut+1:])
	if err != nil || len(signature) != 64 {
		t.Fatalf("a signature of %d bytes: %v", len(signature), err)
	}
	digest := sha256.Sum256([]byte(token[:cut]))
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	if !ecdsa.Verify(w.key(), digest[:], r, s) {
		t.Error("the signature does not fit")
	}
}
