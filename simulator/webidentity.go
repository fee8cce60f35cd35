package simulator

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
)

type webIdentityResult struct {
	Credentials                 stsCredentials
	SubjectFromWebIdentityToken string
	AssumedRoleUser             assumedRoleUser
	PackedPolicySize            int `xml:",omitempty"`
	Provider                    string
	Audience                    string
}

// assumeWithWebIdentity takes a token in place of a signature.
func (s *Simulator) assumeWithWebIdentity(c *call, form url.Values) (any, *refusal) {
	arn := form.Get("RoleArn")
	c.record.Target = arn
	role, exists := s.config.role(arn)
	c.record.TargetName = role.name
	session, refused := readSession(form, webIdentityLimits())
	if refused != nil {
		return nil, refused
	}
	found, refused := s.checkToken(c, role, exists, form.Get("WebIdentityToken"))
	if refused != nil {
		return nil, refused
	}
	c.record.CallerName = found.Subject
	audience, refused := role.trustsToken(found, exists)
	if refused != nil {
		return nil, refused
	}
	duration, refused := role.duration(form, false)
	if refused != nil {
		return nil, refused
	}
	who := role.session(form.Get("RoleSessionName"))
	who.sessions, who.chained = session.policies, true
	credential := s.keys.issue(who, c.now.Add(duration))
	return webIdentityResult{
		Credentials:                 credential.sts(),
		SubjectFromWebIdentityToken: found.Subject,
		AssumedRoleUser:             assumedRoleUser{who.id, who.arn},
		PackedPolicySize:            session.packed,
		Provider:                    found.Issuer,
		Audience:                    audience,
	}, nil
}

// checkToken checks what does not depend on the role. The provider must be
// known to the role's account, which it is if a role there trusts it.
func (s *Simulator) checkToken(c *call, role role, exists bool, token string) (claims, *refusal) {
	found, err := s.idp.read(token)
	now := float64(c.now.Unix())
	switch {
	case exists && found.Issuer != "" && !s.config.Accounts[role.account].knows(found.Issuer):
		return found, invalidToken("No OpenIDConnect provider found in your account for " + found.Issuer)
	case err != nil:
		return found, invalidToken("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
	case found.missing() != "":
		return found, invalidToken("Missing a required claim: " + found.missing())
	case now >= *found.Expires:
		return found, &refusal{
			http.StatusBadRequest, "ExpiredTokenException",
			fmt.Sprintf("Token expired: current date/time %.0f must be before the expiration date/time %.0f", now, *found.Expires),
		}
	}
	return found, nil
}

func (a Account) knows(issuer string) bool {
	for _, role := range a.Roles {
		for _, trust := range role.Trust {
			if trust.WebIdentity != nil && trust.WebIdentity.Issuer == issuer {
				return true
			}
		}
	}
	return false
}

// trustsToken returns the audience that was asked for. It tells apart what
// AWS tells apart: a wrong audience, and everything else.
func (r role) trustsToken(found claims, exists bool) (string, *refusal) {
	notAuthorized := denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
	if !exists {
		return "", notAuthorized
	}
	provider, audience := false, false
	for _, trust := range r.Trust {
		w := trust.WebIdentity
		if w == nil || w.Issuer != found.Issuer {
			continue
		}
		provider = true
		if !slices.Contains(found.Audience, w.Audience) {
			continue
		}
		audience = true
		if w.Subject == "" || wildcard(w.Subject, found.Subject) {
			return w.Audience, nil
		}
	}
	if provider && !audience {
		return "", invalidToken("Incorrect token audience")
	}
	return "", notAuthorized
}

func invalidToken(message string) *refusal {
	return &refusal{http.StatusBadRequest, "InvalidIdentityToken", message}
}
