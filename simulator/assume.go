package simulator

import (
	"net/http"
	"net/url"
	"strings"
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
	role, _ := s.config.role(arn)
	c.record.TargetName = role.name
	session, refused := readSession(form, assumeRoleLimits())
	if refused != nil {
		return nil, refused
	}
	tags, refused := chained(session.tags, c.who.tags, members(form, "TransitiveTagKeys", ""))
	if refused != nil {
		return nil, refused
	}
	source := form.Get("SourceIdentity")
	if c.who.source != "" && source != "" && source != c.who.source {
		return nil, invalid("The source identity is already set for this assume role session")
	}
	who := role.session(form.Get("RoleSessionName"))
	who.sessions, who.chained = session.policies, true
	who.tags, who.source = tags, or(c.who.source, source)
	if refused := s.mayAssume(c, role, form, session.tags, who); refused != nil {
		return nil, refused
	}
	duration, refused := role.duration(form, c.who.chained)
	if refused != nil {
		return nil, refused
	}
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
func (s *Simulator) mayAssume(c *call, role role, form url.Values, passed []tag, session *principal) *refusal {
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
	context := c.assumeContext(form, passed, session.source, mfa)
	for _, action := range session.needs() {
		if c.authorize(c.who, ask{action, form.Get("RoleArn"), context}, role.guard(form.Get("RoleArn"))) != "" {
			return refused(action)
		}
	}
	return nil
}

// guard is the role's trust policy; that of a role that does not exist allows
// nothing.
func (r role) guard(arn string) *guard {
	part := strings.Split(arn, ":")
	return &guard{account: part[4], policy: r.trust, required: true}
}

// assumeContext is what AssumeRole says besides (IAM user guide, "IAM and AWS
// STS condition context keys").
func (c *call) assumeContext(form url.Values, passed []tag, source string, mfa bool) conditionKeys {
	k := c.context(c.who)
	k.setTags(passed)
	k.set("sts:TransitiveTagKeys", members(form, "TransitiveTagKeys", "")...)
	for key, value := range map[string]string{
		"sts:ExternalId": form.Get("ExternalId"), "sts:RoleSessionName": form.Get("RoleSessionName"),
		"sts:SourceIdentity": source,
	} {
		if value != "" {
			k.set(key, value)
		}
	}
	if mfa {
		k.set("aws:MultiFactorAuthPresent", "true")
		k.set("aws:MultiFactorAuthAge", "0")
	}
	return k
}

// needs are the actions that a role's session takes. What it inherits must be
// allowed again (IAM user guide, "Permissions required to set source identity";
// for tags, issue 80 of aws/eks-pod-identity-agent).
func (p *principal) needs() []string {
	actions := []string{"sts:AssumeRole"}
	if len(p.tags) > 0 {
		actions = append(actions, "sts:TagSession")
	}
	if p.source != "" {
		actions = append(actions, "sts:SetSourceIdentity")
	}
	return actions
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
