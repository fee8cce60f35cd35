package policy

import (
	"regexp"
	"strings"
)

// judgeSubject says what is wrong with a subject of a provider whose form is
// known.
func judgeSubject(host, subject string) []Finding {
	judge := map[string]func(string) []Finding{
		"token.actions.githubusercontent.com": githubSubject,
		"gitlab.com":                          gitlabSubject,
		"agent.buildkite.com":                 buildkiteSubject,
	}[strings.ToLower(host)]
	switch {
	case judge != nil:
	case strings.HasPrefix(host, "oidc.circleci.com/org/"):
		judge = circleSubject
	case strings.HasPrefix(host, "oidc.eks."):
		judge = clusterSubject
	case strings.HasPrefix(host, "api.bitbucket.org/"):
		judge = bitbucketSubject
	default:
		return nil
	}
	return judge(subject)
}

func never(text, remedy string) []Finding {
	return []Finding{{Severity: Error, Text: text, Remedy: remedy}}
}

func wide(s Severity, text, remedy string) []Finding {
	return []Finding{{Severity: s, Text: text, Remedy: remedy}}
}

// githubSubject: repo:OWNER/NAME:CONTEXT, each name with @ID where IDs are
// immutable; the context is environment:NAME, pull_request or ref:REF (GitHub
// docs, "OpenID Connect reference"). Repositories may be given other forms,
// which begin with another claim.
func githubSubject(subject string) []Finding {
	rest, ok := strings.CutPrefix(subject, "repo:")
	if !ok {
		if i := strings.IndexAny(subject, "*?"); i >= 0 && strings.HasPrefix("repo:", subject[:min(i, 5)]) {
			return never("it fits repositories of everybody", "write repo:OWNER/NAME:…")
		}
		if regexp.MustCompile(`^[\w.-]+/[\w.-]+`).MatchString(subject) {
			return never("GitHub begins with repo:", "write repo:"+subject)
		}
		return wide(Warning, "GitHub sends this form only where the repository has a template of its own for it", "the usual form is repo:OWNER/NAME:ref:refs/heads/BRANCH")
	}
	path, context, hasContext := strings.Cut(rest, ":")
	owner, name, hasName := strings.Cut(path, "/")
	ownerName, _, _ := strings.Cut(owner, "@")
	switch {
	case wildcarded(ownerName):
		return never("its wildcard stands in the name of the owner, so that it fits repositories of others, too", "write the owner in full, then /")
	case !hasName:
		return never("it names no repository", "write repo:OWNER/NAME:…")
	case !hasContext && !wildcarded(name):
		return never("it never fits: GitHub adds :ref:…, :environment:… or :pull_request", "write "+subject+":ref:refs/heads/BRANCH")
	case wildcarded(name):
		return wide(Warning, "it fits more than one repository of "+ownerName, "name the repository, and what follows behind a colon")
	}
	return githubContext(context)
}

func githubContext(context string) []Finding {
	stem, _, wild := strings.Cut(context, "*")
	ref, isRef := strings.CutPrefix(context, "ref:")
	switch {
	case context == "*":
		return wide(Note, "it fits every branch and tag, every environment and pull requests", "")
	case context == "pull_request":
		return wide(Note, "it fits every pull request from a branch of the repository", "")
	case strings.HasPrefix(context, "environment:"):
		return nil
	case isRef && (strings.HasPrefix(ref, "refs/") || wildcarded(ref)):
		if strings.Contains(ref, ":environment:") {
			return never("it never fits: a job with an environment has environment:NAME in place of ref:…", "write …:environment:NAME")
		}
		return nil
	case isRef:
		return never("it never fits: a ref is written in full", "write ref:refs/heads/"+ref)
	case strings.HasPrefix(context, "refs/"):
		return never("it never fits: before the ref stands ref:", "write ref:"+context)
	case wild && (strings.HasPrefix("ref:refs/", stem) || strings.HasPrefix("environment:", stem) || strings.HasPrefix("pull_request", stem)):
		return nil
	}
	return never("it never fits: behind the repository stands ref:…, environment:… or pull_request", "write …:ref:refs/heads/BRANCH")
}

