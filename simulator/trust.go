package simulator

// Trust is a statement of a trust policy. It has one of Principal, Service
// and WebIdentity.
type Trust struct {
	// Principal is the ARN of a user, a role, a session or an account's root,
	// an account ID, or * for everyone.
	Principal string `yaml:"principal"`
	// Service is an AWS service, such as ec2.amazonaws.com.
	Service string `yaml:"service"`
	// ExternalID is what the request must carry; "" demands none.
	ExternalID string `yaml:"external-id"`
	// MFA demands that the caller is authenticated by a device
	// (aws:MultiFactorAuthPresent): in the request, or in the session that
	// GetSessionToken opened.
	MFA bool `yaml:"mfa"`
	// Without are the actions that the statement does not allow beside
	// sts:AssumeRole: sts:TagSession, sts:SetSourceIdentity.
	Without []string `yaml:"without"`
	// WebIdentity lets tokens of an OIDC provider in.
	WebIdentity *WebIdentity `yaml:"web-identity"`
}

// WebIdentity is the condition on an OIDC token. Subject may hold * and ?.
type WebIdentity struct {
	Issuer   string `yaml:"issuer"`
	Audience string `yaml:"audience"`
	Subject  string `yaml:"subject"`
}

func (t Trust) check(where string, faults *ConfigError) {
	given := 0
	for _, present := range []bool{t.Principal != "", t.Service != "", t.WebIdentity != nil} {
		if present {
			given++
		}
	}
	if given != 1 {
		faults.add("%s: a trust has one of principal, service and web-identity", where)
	}
	if t.Principal != "" && !trustee.MatchString(t.Principal) {
		faults.add("%s: principal %q is no ARN, no account ID in quotes and not *", where, t.Principal)
	}
	if t.ExternalID != "" && t.Principal == "" {
		faults.add("%s: an external-id goes with a principal only", where)
	}
	if (t.MFA || t.Without != nil) && t.Principal == "" {
		faults.add("%s: mfa and without go with a principal only", where)
	}
	for _, action := range t.Without {
		if action != "sts:TagSession" && action != "sts:SetSourceIdentity" {
			faults.add("%s: without %q: must be sts:TagSession or sts:SetSourceIdentity", where, action)
		}
	}
	if w := t.WebIdentity; w != nil && (w.Issuer == "" || w.Audience == "") {
		faults.add("%s: a web-identity needs issuer and audience", where)
	}
}
