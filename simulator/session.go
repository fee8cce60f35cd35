package simulator

import (
	"encoding/xml"
	"fmt"
	"net/url"
	"time"
)

// federationToken serves long-term keys of users only. Without a policy the
// session may do nothing of its own (STS API reference, GetFederationToken).
func (s *Simulator) federationToken(c *call, form url.Values) (any, *refusal) {
	session, refused := readSession(form, federationLimits())
	if refused != nil {
		return nil, refused
	}
	if refused := longTermOnly(c, "GetFederationToken"); refused != nil {
		return nil, refused
	}
	name := form.Get("Name")
	if refused := c.mayFederate(name, session.tags); refused != nil {
		return nil, refused
	}
	who := *c.who
	who.kind, who.name = federatedUser, name
	who.arn = fmt.Sprintf("arn:%s:sts::%s:federated-user/%s", who.partition, who.account, name)
	who.iamARN, who.id = who.arn, who.account+":"+name
	who.sessions, who.tags = session.policies, session.tags
	if len(session.policies) == 0 {
		who.sessions = []policySet{{}}
	}
	credential := s.keys.issue(&who, c.now.Add(c.who.duration(form)))
	return struct {
		XMLName       xml.Name
		Credentials   stsCredentials
		FederatedUser struct {
			FederatedUserID string `xml:"FederatedUserId"`
			ARN             string `xml:"Arn"`
		}
		PackedPolicySize int `xml:",omitempty"`
	}{
		Credentials: credential.sts(),
		FederatedUser: struct {
			FederatedUserID string `xml:"FederatedUserId"`
			ARN             string `xml:"Arn"`
		}{who.id, who.arn},
		PackedPolicySize: session.packed,
	}, nil
}

// sessionToken gives a user temporary keys for the same identity.
func (s *Simulator) sessionToken(c *call, form url.Values) (any, *refusal) {
	if _, refused := readSession(form, sessionTokenLimits()); refused != nil {
		return nil, refused
	}
	if refused := longTermOnly(c, "GetSessionToken"); refused != nil {
		return nil, refused
	}
	mfa, refused := s.devices.authenticate(c, form)
	if refused != nil {
		return nil, refused
	}
	who := *c.who
	who.kind = userSession
	if mfa {
		who.mfa = c.now
	}
	credential := s.keys.issue(&who, c.now.Add(c.who.duration(form)))
	return struct{ Credentials stsCredentials }{credential.sts()}, nil
}

// duration is 12 hours if the request names none. A root user's sessions are
// cut to an hour (STS API reference, GetFederationToken and GetSessionToken,
// DurationSeconds).
func (p *principal) duration(form url.Values) time.Duration {
	if p.isRoot() {
		return min(seconds(form, time.Hour), time.Hour)
	}
	return seconds(form, 12*time.Hour)
}

// longTermOnly: with temporary credentials AWS answers AccessDenied.
func longTermOnly(c *call, action string) *refusal {
	if c.who.kind != userKeys {
		return denied("Cannot call " + action + " with session credentials")
	}
	return nil
}

// mayFederate asks for what a federated user's session takes (service
// authorization reference, AWS STS).
func (c *call) mayFederate(name string, tags []tag) *refusal {
	a := ask{resource: fmt.Sprintf("arn:%s:sts::%s:federated-user/%s", c.who.partition, c.who.account, name), context: c.context(c.who)}
	a.context.setTags(tags)
	actions := []string{"sts:GetFederationToken"}
	if len(tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	for _, a.action = range actions {
		if message := c.authorize(c.who, a, nil); message != "" {
			return denied(message)
		}
	}
	return nil
}