// gitlabSubject: project_path:GROUP/NAME:ref_type:branch:ref:NAME.
func gitlabSubject(subject string) []Finding {
	rest, ok := strings.CutPrefix(subject, "project_path:")
	if !ok {
		return never("it never fits: GitLab begins with project_path:", "write project_path:GROUP/NAME:ref_type:branch:ref:BRANCH")
	}
	path, ref, _ := strings.Cut(rest, ":")
	group, name, hasName := strings.Cut(path, "/")
	form := regexp.MustCompile(`^ref_type:(branch|tag|[^:]*\*[^:]*):ref:.+$`)
	switch {
	case wildcarded(group):
		return never("its wildcard stands in the name of the group, so that it fits projects of others, too", "write the group in full, then /")
	case wildcarded(name):
		return wide(Warning, "it fits more than one project", "name the project")
	case !hasName:
		return never("it names no project", "write project_path:GROUP/NAME:…")
	case form.MatchString(ref), strings.HasSuffix(ref, "*"):
		return nil
	}
	return never("it never fits: behind the project stands ref_type:branch:ref:BRANCH or ref_type:tag:ref:TAG", "")
}

// buildkiteSubject: organization:ORG:pipeline:SLUG:ref:REF:commit:SHA:step:KEY.
func buildkiteSubject(subject string) []Finding {
	parts := regexp.MustCompile(`^organization:([^:]*)(?::pipeline:([^:]*)(?::(.*))?)?$`).FindStringSubmatch(subject)
	switch {
	case parts == nil && strings.HasPrefix(subject, "organization:"):
		return never("it never fits: behind the organization stands pipeline:SLUG", "write organization:ORG:pipeline:SLUG:ref:refs/heads/BRANCH:*")
	case parts == nil:
		return never("it never fits: Buildkite begins with organization:", "write organization:ORG:pipeline:SLUG:ref:refs/heads/BRANCH:*")
	case wildcarded(parts[1]):
		return never("its wildcard stands in the name of the organization, so that it fits others, too", "write the organization in full, then :")
	case wildcarded(parts[2]):
		return wide(Warning, "it fits more than one pipeline", "name the pipeline")
	case !strings.HasSuffix(subject, "*") && !strings.Contains(parts[3], ":commit:"):
		return never("it never fits: behind the ref stand commit and step", "use StringLike, and write :* at the end")
	}
	return nil
}

// circleSubject: org/ORG/project/PROJECT/user/USER, then more.
func circleSubject(subject string) []Finding {
	parts := regexp.MustCompile(`^org/[^/]+/project/([^/]+)(/user/.+)?$`).FindStringSubmatch(subject)
	switch {
	case parts == nil || parts[2] == "" && !wildcarded(parts[1]):
		return never("it never fits: CircleCI sends org/ORG-ID/project/PROJECT-ID/user/USER-ID", "write org/ORG-ID/project/PROJECT-ID/user/*")
	case wildcarded(parts[1]):
		return wide(Warning, "it fits every project of the organization", "name the project's ID")
	}
	return nil
}

// clusterSubject: system:serviceaccount:NAMESPACE:NAME.
func clusterSubject(subject string) []Finding {
	parts := regexp.MustCompile(`^system:serviceaccount:([^:]+):([^:]+)$`).FindStringSubmatch(subject)
	switch {
	case parts == nil && !wildcarded(subject):
		return never("it never fits: a cluster sends system:serviceaccount:NAMESPACE:NAME", "")
	case parts == nil || wildcarded(parts[1]):
		return wide(Warning, "it fits service accounts of more than one namespace", "name the namespace")
	case wildcarded(parts[2]):
		return wide(Note, "it fits more than one service account of the namespace", "")
	}
	return nil
}

// bitbucketSubject: {REPOSITORY}:{STEP}, with an environment between them in a
// deployment.
func bitbucketSubject(subject string) []Finding {
	repository, _, more := strings.Cut(subject, ":")
	switch {
	case wildcarded(repository):
		return wide(Warning, "it fits every repository of the workspace", "name the repository's UUID in braces")
	case !strings.HasPrefix(repository, "{"):
		return never("it never fits: Bitbucket begins with the repository's UUID in braces", "")
	case !more:
		return never("it never fits: behind the repository stands the step", "use StringLike, and write :* at the end")
	}
	return nil
}
