package e2e

import (
	"go/ast"
	"testing"
)

// opening says which files open a secret, and why they must. Whoever adds one
// says what for.
func opening() map[string]string {
	return map[string]string{
		"variables/fill.go":                "settings: whether a text is empty, whether two are the same, and those that are no secrets",
		"variables/secret.go":              "whether a secret is empty",
		"variables/variable.go":            "the texts of variables that are no secrets",
		"runners/azure.go":                 "delivery",
		"child/screen_unix.go":             "nothing: what opens a terminal is called so, too",
		"redaction/index.go":               "the forms of it that are hidden in a log",
		"runners/bamboo.go":                "delivery",
		"runners/circleci.go":              "delivery",
		"runners/environment.go":           "the environment of a command",
		"runners/exported.go":              "sums of what was exported",
		"runners/format.go":                "delivery",
		"runners/buildkite_redact.go":      "whether a secret is empty",
		"runners/format_logins.go":         "delivery",
		"runners/github_block.go":          "delivery",
		"runners/handover.go":              "delivery",
		"runners/harness.go":               "delivery",
		"runners/masks.go":                 "the commands that mask them",
		"runners/plain.go":                 "delivery",
		"runners/teamcity.go":              "delivery, of what is no secret",
		"tasks/login.go":                   "the JSON variables",
		"tasks/sts.go":                     "the JSON variables",
		"cmd/awsvars/credentialprocess.go": "the document for the AWS tools",
		"cmd/awsvars/dockercredential.go":  "the answer to Docker",
		"cmd/awsvars/dockerstore.go":       "whether a login is ours",
		"cache/entry.go":                   "the file of an entry",
		"cmd/awsvars/profile.go":           "the access key ID and other texts that are no secrets",
		"cmd/awsvars/serve.go":             "the token for the command's environment",
		"dropins/droneecr_rules.go":        "settings that are no secrets",
		"dropins/dropin.go":                "inputs: whether a text is empty, and those that are no secrets",
		"dropins/translation.go":           "inputs that are no secrets, and whether keys are given",
		"dropins/configure_outputs.go":     "the expiration",
		"endpoint/serve.go":                "the document for the AWS tools, and the comparison of tokens",
		"profiles/profile.go":              "the files of the AWS tools",
		"docker/call.go":                   "whether a helper printed the password",
		"docker/config.go":                 "whether a password can be one",
		"docker/entry.go":                  "the entry in Docker's configuration, and the comparison with what is there",
		"docker/helper.go":                 "the stdin of a credential helper",
		"docker/login.go":                  "the comparison with what Docker reads",
		"docker/verify.go":                 "the header of the request",
		"images/engine_push.go":            "the requests to the engine",
		"images/existing.go":               "the registry's login",
		"images/relay_registry.go":         "the comparison of logins",
		"connectors/source.go":             "signing",
		"connectors/environment.go":        "whether keys can be keys",
		"connectors/chain.go":              "whether a secret key has special characters",
		"connectors/container.go":          "the header of the request",
		"connectors/githubtoken.go":        "the header of the request",
		"connectors/webidentity.go":        "the request",
		"connectors/token.go":              "whether a token can be one",
		"connectors/claims.go":             "what a token claims",
		"connectors/hop.go":                "the request",
		"connectors/federation.go":         "the request",
		"connectors/fingerprint.go":        "sums of secrets that tell who the caller is",
		"connectors/fingerprinttoken.go":   "what a token claims",
		"connectors/plan.go":               "whether a code can be one",
		"connectors/beside.go":             "texts that the connectors file refers to",
		"connectors/process.go":            "the command to run",
		"connectors/sharedfile.go":         "values of several lines",
	}
}

// TestWhoOpensSecrets: every place is known.
func TestWhoOpensSecrets(t *testing.T) {
	t.Parallel()
	_, all := sources(t)
	found := map[string]bool{}
	for _, s := range all {
		folder := s.folder()
		if folder == "simulator" || folder == "cmd/awsvars-simulator" || folder == "bench/floor" || folder == "bench/report" {
			continue
		}
		ast.Inspect(s.file, func(node ast.Node) bool {
			call, ok := node.(*ast.CallExpr)
			if !ok || len(call.Args) > 0 {
				return true
			}
			if method, ok := call.Fun.(*ast.SelectorExpr); ok && method.Sel.Name == "Open" {
				found[s.path] = true
			}
			return true
		})
	}
	for path := range found {
		if opening()[path] == "" {
			t.Errorf("%s opens a secret; it is none of the places that must", path)
		}
	}
	for path := range opening() {
		if !found[path] {
			t.Errorf("%s opens no secret", path)
		}
	}
}
