package runners

import (
	"net/url"
	"strings"
)

// Job is what is known of the CI job, each fact empty where it is not known.
type Job struct {
	// System is the product: github, drone, gitlab …
	System string
	// Repository is a path such as owner/name, never a URL.
	Repository string
	// Build is the number or ID of the build.
	Build string
}

// system says how a CI system is recognised and which variables hold the
// facts; each product's own reference of variables is the source.
type system struct {
	name string
	// sign is a variable that the system sets, to value where that is not
	// empty.
	sign, value       string
	repository, build string
}

func systems() []system {
	return []system{
		{"github", "GITHUB_ACTIONS", "true", "GITHUB_REPOSITORY", "GITHUB_RUN_ID"},
		{"woodpecker", "CI", "woodpecker", "CI_REPO", "CI_PIPELINE_NUMBER"},
		{"harness", "HARNESS_PIPELINE_ID", "", "DRONE_REPO", "HARNESS_BUILD_ID"},
		{"drone", "DRONE", "true", "DRONE_REPO", "DRONE_BUILD_NUMBER"},
		{"bamboo", "bamboo_agentId", "", "bamboo_planRepository_name", "bamboo_buildNumber"},
		{"gitlab", "GITLAB_CI", "true", "CI_PROJECT_PATH", "CI_PIPELINE_ID"},
		{"buildkite", "BUILDKITE", "true", "BUILDKITE_REPO", "BUILDKITE_BUILD_NUMBER"},
		{"circleci", "CIRCLECI", "true", "CIRCLE_PROJECT_REPONAME", "CIRCLE_BUILD_NUM"},
		{"azure", "TF_BUILD", "", "BUILD_REPOSITORY_NAME", "BUILD_BUILDID"},
		{"bitbucket", "BITBUCKET_BUILD_NUMBER", "", "BITBUCKET_REPO_FULL_NAME", "BITBUCKET_BUILD_NUMBER"},
		{"codebuild", "CODEBUILD_BUILD_ID", "", "CODEBUILD_SOURCE_REPO_URL", "CODEBUILD_BUILD_NUMBER"},
		{"teamcity", "TEAMCITY_VERSION", "", "", "BUILD_NUMBER"},
		{"jenkins", "JENKINS_URL", "", "GIT_URL", "BUILD_NUMBER"},
		{"travis", "TRAVIS", "true", "TRAVIS_REPO_SLUG", "TRAVIS_BUILD_NUMBER"},
		{"appveyor", "APPVEYOR", "", "APPVEYOR_REPO_NAME", "APPVEYOR_BUILD_NUMBER"},
		{"semaphore", "SEMAPHORE", "true", "SEMAPHORE_GIT_REPO_SLUG", "SEMAPHORE_PIPELINE_ID"},
	}
}

// jobOf reads the facts of the first system that is recognised.
func jobOf(h Host) Job {
	for _, s := range systems() {
		text, ok := h.Lookup(s.sign)
		if ok && text != "" && (s.value == "" || text == s.value) {
			return Job{System: s.name, Repository: repositoryPath(h.text(s.repository)), Build: h.text(s.build)}
		}
	}
	return Job{}
}

// repositoryPath keeps the path of a repository. The facts go into the name
// of a role's session, and so into ARNs and CloudTrail, and some systems give
// the URL that was cloned: it may hold a user and a token.
//
// Git takes URLs and host:path (git-scm.com/docs/git-clone, "Git URLs"). A
// token with a slash in it puts the @ into the path, so whatever stands
// before the last @ goes, in any form.
func repositoryPath(text string) string {
	if u, err := url.Parse(text); err == nil && u.Host != "" {
		text = u.Path
	}
	text = text[strings.LastIndex(text, "@")+1:]
	if host, path, ok := strings.Cut(text, ":"); ok && !strings.Contains(host, "/") {
		text = path
	}
	return strings.TrimSuffix(strings.Trim(text, "/"), ".git")
}
