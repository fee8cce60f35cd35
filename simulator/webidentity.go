package simulator

import (
	"fmt"
	"maps"
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
	account := s.config.Accounts[role.account]
	found, refused := s.checkToken(c, account, exists, form.Get("WebIdentityToken"))
	if refused != nil {
		return nil, refused
	}
	c.record.CallerName = found.Subject
	audience, refused := role.permit(c, account, found, form.Get("RoleSessionName"))
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
// known to the role's account.
func (s *Simulator) checkToken(c *call, account Account, exists bool, token string) (claims, *refusal) {
	found, err := s.idp.read(token)
	now := float64(c.now.Unix())
	_, known := account.audiences(found.Issuer)
	switch {
	case exists && found.Issuer != "" && !known:
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

// permit returns the audience that the token is for. The role's trust policy
// is asked with what the token claims; only the provider of the role's own
// account is meant by its principals.
func (r role) permit(c *call, account Account, found claims, name string) (string, *refusal) {
	audiences, known := account.audiences(found.Issuer)
	at := slices.IndexFunc(found.Audience, func(one string) bool { return slices.Contains(audiences, one) })
	if known && at < 0 {
		return "", invalidToken("Incorrect token audience")
	}
	provider := providerARN(r.partition, r.account, found.Issuer)
	context := c.surroundings()
	context.set("sts:RoleSessionName", name)
	maps.Copy(context, found.conditionKeys())
	said, _ := r.trust.judgeFor(ask{"sts:AssumeRoleWithWebIdentity", r.arn, context}, func(t trusted) reach {
		if t.kind == "Federated" && t.name == provider {
			return byName
		}
		return nobody
	})
	if said != allows {
		return "", denied("Not authorized to perform sts:AssumeRoleWithWebIdentity")
	}
	return found.Audience[at], nil
}

func invalidToken(message string) *refusal {
	return &refusal{http.StatusBadRequest, "InvalidIdentityToken", message}
}
