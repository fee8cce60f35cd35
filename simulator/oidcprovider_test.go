package simulator_test

import (
	"maps"
	"testing"
)

const knowing = `
accounts:
  "111111111111":
    oidc-providers:
      - {issuer: "https://token.actions.githubusercontent.com", audiences: [sts.amazonaws.com, other]}
      - {issuer: "https://oidc.example.com/org/7", audiences: [org/7]}
    roles:
      github:
        trust-policy: |
          {"Version": "2012-10-17", "Statement": [{
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
            "Condition": {
              "StringEquals": {
                "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                "token.actions.githubusercontent.com:repository_id": "456789",
                "token.actions.githubusercontent.com:environment": "live"
              },
              "StringLike": {"token.actions.githubusercontent.com:sub": "repo:octo-org/*"},
              "StringNotEquals": {"token.actions.githubusercontent.com:actor": "dependabot[bot]"},
              "Null": {"token.actions.githubusercontent.com:event_name": "true"}
            }
          }, {
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "arn:aws:iam::111111111111:oidc-provider/oidc.example.com/org/7"},
            "Condition": {
              "ForAnyValue:StringEquals": {"oidc.example.com/org/7:amr": "mfa"},
              "Null": {"oidc.example.com/org/7:repository_id": "true"}
            }
          }]}
      foreign:
        trust-policy: |
          {"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"}
          }}
  "222222222222":
    roles:
      github:
        trust-policy: |
          {"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"}
          }}
`

func TestTrustPoliciesJudgeWhatTokensClaim(t *testing.T) {
	t.Parallel()
	w := configured(t, knowing)
	github := map[string]any{
		"iss": "https://token.actions.githubusercontent.com", "aud": "sts.amazonaws.com", "sub": "repo:octo-org/octo-repo:environment:live",
		"repository_id": "456789", "environment": "live", "actor": "octocat", "event_name": "push",
	}
	other := map[string]any{
		"iss": "https://oidc.example.com/org/7", "aud": "org/7", "sub": "org/7/project/8", "amr": []string{"pwd", "mfa"}, "repository_id": "456789",
	}
	const notAuthorized, role = "Not authorized to perform sts:AssumeRoleWithWebIdentity", "arn:aws:iam::111111111111:role/"
	for name, c := range map[string]struct {
		role    string
		claims  map[string]any
		changed map[string]any
		code    string
		message string
	}{
		"GitHub's":             {githubRole, github, nil, "", ""},
		"another repository":   {githubRole, github, map[string]any{"repository_id": "1"}, "AccessDenied", notAuthorized},
		"a number, not a text": {githubRole, github, map[string]any{"repository_id": 456789}, "AccessDenied", notAuthorized},
		"no environment":       {githubRole, github, map[string]any{"environment": nil}, "AccessDenied", notAuthorized},
		"another owner":        {githubRole, github, map[string]any{"sub": "repo:octo-org2/a:environment:live"}, "AccessDenied", notAuthorized},
		"a denied actor":       {githubRole, github, map[string]any{"actor": "dependabot[bot]"}, "AccessDenied", notAuthorized},
		"no actor":             {githubRole, github, map[string]any{"actor": nil}, "", ""},
		"the provider's other": {githubRole, github, map[string]any{"aud": "other"}, "AccessDenied", notAuthorized},
		"no audience of any":   {githubRole, github, map[string]any{"aud": "elsewhere"}, "InvalidIdentityToken", "Incorrect token audience"},
		"another issuer's":     {githubRole, other, nil, "", ""},
		"without the method":   {githubRole, other, map[string]any{"amr": []any{"pwd", 1}}, "AccessDenied", notAuthorized},
		"another's audience":   {githubRole, other, map[string]any{"aud": "sts.amazonaws.com"}, "InvalidIdentityToken", "Incorrect token audience"},
		"an unknown issuer":    {githubRole, github, map[string]any{"iss": "https://oidc.example.com"}, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://oidc.example.com"},
		"a foreign provider":   {role + "foreign", github, nil, "AccessDenied", notAuthorized},
		"no role":              {role + "nobody", github, nil, "AccessDenied", notAuthorized},
		"provider not there":   {"arn:aws:iam::222222222222:role/github", github, nil, "InvalidIdentityToken", "No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			claims := maps.Clone(c.claims)
			maps.Copy(claims, c.changed)
			token, err := w.TokenOf(claims)
			if err != nil {
				t.Fatal(err)
			}
			out, err := w.exchange(c.role, token)
			if c.code != "" {
				wantCode(t, err, c.code, c.message)
			} else if err != nil || *out.Audience != claims["aud"] {
				t.Errorf("got %v, %v", out, err)
			}
		})
	}
}
