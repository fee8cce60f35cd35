package simulator

import (
	"crypto/subtle"
	"net/http"
	"strings"
)

// serveOIDC plays GitHub's token endpoint for jobs, and the issuer's keys
// (GitHub docs, "OpenID Connect reference").
func (s *Simulator) serveOIDC(w http.ResponseWriter, r *http.Request) {
	c := &call{http: r, body: readBody(r)}
	action := "other"
	switch r.URL.Path {
	case "/token":
		action = "token"
	case "/.well-known/jwks":
		action = "keys"
	case "/.well-known/openid-configuration":
		action = "configuration"
	}
	s.answer(w, c, service{name: "oidc", handle: s.handleOIDC, refuse: refuseContainer}, action)
}

func (s *Simulator) handleOIDC(c *call) *refusal {
	base := s.scheme() + "://" + s.endpoints.oidc
	const asJSON = "application/json; charset=utf-8"
	switch {
	case c.http.Method != http.MethodGet:
		return &refusal{http.StatusMethodNotAllowed, "", ""}
	case c.record.Action == "keys":
		c.reply.json(http.StatusOK, asJSON, s.idp.keySet())
	case c.record.Action == "configuration":
		c.reply.json(http.StatusOK, asJSON, map[string]any{
			"issuer": s.idp.github.Issuer, "jwks_uri": base + "/.well-known/jwks",
			"id_token_signing_alg_values_supported": []string{"ES256"},
		})
	case c.record.Action == "token":
		return s.idToken(c)
	default:
		return &refusal{http.StatusNotFound, "", ""}
	}
	return nil
}

func (s *Simulator) idToken(c *call) *refusal {
	given, ok := cutScheme(c.http.Header.Get("Authorization"), "bearer")
	if !ok || subtle.ConstantTimeCompare([]byte(given), []byte(s.idp.bearer)) != 1 {
		return &refusal{http.StatusUnauthorized, "", ""}
	}
	audience := c.http.URL.Query().Get("audience")
	if audience == "" {
		owner, _, _ := strings.Cut(s.idp.github.Repository, "/")
		audience = "https://github.com/" + owner
	}
	c.record.Params = map[string][]string{"audience": {audience}}
	token, err := s.idp.sign(s.idp.github.claims(audience, c.now), c.now)
	if err != nil {
		return &refusal{http.StatusInternalServerError, "", ""}
	}
	c.reply.json(http.StatusOK, "application/json; charset=utf-8", map[string]any{"count": len(token), "value": token})
	return nil
}

// IDToken is a token such as the endpoint hands out, for tests that put it
// into a file.
func (s *Simulator) IDToken(audience string) (string, error) {
	now := s.clock.time()
	return s.idp.sign(s.idp.github.claims(audience, now), now)
}

// TokenOf is a token of any issuer, signed by the simulator's key: a role can
// take it whose account knows the issuer. Where the claims lack iat, nbf or
// exp, these are now, now and in five minutes by the simulator's clock; a claim
// that is nil is left out. The token is one of Secrets.
func (s *Simulator) TokenOf(claims map[string]any) (string, error) {
	return s.idp.sign(claims, s.clock.time())
}

// cutScheme takes an authorization scheme, whose case does not matter (RFC
// 9110, section 11.1), from a header.
func cutScheme(header, scheme string) (string, bool) {
	given, value, ok := strings.Cut(header, " ")
	return value, ok && strings.EqualFold(given, scheme)
}
