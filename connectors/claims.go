package connectors

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// claims are what AWS looks at in a token (IAM user guide, "Available keys for
// AWS OIDC federation"). They are no secrets; the token is.
type claims struct {
	Issuer   string   `json:"iss"`
	Subject  string   `json:"sub"`
	Audience audience `json:"aud"`
	Expires  float64  `json:"exp"`
}

// audience is one text or several (RFC 7519, section 4.1.3).
type audience []string

func (a *audience) UnmarshalJSON(document []byte) error {
	var one string
	if json.Unmarshal(document, &one) == nil {
		*a = audience{one}
		return nil
	}
	return json.Unmarshal(document, (*[]string)(a))
}

// claimsOf reads a token without checking its signature: what it says is shown
// to people, and nothing is decided by it.
func claimsOf(token variables.Secret) (claims, bool) {
	var found claims
	parts := strings.Split(token.Open(), ".")
	if len(parts) != 3 {
		return found, false
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	if err != nil || json.Unmarshal(payload, &found) != nil || found.Issuer == "" {
		return found, false
	}
	return found, true
}

// remedyToken says what the token claims and what a trust policy needs for it.
func remedyToken(token variables.Secret, role string, err error) string {
	var refused smithy.APIError
	found, readable := claimsOf(token)
	if !errors.As(err, &refused) {
		return ""
	}
	if !readable {
		return "the token cannot be read, so it is no OIDC token that AWS could take"
	}
	lines := []string{
		"the token says",
		"  iss " + refusal.Line(found.Issuer),
		"  aud " + refusal.Line(strings.Join(found.Audience, ", ")),
		"  sub " + refusal.Line(found.Subject),
	}
	return strings.Join(append(lines, found.remedy(role, refused)...), "\n")
}

func (c claims) remedy(role string, refused smithy.APIError) []string {
	message := refused.ErrorMessage()
	switch {
	case strings.Contains(refused.ErrorCode(), "ExpiredToken"):
		return []string{fmt.Sprintf("it expired at %s: get a new one just before it is used", time.Unix(int64(c.Expires), 0).UTC().Format(time.RFC3339))}
	case strings.Contains(message, "No OpenIDConnect provider"):
		return []string{
			fmt.Sprintf("the account %s of the role has no identity provider of this issuer:", accountOf(role)),
			fmt.Sprintf("  aws iam create-open-id-connect-provider --url %s --client-id-list %s", shellWord(c.Issuer), shellWord(strings.Join(c.Audience, " "))),
		}
	case strings.Contains(message, "audience"):
		return append([]string{"the identity provider in IAM must list this aud as a client ID, and the trust policy must ask for it; or give the audience that they have: --audience"}, c.condition(role)...)
	case refused.ErrorCode() == "AccessDenied":
		return append(c.condition(role), c.pitfalls()...)
	}
	return c.condition(role)
}

// condition is the part of a trust policy that lets this token in.
func (c claims) condition(role string) []string {
	host := strings.TrimPrefix(c.Issuer, "https://")
	partition := strings.Split(role+"::", ":")[1]
	var aud any = strings.Join(c.Audience, "")
	if len(c.Audience) > 1 {
		aud = c.Audience
	}
	document, _ := json.Marshal(map[string]map[string]any{"StringEquals": {host + ":aud": aud, host + ":sub": c.Subject}})
	return []string{
		refusal.Line(fmt.Sprintf("the role's trust policy must allow sts:AssumeRoleWithWebIdentity to the principal {\"Federated\": \"arn:%s:iam::%s:oidc-provider/%s\"} with the condition", partition, accountOf(role), host)),
		"  " + refusal.Line(string(document)),
	}
}

// pitfalls are what costs people hours.
func (c claims) pitfalls() []string {
	var lines []string
	if c.Subject != strings.ToLower(c.Subject) {
		lines = append(lines, "every letter counts, and this sub has capital letters: a trust policy must have them in the same places")
	}
	if !strings.Contains(c.Issuer, "github") {
		return lines
	}
	parts := strings.Split(c.Subject, ":")
	if slices.Contains(parts, "environment") {
		lines = append(lines, "the job names an environment, so sub has the environment in place of the branch")
	}
	if slices.Contains(parts, "pull_request") {
		lines = append(lines, "this is a pull request, so sub names no branch")
	}
	if regexp.MustCompile(`^repo:[^/@]+@\d+/[^/@]+@\d+`).MatchString(c.Subject) {
		lines = append(lines, "sub holds the immutable IDs of owner and repository (repositories made since 2026-07-15, and those that opted in): a trust policy without them does not fit")
	} else if strings.HasPrefix(c.Subject, "repo:") {
		lines = append(lines, "sub has no immutable IDs (owner@ID/name@ID): a trust policy with them does not fit")
	}
	return lines
}

// shellWord quotes what is not plainly one word for a shell.
func shellWord(text string) string {
	if within(text, 1, 2048, letters+digits+nameRest+":/") {
		return text
	}
	return "'" + strings.ReplaceAll(refusal.Line(text), "'", `'\''`) + "'"
}
