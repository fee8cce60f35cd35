package simulator

import "encoding/json"

// claims are the ones that AWS looks at. All are required (OpenID Connect Core
// 1.0, section 2).
type claims struct {
	Issuer   string   `json:"iss"`
	Audience texts    `json:"aud"` // one or several (RFC 7519, section 4.1.3)
	Subject  string   `json:"sub"`
	IssuedAt *float64 `json:"iat"`
	Expires  *float64 `json:"exp"`

	all map[string]any // whatever the token holds
}

// texts is one text or a list of them.
type texts []string

func (t *texts) UnmarshalJSON(data []byte) error {
	var one string
	if json.Unmarshal(data, &one) == nil {
		*t = texts{one}
		return nil
	}
	return json.Unmarshal(data, (*[]string)(t))
}

// missing is the name of a claim that is not there, or "".
func (c claims) missing() string {
	switch {
	case c.Issuer == "":
		return "iss"
	case c.Subject == "":
		return "sub"
	case len(c.Audience) == 0:
		return "aud"
	case c.IssuedAt == nil:
		return "iat"
	case c.Expires == nil:
		return "exp"
	}
	return ""
}

// conditionKeys are the claims that a trust policy can look at: every
// issuer's aud, sub and amr, and some of GitHub's (IAM user guide, "IAM and
// AWS STS condition context keys", "Available keys for AWS OIDC federation").
// All others are unknown to it.
func (c claims) conditionKeys() conditionKeys {
	k := conditionKeys{}
	names := []string{"amr"}
	if c.Issuer == gitHubIssuer {
		names = append(names, "actor", "actor_id", "job_workflow_ref", "repository", "repository_id",
			"workflow", "ref", "environment", "enterprise_id")
	}
	for _, name := range names {
		k.set(bare(c.Issuer)+":"+name, textsOf(c.all[name])...)
	}
	k.set(bare(c.Issuer)+":aud", c.Audience...)
	k.set(bare(c.Issuer)+":sub", c.Subject)
	return k
}

// textsOf is a claim's text or texts; anything else is none.
func textsOf(claim any) texts {
	switch claim := claim.(type) {
	case string:
		return texts{claim}
	case []any:
		var read texts
		for _, one := range claim {
			if text, ok := one.(string); ok {
				read = append(read, text)
			}
		}
		return read
	}
	return nil
}
