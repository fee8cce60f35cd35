package simulator

import (
	"regexp"
	"strings"
	"time"
)

// GitHub is what its OIDC tokens say.
type GitHub struct {
	Issuer     string `yaml:"issuer"`
	Repository string `yaml:"repository"`
	Ref        string `yaml:"ref"`
	// Environment is the job's deployment environment; "" is none.
	Environment string `yaml:"environment"`
	// Event is what started the workflow, such as push or pull_request.
	Event string `yaml:"event"`
	// OwnerID and RepositoryID are GitHub's numbers of the two.
	OwnerID      string `yaml:"owner-id"`
	RepositoryID string `yaml:"repository-id"`
	// Immutable puts these numbers into the subject, which outlive names that
	// change hands.
	Immutable bool `yaml:"immutable"`
}

// gitHubIssuer is github.com's; an enterprise can have its own below it.
const gitHubIssuer = "https://token.actions.githubusercontent.com"

var (
	eventName = regexp.MustCompile(`^[a-z_]+$`)
	numericID = regexp.MustCompile(`^[0-9]+$`)
)

func (g *GitHub) complete() {
	g.Issuer = or(g.Issuer, gitHubIssuer)
	g.Repository = or(g.Repository, "octo-org/octo-repo")
	g.Ref = or(g.Ref, "refs/heads/main")
	g.Event = or(g.Event, "push")
}

func (g GitHub) check(faults *ConfigError) {
	if !eventName.MatchString(g.Event) {
		faults.add("github: event %q: not an event's name", g.Event)
	}
	for key, id := range map[string]string{"owner-id": g.OwnerID, "repository-id": g.RepositoryID} {
		if id != "" && !numericID.MatchString(id) {
			faults.add("github: %s %q: not a number", key, id)
		}
		if id == "" && g.Immutable {
			faults.add("github: immutable needs owner-id and repository-id, and %s is missing", key)
		}
	}
}

// subject: an environment goes before the event, and a pull request before
// the ref (GitHub docs, "OpenID Connect reference"). For the numbers see
// GitHub docs, "OpenID Connect", "Immutable subject claims".
func (g GitHub) subject() string {
	owner, name, _ := strings.Cut(g.Repository, "/")
	if g.Immutable {
		owner, name = owner+"@"+g.OwnerID, name+"@"+g.RepositoryID
	}
	subject := "repo:" + owner + "/" + name
	switch {
	case g.Environment != "":
		return subject + ":environment:" + g.Environment
	case g.Event == "pull_request":
		return subject + ":pull_request"
	default:
		return subject + ":ref:" + g.Ref
	}
}

// claims are those that AWS looks at, and those that people know from GitHub.
func (g GitHub) claims(audience string, now time.Time) map[string]any {
	owner, _, _ := strings.Cut(g.Repository, "/")
	claims := map[string]any{
		"jti":              randomUUID(),
		"iss":              g.Issuer,
		"aud":              audience,
		"sub":              g.subject(),
		"repository":       g.Repository,
		"repository_owner": owner,
		"ref":              g.Ref,
		"event_name":       g.Event,
		"nbf":              now.Add(-10 * time.Minute).Unix(),
	}
	for name, value := range map[string]string{
		"environment": g.Environment, "repository_owner_id": g.OwnerID, "repository_id": g.RepositoryID,
	} {
		if value != "" {
			claims[name] = value
		}
	}
	return claims
}
