package policy

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
)

// gitlab: project_path:GROUP/NAME:ref_type:branch:ref:NAME (GitLab docs, "OpenID
// Connect (OIDC) Authentication Using ID Tokens", "Token payload"). AWS sees
// aud and sub only.
func (w WebIdentity) gitlab() (tokens, error) {
	said := tokens{issuer: "https://gitlab.com", audience: "https://gitlab.com"}
	if err := w.useless("name repository, branch or tag", "repository", "branch", "tag"); err != nil {
		return said, err
	}
	if !strings.Contains(w.Repository, "/") {
		return said, fmt.Errorf("repository %q: write the path of the project, GROUP/NAME", w.Repository)
	}
	for _, part := range strings.Split(w.Repository, "/") {
		if err := plain("repository", part, ":/"); err != nil {
			return said, err
		}
	}
	refs, err := w.refs("ref_type:branch:ref:", "ref_type:tag:ref:")
	if err != nil {
		return said, err
	}
	if len(refs) == 0 {
		refs = []string{"*"}
	}
	for _, ref := range refs {
		said.subjects = append(said.subjects, literal("project_path:"+w.Repository+":"+ref))
		said.wild = said.wild || pattern(ref)
	}
	return said, nil
}

// buildkite: organization:ORG:pipeline:SLUG:ref:REF:commit:SHA:step:KEY
// (Buildkite docs, "buildkite-agent oidc"), so that it never ends with the ref.
func (w WebIdentity) buildkite() (tokens, error) {
	said := tokens{issuer: "https://agent.buildkite.com", audience: "sts.amazonaws.com", wild: true}
	if err := w.useless("name pipeline, branch or tag", "pipeline", "branch", "tag"); err != nil {
		return said, err
	}
	names, err := parts("pipeline", w.Pipeline, 2)
	if err != nil {
		return said, err
	}
	refs, err := w.refs("refs/heads/", "refs/tags/")
	if err != nil {
		return said, err
	}
	if len(refs) == 0 {
		refs = []string{"*"}
	}
	for _, ref := range refs {
		if ref != "*" {
			ref += ":commit:*"
		}
		said.subjects = append(said.subjects, literal("organization:"+names[0]+":pipeline:"+names[1]+":ref:"+ref))
	}
	return said, nil
}

const uuid = `[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}`

func isUUID(field, text string) error {
	if !regexp.MustCompile(`^` + uuid + `$`).MatchString(text) {
		return fmt.Errorf("%s %q: write its UUID", field, text)
	}
	return nil
}

// circleci: org/ORG/project/PROJECT/user/USER in the first version of the
// token, with /vcs-origin/ORIGIN/vcs-ref/REF behind it in the second (CircleCI
// docs, "OpenID Connect tokens in jobs"). The issuer has the organization in it,
// and its ID is the audience.
func (w WebIdentity) circleci() (tokens, error) {
	said := tokens{wild: true}
	if err := w.useless("name organization-id, project-id, branch or tag", "organization-id", "project-id", "branch", "tag"); err != nil {
		return said, err
	}
	if err := errors.Join(isUUID("organization-id", w.OrganizationID), isUUID("project-id", w.ProjectID)); err != nil {
		return said, err
	}
	said.issuer, said.audience = "https://oidc.circleci.com/org/"+w.OrganizationID, w.OrganizationID
	refs, err := w.refs("refs/heads/", "refs/tags/")
	if err != nil {
		return said, err
	}
	before := "org/" + w.OrganizationID + "/project/" + w.ProjectID + "/user/*"
	if len(refs) == 0 {
		said.subjects = []string{before}
	}
	for _, ref := range refs {
		said.subjects = append(said.subjects, literal(before+"/vcs-ref/"+ref))
	}
	return said, nil
}

