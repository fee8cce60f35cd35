package policy

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// WebIdentity narrows the tokens of an OIDC provider to some jobs. Which
// fields count depends on the provider; one that it has no use for is an
// error, for it would narrow nothing.
type WebIdentity struct {
	// Provider is one of [Providers].
	Provider string
	// Issuer is the URL of the provider where it is somebody's own: GitHub
	// Enterprise Server, GitLab, a cluster of EKS.
	Issuer string
	// Audiences are those that a token may be for, any of them; the provider's
	// usual one where there are none.
	Audiences []string
	// Repository is OWNER/NAME of GitHub, GROUP/NAME of GitLab, the UUID of a
	// repository of Bitbucket.
	Repository string
	// OwnerID and RepositoryID are GitHub's immutable IDs. Form says which
	// subjects are let in: classic, immutable, or both; it follows from the IDs
	// where it is empty.
	OwnerID, RepositoryID, Form string
	Branches, Tags              []string
	Environments                []string
	// PullRequests lets the jobs of pull requests in.
	PullRequests bool
	// Workflow is a workflow of GitHub, OWNER/NAME/.github/workflows/FILE@REF.
	Workflow string
	// Pipeline is ORGANIZATION/PIPELINE of Buildkite, ORGANIZATION/PROJECT/PIPELINE
	// of Azure Pipelines.
	Pipeline string
	// Connection is ORGANIZATION/PROJECT/NAME of a service connection of Azure.
	Connection string
	// OrganizationID and ProjectID are UUIDs of CircleCI; the first is one of
	// Azure DevOps, too.
	OrganizationID, ProjectID string
	// Workspace and WorkspaceID are those of Bitbucket.
	Workspace, WorkspaceID string
	// Namespace and ServiceAccount are those of Kubernetes.
	Namespace, ServiceAccount string
}

// Providers are the names of the providers that are known.
func Providers() []string {
	return []string{"github", "gitlab", "buildkite", "circleci", "bitbucket", "azure", "eks"}
}

// tokens are what a provider's tokens say.
type tokens struct {
	issuer   string
	audience string
	// subjects may end in wildcards, where wild is set.
	subjects []string
	wild     bool
	// claims are further keys that AWS knows of the provider's tokens, each
	// with the values that will do.
	claims []Condition
}

func (w WebIdentity) tokens() (tokens, error) {
	switch w.Provider {
	case "github":
		return w.github()
	case "gitlab":
		return w.gitlab()
	case "buildkite":
		return w.buildkite()
	case "circleci":
		return w.circleci()
	case "bitbucket":
		return w.bitbucket()
	case "azure":
		return w.azure()
	case "eks":
		return w.eks()
	}
	return tokens{}, fmt.Errorf("provider %q: choose one of %s", w.Provider, strings.Join(Providers(), ", "))
}

func (t Trust) webIdentities() ([]Statement, error) {
	var all []Statement
	for _, w := range t.WebIdentities {
		if t.Account == "" {
			return nil, errors.New("account: missing: the identity provider is one of the role's account, so give its 12 digits")
		}
		said, err := w.tokens()
		if err != nil {
			return nil, err
		}
		if w.Issuer != "" {
			said.issuer = w.Issuer
		}
		host, err := issuerHost(said.issuer)
		if err != nil {
			return nil, err
		}
		audiences := w.Audiences
		if len(audiences) == 0 {
			audiences = []string{said.audience}
		}
		s := Statement{
			Sid: Sid(w.Provider), Reason: "tokens of these jobs may become the role",
			Principals: []Principal{{"Federated", "arn:" + t.Partition + ":iam::" + t.Account + ":oidc-provider/" + host}},
			Actions:    t.actions("sts:AssumeRoleWithWebIdentity"),
			Conditions: []Condition{{"StringEquals", host + ":aud", literals(audiences)}},
		}
		operator := "StringEquals"
		if said.wild {
			operator = "StringLike"
		}
		s.Conditions = append(s.Conditions, Condition{operator, host + ":sub", said.subjects})
		for _, claim := range said.claims {
			claim.Key = host + ":" + claim.Key
			s.Conditions = append(s.Conditions, claim)
		}
		all = append(all, s)
	}
	return all, nil
}

// issuerHost is the issuer as ARNs and condition keys have it.
func issuerHost(issuer string) (string, error) {
	host, secure := strings.CutPrefix(issuer, "https://")
	host = strings.TrimSuffix(host, "/")
	if !secure || host == "" || strings.ContainsAny(host, " \t\n\"'?#*\\") {
		return "", fmt.Errorf("issuer %q: write the URL of the provider, https://…, as tokens have it in iss", issuer)
	}
	return host, nil
}

// literal keeps a text from being a policy variable (IAM user guide, "IAM
// policy elements: Variables and tags", "Special characters").
func literal(text string) string { return strings.ReplaceAll(text, "${", "${$}{") }

func literals(texts []string) []string {
	var all []string
	for _, text := range texts {
		all = append(all, literal(text))
	}
	return all
}

// pattern tells whether a text has a wildcard.
func pattern(text string) bool { return strings.ContainsAny(text, "*?") }

// plain refuses texts that would let in more than the one thing they name, or
// that end one part of a subject and begin the next.
func plain(field, text, separators string) error {
	switch {
	case text == "":
		return fmt.Errorf("%s: missing", field)
	case pattern(text):
		return fmt.Errorf("%s %q: a wildcard here would let in what others own; name it whole", field, text)
	case strings.ContainsAny(text, separators+" \t\r\n"):
		return fmt.Errorf("%s %q: has a character that none has", field, text)
	}
	return nil
}

// parts splits A/B into n parts, each plain.
func parts(field, text string, n int) ([]string, error) {
	all := strings.Split(text, "/")
	if text == "" {
		return nil, fmt.Errorf("%s: missing", field)
	}
	if len(all) != n {
		return nil, fmt.Errorf("%s %q: write %d parts with / between them", field, text, n)
	}
	for _, part := range all {
		if err := plain(field, part, ":/"); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// useless refuses fields that the provider's tokens tell nothing of.
func (w WebIdentity) useless(why string, used ...string) error {
	for _, f := range w.fields() {
		if f.given && !slices.Contains(used, f.name) {
			return fmt.Errorf("%s: a token of %s says nothing of it to AWS, so that it would narrow nothing; %s", f.name, w.Provider, why)
		}
	}
	return nil
}

// Given names a field that narrows tokens and is set, empty for none.
func (w WebIdentity) Given() string {
	for _, f := range w.fields() {
		if f.given {
			return f.name
		}
	}
	return ""
}

type field struct {
	name  string
	given bool
}

func (w WebIdentity) fields() []field {
	return []field{
		{"repository", w.Repository != ""},
		{"owner-id", w.OwnerID != ""},
		{"repository-id", w.RepositoryID != ""},
		{"subject-form", w.Form != ""},
		{"branch", len(w.Branches) > 0},
		{"tag", len(w.Tags) > 0},
		{"environment", len(w.Environments) > 0},
		{"pull-requests", w.PullRequests},
		{"workflow", w.Workflow != ""},
		{"pipeline", w.Pipeline != ""},
		{"service-connection", w.Connection != ""},
		{"organization-id", w.OrganizationID != ""},
		{"project-id", w.ProjectID != ""},
		{"workspace", w.Workspace != ""},
		{"workspace-id", w.WorkspaceID != ""},
		{"namespace", w.Namespace != ""},
		{"service-account", w.ServiceAccount != ""},
	}
}
