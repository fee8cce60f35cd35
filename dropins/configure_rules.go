package dropins

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// configure is what a step that was written for configure-aws-credentials
// means, as far as its table cannot say it.
type configure struct {
	*Translation
	g Given
}

func (c configure) rules() {
	if c.text("aws-region") == "" {
		c.fault("aws-region", "", "not given: configure-aws-credentials, whose inputs these are, needs one, here or in AWS_REGION")
	}
	// AWS is asked who it is, so that keys which it does not take fail here.
	c.set("add-caller-identity", "true", c.Tool.Name)
	c.calls()
	c.delivery()
	if c.text("role-to-assume") == "" {
		c.drop("there is no role-to-assume", "role-duration-seconds", "role-external-id", "role-session-name", "role-skip-session-tagging",
			"transitive-tag-keys", "inline-session-policy", "managed-session-policies", "special-characters-workaround", "custom-tags")
	}
	if c.source() {
		c.drop("tags and an external ID cannot go with a web identity: AWS takes what the token says", "role-external-id", "custom-tags", "transitive-tag-keys")
	} else if c.text("role-to-assume") != "" {
		c.withCredentials()
	}
	if c.text("role-to-assume") != "" {
		if strings.Trim(c.text("role-duration-seconds"), "0") == "" {
			// Zero is its default there.
			c.forget("role-duration-seconds")
		}
		c.otherwise("role-duration-seconds", "3600")
		c.otherwise("role-session-name", "GitHubActions")
	}
}

// source decides whose credentials these are: those of a token file, keys that
// are given, GitHub's token, or what the job has. It tells whether a role is
// assumed with a web identity.
func (c configure) source() (webIdentity bool) {
	role, file := c.text("role-to-assume"), c.text("web-identity-token-file")
	given := c.text("aws-access-key-id")+c.text("aws-secret-access-key")+c.text("aws-session-token") != ""
	for _, name := range []string{"aws-access-key-id", "aws-secret-access-key", "aws-session-token"} {
		c.Secrets = append(c.Secrets, c.given[name].Text)
	}
	chaining, skip := c.on("role-chaining", false), c.on("force-skip-oidc", false)
	switch {
	case file != "":
		c.drop("web-identity-token-file says who the job is", "aws-access-key-id", "aws-secret-access-key", "aws-session-token", "role-chaining")
		if !filepath.IsAbs(file) {
			c.set("web-identity-token-file", filepath.Join(c.g.variable("GITHUB_WORKSPACE"), file), c.given["web-identity-token-file"].Origin)
		}
		c.decide("the token in %s", file)
		return true
	case given:
		c.drop("keys are given, and they sign", "role-chaining")
		c.decide("the keys that are given")
	case role != "" && !chaining && !skip && c.g.variable("ACTIONS_ID_TOKEN_REQUEST_TOKEN") != "":
		c.set("source", "web-identity", c.Tool.Name)
		c.set("web-identity-provider", "github", c.Tool.Name)
		c.decide("the token of GitHub")
		return true
	case role == "":
		// There is nothing to get: what the job has is checked, and stays.
		c.set("use-existing-credentials", "true", c.Tool.Name)
		c.decide("where the job has them already, since there is no role-to-assume")
	case chaining || skip:
		c.decide("where the job has them already")
	default:
		c.decide("where the job has them already: it may not ask GitHub for a token, which permissions: id-token: write would let it")
	}
	return false
}

func (c configure) decide(format string, args ...any) {
	c.Decision = "those of " + c.Tool.Name + "; credentials come from " + fmt.Sprintf(format, args...)
}

// withCredentials is what goes with a role that credentials assume.
func (c configure) withCredentials() {
	if id := c.text("role-external-id"); id != "" {
		// An ID may hold commas; a list of one says that it is one.
		list, _ := json.Marshal([]string{id})
		c.set("external-id", string(list), c.given["role-external-id"].Origin)
	}
	c.tags()
}

// calls are how often and how long AWS is asked. Each attempt there is up to
// three calls, since the SDK has patience of its own.
func (c configure) calls() {
	const calls, most = 3, 7
	attempts := most
	if text := c.text("retry-max-attempts"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			c.fault("retry-max-attempts", text, "write a whole number")
		}
		if n != 0 {
			// Zero is its default there.
			attempts = max(1, min(n, most))
		}
	}
	if c.on("disable-retry", false) {
		attempts = 1
	}
	if c.g.text("retries") == "" {
		c.set("retries", strconv.Itoa(attempts*calls-1), c.Tool.Name)
	}
	if strings.Trim(c.text("action-timeout-s"), "0") == "" {
		// Zero is no limit there.
		c.forget("action-timeout-s")
	}
}

// delivery is what later steps see.
func (c configure) delivery() {
	profile := c.text("aws-profile")
	exported := c.on("output-env-credentials", profile == "")
	c.set("standard-names", strconv.FormatBool(exported), c.Tool.Name)
	if !exported {
		c.drop("the job's environment is not written", "unset-current-credentials")
	}
	c.complete = func(set *variables.Set) error {
		if err := completeConfigure(set); err != nil || profile == "" || !exported {
			return err
		}
		return set.AddVariable(variables.Variable{Name: "profile", Value: variables.NewSecret(profile), Standard: []string{"AWS_PROFILE"}})
	}
}

// otherwise gives an input the default that it has there.
func (c configure) otherwise(name, text string) {
	if c.text(name) != "" {
		return
	}
	for _, input := range c.Tool.Inputs {
		if input.Name == name {
			c.set(input.Setting, text, c.Tool.Name)
		}
	}
}