// bitbucket: {REPOSITORY}:{STEP}, with {ENVIRONMENT} between them in a
// deployment (Bitbucket support, "Integrate Pipelines with resource servers
// using OIDC"). The step is another one each time.
func (w WebIdentity) bitbucket() (tokens, error) {
	said := tokens{wild: true}
	if err := w.useless("name workspace, workspace-id, repository and environment, each of the last three by its UUID", "workspace", "workspace-id", "repository", "environment"); err != nil {
		return said, err
	}
	if err := plain("workspace", w.Workspace, ":/"); err != nil {
		return said, err
	}
	workspace, repository := strings.Trim(w.WorkspaceID, "{}"), strings.Trim(w.Repository, "{}")
	if err := errors.Join(isUUID("workspace-id", workspace), isUUID("repository", repository)); err != nil {
		return said, err
	}
	said.issuer = "https://api.bitbucket.org/2.0/workspaces/" + w.Workspace + "/pipelines-config/identity/oidc"
	said.audience = "ari:cloud:bitbucket::workspace/" + workspace
	if len(w.Environments) == 0 {
		said.subjects = []string{"{" + repository + "}:*"}
	}
	for _, environment := range w.Environments {
		environment = strings.Trim(environment, "{}")
		if err := isUUID("environment", environment); err != nil {
			return said, err
		}
		said.subjects = append(said.subjects, "{"+repository+"}:{"+environment+"}:*")
	}
	return said, nil
}

// azure: sc://ORGANIZATION/PROJECT/CONNECTION for a service connection,
// p://ORGANIZATION/PROJECT/PIPELINE for a pipeline's own token; the issuer has
// the organization's ID (AWS Toolkit for Azure DevOps user guide, "Federated
// credentials"; the pipeline's form as tokens of SYSTEM_OIDCREQUESTURI have it).
func (w WebIdentity) azure() (tokens, error) {
	said := tokens{audience: "api://AzureADTokenExchange"}
	if err := w.useless("name organization-id, and service-connection or pipeline", "organization-id", "service-connection", "pipeline"); err != nil {
		return said, err
	}
	if err := isUUID("organization-id", w.OrganizationID); err != nil {
		return said, err
	}
	said.issuer = "https://vstoken.dev.azure.com/" + w.OrganizationID
	for _, kind := range []struct{ field, scheme, text string }{{"service-connection", "sc://", w.Connection}, {"pipeline", "p://", w.Pipeline}} {
		if kind.text == "" {
			continue
		}
		// Names of projects may have spaces.
		names := strings.Split(kind.text, "/")
		if len(names) != 3 || pattern(kind.text) || strings.TrimSpace(names[0]) == "" || strings.TrimSpace(names[1]) == "" || strings.TrimSpace(names[2]) == "" {
			return said, fmt.Errorf("%s %q: write ORGANIZATION/PROJECT/NAME, without wildcards", kind.field, kind.text)
		}
		said.subjects = append(said.subjects, literal(kind.scheme+kind.text))
	}
	if len(said.subjects) == 0 {
		return said, errors.New("service-connection: missing: write ORGANIZATION/PROJECT/NAME, or a pipeline in the same form")
	}
	return said, nil
}

// eks: system:serviceaccount:NAMESPACE:NAME (EKS user guide, "IAM roles for
// service accounts"). Each cluster is its own issuer.
func (w WebIdentity) eks() (tokens, error) {
	said := tokens{audience: "sts.amazonaws.com"}
	if err := w.useless("name namespace and service-account", "namespace", "service-account"); err != nil {
		return said, err
	}
	if w.Issuer == "" {
		return said, errors.New("issuer: missing: aws eks describe-cluster --name CLUSTER --query cluster.identity.oidc.issuer tells it")
	}
	if err := errors.Join(plain("namespace", w.Namespace, ":/"), plain("service-account", w.ServiceAccount, ":/")); err != nil {
		return said, err
	}
	said.subjects = []string{literal("system:serviceaccount:" + w.Namespace + ":" + w.ServiceAccount)}
	return said, nil
}
