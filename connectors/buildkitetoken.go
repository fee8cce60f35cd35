package connectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os/exec"
	"strconv"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// mostTokenLife is what Buildkite gives, in seconds (buildkite.com/docs,
// "Platform limits").
const mostTokenLife = 2 * 60 * 60

// askBuildkite lets the agent ask for the token: only it knows how
// (buildkite.com/docs/agent/v3/cli-oidc).
func (c *Connector) askBuildkite(ctx context.Context, log *slog.Logger) (variables.Secret, error) {
	const name = "buildkite-agent oidc request-token"
	program := c.find("buildkite-agent")
	if program == "" {
		return variables.Secret{}, variables.WithHint(
			&Unusable{Step: "getting the web identity of Buildkite", Err: errors.New("there is no buildkite-agent in PATH")},
			"the agent has it in the PATH of its jobs; a container needs it mounted, as the docker plugin's mount-buildkite-agent does")
	}
	command := exec.CommandContext(ctx, program, c.token.request()...)
	command.Env = c.machine.Environ()
	printed, err := printedBy(ctx, name, command, log)
	if err != nil {
		return variables.Secret{}, variables.WithHint(fmt.Errorf("getting the web identity of Buildkite: %w", err), "the agent's own words are in the log above; it gives tokens to jobs of Buildkite only")
	}
	return variables.NewSecret(strings.TrimSpace(string(printed))), nil
}

// request is the agent's command line. It has nothing secret on it.
func (t tokenSource) request() []string {
	arguments := []string{"oidc", "request-token", "--audience", t.audience}
	if t.lifetime > 0 {
		arguments = append(arguments, "--lifetime", strconv.FormatInt(t.lifetime, 10))
	}
	if len(t.tags) > 0 {
		arguments = append(arguments, "--aws-session-tag", strings.Join(t.tags, ","))
	}
	return arguments
}

// checkAsked refuses what is asked of Buildkite where the token, if there is
// one, comes from elsewhere.
func (c *Connector) checkAsked(v variables.Values) variables.Faults {
	var faults variables.Faults
	if c.token.lifetime > mostTokenLife {
		faults = append(faults, variables.Fault{Setting: "token-lifetime", Given: v.Text("token-lifetime"), Problem: "Buildkite gives a token 2 hours at most"})
	}
	if c.source == sourceWebIdentity && c.token.provider == providerBuildkite {
		return faults
	}
	for _, name := range []string{"token-lifetime", "token-tags"} {
		if v.Given(name) {
			faults = append(faults, variables.Fault{Setting: name, Problem: "only Buildkite is asked for it, for the source web-identity; leave it out"})
		}
	}
	return faults
}

// checkClaim keeps to what is one element of the agent's list, as agent_tag:queue
// is (buildkite.com/docs, "OpenID Connect", claims).
func checkClaim(text string) error {
	if !within(text, 1, 128, letters+digits+"_:.-") || strings.HasPrefix(text, "-") {
		return errors.New("a claim has letters, digits and _:.-, as in organization_slug")
	}
	return nil
}
