package simulator

import (
	"net/http"
	"net/url"
	"time"
)

type assumeRoleResult struct {
	Credentials      stsCredentials
	AssumedRoleUser  assumedRoleUser
	PackedPolicySize int    `xml:",omitempty"`
	SourceIdentity   string `xml:",omitempty"`
}

// assumeRole checks in AWS's order: the form of the parameters, then whether
// the caller may, then how long.
func (s *Simulator) assumeRole(c *call, form url.Values) (any, *refusal) {
	arn := form.Get("RoleArn")
	c.record.Target = arn
	role, exists := s.config.role(arn)
	c.record.TargetName = role.name
	session, refused := readSession(form, assumeRoleLimits())
	if refused != nil {
		return nil, refused
	}
	if refused := s.mayAssume(c, role, exists, form, session); refused != nil {
		return nil, refused
	}
	duration, refused := role.duration(form, c.who.chained)
	if refused != nil {
		return nil, refused
	}
	who := role.session(form.Get("RoleSessionName"))
	who.sessions, who.chained = session.policies, true
	who.source = or(c.who.source, form.Get("SourceIdentity"))
	credential := s.keys.issue(who, c.now.Add(duration))
	return assumeRoleResult{
		Credentials:      credential.sts(),
		AssumedRoleUser:  assumedRoleUser{who.id, who.arn},
		PackedPolicySize: session.packed,
		SourceIdentity:   who.source,
	}, nil
}

// mayAssume asks both sides: the caller's permissions and the role's trust. A
// role that does not exist is refused in the same words, so that nobody can
// find out which ones do.
func (s *Simulator) mayAssume(c *call, role role, exists bool, form url.Values, session sessionRequest) *refusal {
	refused := func(action string) *refusal {
		return denied("User: " + c.who.arn + " is not authorized to perform: " + action + " on resource: " + form.Get("RoleArn"))
	}
	if c.who.isRoot() {
		return denied("Roles may not be assumed by root accounts.")
	}
	mfa, unproven := s.devices.authenticate(c, form)
	if unproven != nil {
		return unproven
	}
	if c.who.kind == federatedUser {
		// Federated users may call GetCallerIdentity and nothing else of STS
		// (STS API reference, GetFederationToken, "Permissions").
		return refused("sts:AssumeRole")
	}
	needed := []string{"sts:AssumeRole"}
	if session.tagged {
		needed = append(needed, "sts:TagSession")
	}
	if source := form.Get("SourceIdentity"); source != "" {
		needed = append(needed, "sts:SetSourceIdentity")
		if c.who.source != "" && c.who.source != source {
			return refused("sts:SetSourceIdentity")
		}
	}
	for _, action := range needed {
		if c.who.refusal(action, form.Get("RoleArn")) != "" {
			return refused(action)
		}
	}
	if !exists || !role.trusts(c.who, form.Get("ExternalId"), mfa || c.who.mfa) {
		return refused("sts:AssumeRole")
	}
	return nil
}

// duration is how long the session lasts; too long is an error, AWS does not
// shorten it (STS API reference, AssumeRole, DurationSeconds).
func (r role) duration(form url.Values, chained bool) (time.Duration, *refusal) {
	duration := seconds(form, time.Hour)
	longest := r.MaxSessionDuration
	if longest == 0 {
		longest = time.Hour
	}
	if chained && duration > time.Hour {
		return 0, invalid("The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.")
	}
	if duration > longest {
		return 0, &refusal{
			http.StatusBadRequest, "ValidationError",
			"The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
		}
	}
	return duration, nil
}
