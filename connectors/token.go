package connectors

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// The makers of OIDC tokens that the setting web-identity-provider takes.
const (
	providerAuto       = "auto"
	providerGitHub     = "github"
	providerBuildkite  = "buildkite"
	providerCircleCI   = "circleci"
	providerBitbucket  = "bitbucket"
	providerKubernetes = "kubernetes"
	// A token or a file that somebody gave.
	providerGiven = "given"
	providerFile  = "file"
)

func providers() []string {
	return []string{providerAuto, providerGitHub, providerBuildkite, providerCircleCI, providerBitbucket, providerKubernetes}
}

// defaultAudience is what AWS's own pages tell people to list with the
// identity provider (IAM user guide, "Create an OpenID Connect (OIDC) identity
// provider").
const defaultAudience = "sts.amazonaws.com"

// tokenSource is where the token of a web identity comes from.
type tokenSource struct {
	provider, audience, file string
	// chosen tells that somebody named the provider.
	chosen bool
	text   variables.Secret
	// lifetime, in seconds, and tags are what Buildkite is asked for besides.
	lifetime int64
	tags     []string
	// hop is the role that the token is for; empty where the environment names
	// it.
	hop hop
}

func tokenSourceOf(v variables.Values) tokenSource {
	return tokenSource{provider: v.Text("web-identity-provider"), chosen: v.Text("web-identity-provider") != providerAuto, audience: v.Text("audience"), file: v.Text("web-identity-token-file"), text: v.Secret("web-identity-token"), lifetime: v.Seconds("token-lifetime"), tags: v.List("token-tags")}
}

func (t tokenSource) key() string {
	return fmt.Sprintf("%s %q %q %q %s", t.provider, t.audience, t.file, t.tags, t.hop.key())
}

// settle decides whose token it is. The CI system comes before an EKS service
// account, which a runner in a cluster has besides: the token of the job says
// which job it is.
func (t *tokenSource) settle(m Machine) {
	switch {
	case t.provider != providerAuto:
	case !t.text.Empty():
		t.provider = providerGiven
	case t.file != "":
		t.provider = providerFile
	case m.get("GITHUB_ACTIONS") == "true", m.get(gitHubURL) != "":
		t.provider = providerGitHub
	case m.get("BUILDKITE") == "true":
		t.provider = providerBuildkite
	case m.get("CIRCLECI") == "true":
		t.provider = providerCircleCI
	case m.get("BITBUCKET_BUILD_NUMBER") != "":
		t.provider = providerBitbucket
	default:
		t.provider = providerKubernetes
	}
}

// fetch gets the token, and says in words whose it is.
func (c *Connector) fetchToken(ctx context.Context, log *slog.Logger) (token variables.Secret, whose string, err error) {
	c.renewable.noteToken(c.token.provider)
	switch c.token.provider {
	case providerGiven:
		token, whose = c.token.text, "web-identity-token"
	case providerFile:
		whose = "web-identity-token-file"
		token, err = readSecretFile(c.token.file)
	case providerGitHub:
		whose = "GitHub"
		token, err = c.askGitHub(ctx)
	case providerBuildkite:
		whose = "Buildkite"
		token, err = c.askBuildkite(ctx, log)
	case providerCircleCI:
		whose = "CircleCI"
		token, err = c.tokenVariable("run the job with a context: CircleCI gives the token to such jobs", "CIRCLE_OIDC_TOKEN_V2", "CIRCLE_OIDC_TOKEN")
	case providerBitbucket:
		whose = "Bitbucket"
		token, err = c.tokenVariable("write oidc: true into the step", "BITBUCKET_STEP_OIDC_TOKEN")
	default:
		whose = tokenFileVariable
		token, err = c.kubernetesToken()
	}
	step := "getting the web identity of " + whose
	if err == nil {
		err = checkJWT(token)
	}
	var unusable *Unusable
	if err != nil && !errors.As(err, &unusable) && c.token.provider != providerGitHub {
		err = &Unusable{Step: step, Err: err}
	}
	return token, whose, err
}

const tokenFileVariable = "AWS_WEB_IDENTITY_TOKEN_FILE"

func (c *Connector) kubernetesToken() (variables.Secret, error) {
	path := c.machine.get(tokenFileVariable)
	if path == "" && c.token.chosen {
		return variables.Secret{}, variables.WithHint(
			&Unusable{Step: "getting the web identity of Kubernetes", Err: errors.New(tokenFileVariable + " is not set")},
			"annotate the pod's service account with eks.amazonaws.com/role-arn, and start the pod again")
	}
	if path == "" {
		return variables.Secret{}, variables.WithHint(
			&Unusable{Step: "getting a web identity", Err: errors.New("no token is given, this is no job of a CI system whose tokens awsvars knows, and " + tokenFileVariable + " is not set")},
			remedyNoToken(c.machine))
	}
	return readSecretFile(path)
}

func remedyNoToken(m Machine) string {
	own := variables.OwnName("web-identity-token")
	if m.get("GITLAB_CI") == "true" {
		return "let GitLab give the job one; in .gitlab-ci.yml:\n  id_tokens:\n    " + own + ":\n      aud: " + defaultAudience
	}
	return "give the job's OIDC token as " + own + ", or a file that holds it as web-identity-token-file"
}

// tokenVariable reads a token that the CI system puts into the environment
// (circleci.com/docs/openid-connect-tokens; support.atlassian.com, "Deploy on
// AWS using Bitbucket Pipelines OpenID Connect").
func (c *Connector) tokenVariable(remedy string, names ...string) (variables.Secret, error) {
	if text, _ := c.machine.first(names...); text != "" {
		return variables.NewSecret(strings.TrimSpace(text)), nil
	}
	return variables.Secret{}, variables.WithHint(&Unusable{Step: "getting a web identity", Err: fmt.Errorf("%s is not set", names[0])}, remedy)
}

// checkJWT refuses what cannot be a token, such as an error page, before it is
// sent (STS API reference, AssumeRoleWithWebIdentity, WebIdentityToken).
func checkJWT(token variables.Secret) error {
	text := token.Open()
	if !within(text, 4, 20000, letters+digits+"-_=.") || strings.Count(text, ".") != 2 {
		return errors.New("this is no OIDC token: one has three parts in base64 with dots between, and 20000 characters at most")
	}
	return nil
}

// checkAudience keeps to what can stand in a URL and on a command line.
func checkAudience(text string) error {
	if !within(text, 1, 255, letters+digits+nameRest+":/") || strings.HasPrefix(text, "-") {
		return errors.New("an audience has 1 to 255 letters, digits and _+=,.@:/-")
	}
	return nil
}
