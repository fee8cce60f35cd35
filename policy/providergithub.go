package policy

import (
	"fmt"
	"regexp"
	"strings"
)

// github: the subject is repo:OWNER/NAME:CONTEXT, where the context is the
// environment of a job that names one, pull_request, or the ref. Repositories
// with immutable IDs have them behind both names (GitHub docs, "OpenID Connect
// reference"). Branch, workflow and environment are keys of their own, too (AWS
// news of January 2026, "AWS STS now supports validation of select identity
// provider specific claims"; IAM user guide, "Available keys for AWS OIDC
// federation").
func (w WebIdentity) github() (tokens, error) {
	said := tokens{issuer: "https://token.actions.githubusercontent.com", audience: "sts.amazonaws.com"}
	if err := w.useless("name repository, branch, tag, environment or workflow", "repository", "owner-id", "repository-id", "subject-form", "branch", "tag", "environment", "pull-requests", "workflow"); err != nil {
		return said, err
	}
	repositories, err := w.githubRepositories()
	if err != nil {
		return said, err
	}
	refs, err := w.refs("refs/heads/", "refs/tags/")
	if err != nil {
		return said, err
	}
	var contexts []string
	for _, environment := range w.Environments {
		if err := plain("environment", environment, ""); err != nil && strings.TrimSpace(environment) == "" {
			return said, err
		}
		contexts = append(contexts, "environment:"+escaped(environment))
	}
	switch {
	case len(contexts) > 0 && len(refs) > 0:
		// A job with an environment says nothing of the ref in its subject.
		said.claims = append(said.claims, refClaim(refs))
	case len(contexts) == 0:
		for _, ref := range refs {
			contexts = append(contexts, "ref:"+ref)
		}
	}
	if w.PullRequests {
		contexts = append(contexts, "pull_request")
	}
	if len(contexts) == 0 {
		contexts = []string{"*"}
	}
	for _, repository := range repositories {
		for _, context := range contexts {
			said.subjects = append(said.subjects, literal("repo:"+repository+":"+context))
			said.wild = said.wild || pattern(context)
		}
	}
	if w.Workflow != "" {
		if !regexp.MustCompile(`^[^/:*?]+/[^/:*?]+/\.github/workflows/[^/:*?@]+@\S+$`).MatchString(w.Workflow) {
			return said, fmt.Errorf("workflow %q: write OWNER/NAME/.github/workflows/FILE@REF", w.Workflow)
		}
		claim := Condition{"StringEquals", "job_workflow_ref", []string{literal(w.Workflow)}}
		if pattern(w.Workflow) {
			claim.Operator = "StringLike"
		}
		said.claims = append(said.claims, claim)
	}
	return said, nil
}

// escaped turns a colon of an environment's name into %3A, as GitHub does
// (GitHub docs, "OpenID Connect reference", "Filtering for a specific
// environment").
func escaped(environment string) string { return strings.ReplaceAll(environment, ":", "%3A") }

func refClaim(refs []string) Condition {
	claim := Condition{"StringEquals", "ref", literals(refs)}
	if pattern(strings.Join(refs, "")) {
		claim.Operator = "StringLike"
	}
	return claim
}

// githubRepositories are the forms in which a repository stands in a subject.
func (w WebIdentity) githubRepositories() ([]string, error) {
	names, err := parts("repository", w.Repository, 2)
	if err != nil {
		return nil, err
	}
	form := w.Form
	if form == "" && w.OwnerID+w.RepositoryID != "" {
		form = "immutable"
	}
	classic, immutable := names[0]+"/"+names[1], ""
	if form == "immutable" || form == "both" {
		for _, id := range []struct{ field, text string }{{"owner-id", w.OwnerID}, {"repository-id", w.RepositoryID}} {
			if !regexp.MustCompile(`^[0-9]{1,20}$`).MatchString(id.text) {
				return nil, fmt.Errorf("%s %q: the number that GitHub's API gives as id", id.field, id.text)
			}
		}
		immutable = names[0] + "@" + w.OwnerID + "/" + names[1] + "@" + w.RepositoryID
	}
	switch form {
	case "", "classic":
		return []string{classic}, nil
	case "immutable":
		return []string{immutable}, nil
	case "both":
		return []string{immutable, classic}, nil
	}
	return nil, fmt.Errorf("subject-form %q: choose one of classic, immutable, both", form)
}

// refs are branches and tags with what stands before them.
func (w WebIdentity) refs(branch, tag string) ([]string, error) {
	var all []string
	for _, kind := range []struct {
		field, prefix string
		names         []string
	}{{"branch", branch, w.Branches}, {"tag", tag, w.Tags}} {
		for _, name := range kind.names {
			if name == "" || strings.ContainsAny(name, ": \t\r\n~^\\[") || strings.HasPrefix(name, "refs/") {
				return nil, fmt.Errorf("%s %q: write its name as git does, without refs/", kind.field, name)
			}
			all = append(all, kind.prefix+name)
		}
	}
	return all, nil
}
