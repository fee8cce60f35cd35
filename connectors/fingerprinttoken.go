package connectors

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// originOfToken is the caller of the source web-identity. GitHub and Buildkite
// would have to be asked for the token: what lets a job ask is a secret of that
// job alone.
func (c *Connector) originOfToken() (string, bool) {
	h := c.token.hop
	if h.role == "" {
		h = c.roleOfEnvironment()
	}
	var token variables.Secret
	switch c.token.provider {
	case providerGiven:
		token = c.token.text
	case providerFile:
		return originOfFile(c.token.file, h)
	case providerGitHub:
		return c.originOfJob(h, gitHubURL, gitHubToken)
	case providerBuildkite:
		return c.originOfJob(h, "BUILDKITE_JOB_ID", "BUILDKITE_AGENT_ACCESS_TOKEN")
	case providerCircleCI:
		text, _ := c.machine.first("CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN")
		token = variables.NewSecret(strings.TrimSpace(text))
	case providerBitbucket:
		token = variables.NewSecret(strings.TrimSpace(c.machine.get("BITBUCKET_STEP_OIDC_TOKEN")))
	default:
		return originOfFile(c.machine.get(tokenFileVariable), h)
	}
	return originOf(token, h)
}

// originOfJob is a job that may ask for a token, by its public name and the
// secret that it asks with.
func (c *Connector) originOfJob(h hop, name, secret string) (string, bool) {
	public, bearer := c.machine.get(name), variables.NewSecret(c.machine.get(secret))
	return fmt.Sprintf("job %s %q %q %q %s\n%s", c.token.provider, c.token.audience, c.token.tags, public, digest(bearer), h.key()), public != "" && !bearer.Empty()
}

func originOfFile(path string, h hop) (string, bool) {
	token, err := readSecretFile(path)
	if err != nil {
		return "", false
	}
	return originOf(token, h)
}

func originOf(token variables.Secret, h hop) (string, bool) {
	return "token " + saidBy(token) + "\n" + h.key(), checkJWT(token) == nil
}

// saidBy is what a token claims, without what changes from one token of the
// same bearer to the next (RFC 7519, section 4.1), or the sum of what is no
// such token. Nobody checks the signature: who could write this user's
// environment with a token of their own could read this user's files as well.
func saidBy(token variables.Secret) string {
	parts := strings.Split(token.Open(), ".")
	if len(parts) != 3 {
		return digest(token)
	}
	payload, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(parts[1], "="))
	var claimed map[string]json.RawMessage
	if err != nil || json.Unmarshal(payload, &claimed) != nil || len(claimed["iss"]) == 0 || len(claimed["sub"]) == 0 {
		return digest(token)
	}
	for _, passing := range []string{"iat", "nbf", "exp", "jti"} {
		delete(claimed, passing)
	}
	// Maps are written in the order of their keys, and what was read can be
	// written.
	text, _ := json.Marshal(claimed)
	return string(text)
}
