package runners

// Job is what is known of the CI job, each fact empty where it is not known.
type Job struct {
	// System is the product: github, drone, gitlab …
	System     string
	Repository string
	Branch     string
	Tag        string
	Commit     string
	// Build is the number or ID of the build.
	Build string
	// Actor started the build.
	Actor string
	// Pipeline is the name of the workflow, plan or pipeline.
	Pipeline string
}

// system says how a CI system is recognised and which variables hold the
// facts; each product's own reference of variables is the source.
type system struct {
	name string
	// sign is a variable that the system sets, to value where that is not
	// empty.
	sign, value string
	facts       Job
}

func systems() []system {
	return []system{
		{"github", "GITHUB_ACTIONS", "true", Job{Repository: "GITHUB_REPOSITORY", Branch: "GITHUB_REF_NAME", Commit: "GITHUB_SHA", Build: "GITHUB_RUN_ID", Actor: "GITHUB_ACTOR", Pipeline: "GITHUB_WORKFLOW"}},
		{"woodpecker", "CI", "woodpecker", Job{Repository: "CI_REPO", Branch: "CI_COMMIT_BRANCH", Tag: "CI_COMMIT_TAG", Commit: "CI_COMMIT_SHA", Build: "CI_PIPELINE_NUMBER", Actor: "CI_COMMIT_AUTHOR", Pipeline: "CI_WORKFLOW_NAME"}},
		{"harness", "HARNESS_PIPELINE_ID", "", Job{Repository: "DRONE_REPO", Branch: "DRONE_COMMIT_BRANCH", Tag: "DRONE_TAG", Commit: "DRONE_COMMIT_SHA", Build: "HARNESS_BUILD_ID", Actor: "DRONE_COMMIT_AUTHOR", Pipeline: "HARNESS_PIPELINE_ID"}},
		{"drone", "DRONE", "true", Job{Repository: "DRONE_REPO", Branch: "DRONE_COMMIT_BRANCH", Tag: "DRONE_TAG", Commit: "DRONE_COMMIT_SHA", Build: "DRONE_BUILD_NUMBER", Actor: "DRONE_COMMIT_AUTHOR", Pipeline: "DRONE_STAGE_NAME"}},
		{"bamboo", "bamboo_agentId", "", Job{Repository: "bamboo_planRepository_name", Branch: "bamboo_planRepository_branchName", Commit: "bamboo_planRepository_revision", Build: "bamboo_buildNumber", Actor: "bamboo_ManualBuildTriggerReason_userName", Pipeline: "bamboo_planKey"}},
		{"gitlab", "GITLAB_CI", "true", Job{Repository: "CI_PROJECT_PATH", Branch: "CI_COMMIT_BRANCH", Tag: "CI_COMMIT_TAG", Commit: "CI_COMMIT_SHA", Build: "CI_PIPELINE_ID", Actor: "GITLAB_USER_LOGIN", Pipeline: "CI_JOB_NAME"}},
		{"buildkite", "BUILDKITE", "true", Job{Repository: "BUILDKITE_REPO", Branch: "BUILDKITE_BRANCH", Tag: "BUILDKITE_TAG", Commit: "BUILDKITE_COMMIT", Build: "BUILDKITE_BUILD_NUMBER", Actor: "BUILDKITE_BUILD_CREATOR", Pipeline: "BUILDKITE_PIPELINE_SLUG"}},
		{"circleci", "CIRCLECI", "true", Job{Repository: "CIRCLE_PROJECT_REPONAME", Branch: "CIRCLE_BRANCH", Tag: "CIRCLE_TAG", Commit: "CIRCLE_SHA1", Build: "CIRCLE_BUILD_NUM", Actor: "CIRCLE_USERNAME", Pipeline: "CIRCLE_JOB"}},
		{"azure", "TF_BUILD", "", Job{Repository: "BUILD_REPOSITORY_NAME", Branch: "BUILD_SOURCEBRANCHNAME", Commit: "BUILD_SOURCEVERSION", Build: "BUILD_BUILDID", Actor: "BUILD_REQUESTEDFOR", Pipeline: "BUILD_DEFINITIONNAME"}},
		{"bitbucket", "BITBUCKET_BUILD_NUMBER", "", Job{Repository: "BITBUCKET_REPO_FULL_NAME", Branch: "BITBUCKET_BRANCH", Tag: "BITBUCKET_TAG", Commit: "BITBUCKET_COMMIT", Build: "BITBUCKET_BUILD_NUMBER"}},
		{"codebuild", "CODEBUILD_BUILD_ID", "", Job{Repository: "CODEBUILD_SOURCE_REPO_URL", Branch: "CODEBUILD_WEBHOOK_HEAD_REF", Commit: "CODEBUILD_RESOLVED_SOURCE_VERSION", Build: "CODEBUILD_BUILD_NUMBER", Actor: "CODEBUILD_INITIATOR"}},
		{"teamcity", "TEAMCITY_VERSION", "", Job{Commit: "BUILD_VCS_NUMBER", Build: "BUILD_NUMBER", Pipeline: "TEAMCITY_BUILDCONF_NAME"}},
		{"jenkins", "JENKINS_URL", "", Job{Repository: "GIT_URL", Branch: "BRANCH_NAME", Tag: "TAG_NAME", Commit: "GIT_COMMIT", Build: "BUILD_NUMBER", Actor: "BUILD_USER_ID", Pipeline: "JOB_NAME"}},
	}
}

// jobOf reads the facts of the first system that is recognised.
func jobOf(h Host) Job {
	for _, s := range systems() {
		text, ok := h.Lookup(s.sign)
		if !ok || text == "" || s.value != "" && text != s.value {
			continue
		}
		job := Job{
			System: s.name, Repository: h.text(s.facts.Repository),
			Branch: h.text(s.facts.Branch), Tag: h.text(s.facts.Tag), Commit: h.text(s.facts.Commit),
			Build: h.text(s.facts.Build), Actor: h.text(s.facts.Actor), Pipeline: h.text(s.facts.Pipeline),
		}
		if h.text("GITHUB_REF_TYPE") == "tag" && s.name == "github" {
			// GITHUB_REF_NAME is the tag's name then.
			job.Branch, job.Tag = "", job.Branch
		}
		return job
	}
	return Job{}
}
