package dropins

import (
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// inAction tells whether it is the step of an action: a script's step names its
// task on the command line. Settings in a script are never another tool's.
func inAction(g Given) bool { return g.text("task") != "" }

// ownWords are the words of awsvars that say how to get credentials and what
// becomes of them. Whoever writes one of them gets awsvars' own meaning of all
// inputs: no other tool has these words.
func ownWords() []string {
	return []string{
		"connector", "connectors", "source", "profile", "region", "registry-region", "imds-v1", "unset",
		"web-identity-provider", "web-identity-token", "oidc-audience", "oidc-token-id", "token-lifetime", "oidc-token-lifetime", "token-tags",
		"principal-type", "role-arn", "assume-role", "external-id", "duration", "duration-seconds", "role-session-duration",
		"policy", "policy-arns", "policy-arn", "omit-policy", "federated-user-name",
		"session-tags", "optional-tags", "source-identity", "mfa-serial", "mfa-serial-number", "mfa-code",
		"access-key-id", "access-key", "secret-access-key", "secret-key", "session-token",
		"write-profile", "overwrite-profile", "standard-names",
	}
}

// says tells whether one of words is given, as an input or as AWSVARS_*.
func says(g Given, words ...string) bool {
	return slices.ContainsFunc(words, func(word string) bool {
		return g.text(word) != "" || g.variable(variables.OwnName(word)) != ""
	})
}
