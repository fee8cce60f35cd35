package runners

// systems is the table of CI systems. Its order counts where a system sets
// the sign of another: Harness CI sets DRONE as well.
//
// Each product's own reference of variables is the source, and the code that
// sets them where the reference is silent. What a branch's variable holds for
// pull requests and tags is said here, and dropped by settle.
func systems() []system {
	return []system{
		{
			// docs.github.com, "Variables reference" and "Events that trigger
			// workflows". The reference is that of the base branch for
			// pull_request_target, and for a pull request that was merged.
			name: githubName, sign: "GITHUB_ACTIONS", value: "true",
			repository: "GITHUB_REPOSITORY", ref: "GITHUB_REF", commit: "GITHUB_SHA",
			build: "GITHUB_RUN_ID", actor: "GITHUB_ACTOR", pipeline: "GITHUB_WORKFLOW",
			event: "GITHUB_EVENT_NAME", marks: "GITHUB_HEAD_REF GITHUB_BASE_REF",
			id: "GITHUB_JOB", also: githubJob,
		},
		{
			// woodpecker-ci.org, "Environment variables". The branch is the
			// target for pull requests, in GitLab the source.
			name: woodpeckerName, sign: "CI", value: "woodpecker",
			repository: "CI_REPO", ref: "CI_COMMIT_REF", branch: "CI_COMMIT_BRANCH", tag: "CI_COMMIT_TAG", commit: "CI_COMMIT_SHA",
			build: "CI_PIPELINE_NUMBER", actor: "CI_PIPELINE_AUTHOR", pipeline: "CI_WORKFLOW_NAME",
			event: "CI_PIPELINE_EVENT", pull: "CI_COMMIT_PULL_REQUEST", marks: "CI_COMMIT_SOURCE_BRANCH CI_COMMIT_TARGET_BRANCH",
			id: "CI_WORKFLOW_NUMBER", also: woodpecker,
		},
		{
			// developer.harness.io, "CI environment variables reference". The
			// branch is the target for pull requests. DRONE_REPO of a manual
			// build starts with the name of the commit's author, and
			// DRONE_BUILD_TRIGGER is that name (harness-core,
			// CodebaseUtils.java, BuildEnvironmentUtils.java).
			name: harnessName, sign: "HARNESS_PIPELINE_ID",
			repository: "DRONE_GIT_HTTP_URL CI_REPO_REMOTE DRONE_REPO", ref: "DRONE_COMMIT_REF", branch: "DRONE_BRANCH DRONE_COMMIT_BRANCH",
			tag: "DRONE_TAG", commit: "DRONE_COMMIT_SHA", build: "HARNESS_BUILD_ID", actor: "HARNESS_USER_ID", pipeline: "HARNESS_PIPELINE_ID",
			event: "DRONE_BUILD_EVENT", pull: "DRONE_PULL_REQUEST", marks: "DRONE_PULL_REQUEST_TITLE",
			id: "HARNESS_STAGE_ID",
		},
		{
			// docs.drone.io, "Reference" of the environment. The branch is the
			// target for pull requests. A promotion of a pull request's build
			// has the event promote, the target as its branch, and the
			// reference of the pull request (drone, promote.go). The trigger
			// is a login, @hook or @cron; the author of the commit is whoever
			// the commit says.
			name: droneName, sign: "DRONE", value: "true",
			repository: "DRONE_REPO", ref: "DRONE_COMMIT_REF", branch: "DRONE_BRANCH", tag: "DRONE_TAG", commit: "DRONE_COMMIT_SHA",
			build: "DRONE_BUILD_NUMBER", actor: "DRONE_BUILD_TRIGGER", pipeline: "DRONE_STAGE_NAME", id: "DRONE_STAGE_NUMBER",
			event: "DRONE_BUILD_EVENT", pull: "DRONE_PULL_REQUEST", marks: "DRONE_PULL_REQUEST_TITLE",
		},
		{
			// confluence.atlassian.com, "Bamboo variables", "Variables for
			// deployment environments" and "How to know which user triggered a
			// build"; dots become underscores. The branch is the source for
			// pull requests.
			name: bambooName, sign: "bamboo_agentId",
			repository: "bamboo_planRepository_repositoryUrl bamboo_planRepository_name",
			branch:     "bamboo_planRepository_branchName bamboo_planRepository_branch", commit: "bamboo_planRepository_revision",
			build: "bamboo_buildNumber bamboo_deploy_release", actor: "bamboo_ManualBuildTriggerReason_userName",
			pipeline: "bamboo_deploy_project bamboo_planName", event: "bamboo_triggerReason_key",
			pull: "bamboo_repository_pr_key", marks: "bamboo_repository_pr_sourceBranch bamboo_repository_pr_targetBranch",
			id:   "bamboo_buildResultKey",
			also: bambooDeployment,
		},
		{
			// docs.gitlab.com, "Predefined CI/CD variables reference".
			name: gitlabName, sign: "GITLAB_CI", value: "true",
			repository: "CI_PROJECT_PATH", branch: "CI_COMMIT_BRANCH", tag: "CI_COMMIT_TAG", commit: "CI_COMMIT_SHA",
			build: "CI_PIPELINE_ID", actor: "GITLAB_USER_LOGIN", pipeline: "CI_PIPELINE_NAME",
			event: "CI_PIPELINE_SOURCE", pull: "CI_MERGE_REQUEST_IID CI_EXTERNAL_PULL_REQUEST_IID",
			marks: "CI_MERGE_REQUEST_ID CI_MERGE_REQUEST_REF_PATH CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME",
			id:    "CI_JOB_ID",
		},
		{
			// buildkite.com/docs, "Environment variables". The branch is the
			// source for pull requests, also of a fork, and the tag for tags.
			name: "buildkite", sign: "BUILDKITE", value: "true",
			repository: "BUILDKITE_REPO", branch: "BUILDKITE_BRANCH", tag: "BUILDKITE_TAG", commit: "BUILDKITE_COMMIT",
			build: "BUILDKITE_BUILD_NUMBER", actor: "BUILDKITE_BUILD_CREATOR", pipeline: "BUILDKITE_PIPELINE_SLUG",
			event: "BUILDKITE_SOURCE", pull: "BUILDKITE_PULL_REQUEST",
			marks: "BUILDKITE_PULL_REQUEST_REPO BUILDKITE_PULL_REQUEST_BASE_BRANCH",
			id:    "BUILDKITE_JOB_ID",
			also:  buildkite,
		},
		{
			// circleci.com/docs, "Project values and variables".
			// CIRCLE_PULL_REQUEST is set for a branch with a pull request too.
			name: circleciName, sign: "CIRCLECI", value: "true",
			repository: "CIRCLE_PROJECT_REPONAME", branch: "CIRCLE_BRANCH", tag: "CIRCLE_TAG", commit: "CIRCLE_SHA1",
			build: "CIRCLE_BUILD_NUM", actor: "CIRCLE_USERNAME",
			pull: "CIRCLE_PR_NUMBER", marks: "CIRCLE_PR_USERNAME CIRCLE_PR_REPONAME",
			id:   "CIRCLE_WORKFLOW_JOB_ID",
			also: circleciJob,
		},
		{
			// learn.microsoft.com, "Use predefined variables". GitHub's pull
			// requests have an ID besides their number.
			name: azureName, sign: "TF_BUILD",
			repository: "BUILD_REPOSITORY_NAME", ref: "BUILD_SOURCEBRANCH", commit: "BUILD_SOURCEVERSION",
			build: "BUILD_BUILDID", actor: "BUILD_REQUESTEDFOR", pipeline: "BUILD_DEFINITIONNAME", event: "BUILD_REASON",
			pull:  "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER SYSTEM_PULLREQUEST_PULLREQUESTID",
			marks: "SYSTEM_PULLREQUEST_SOURCEBRANCH SYSTEM_PULLREQUEST_TARGETBRANCH",
			id:    "SYSTEM_JOBID",
			also:  azureJob,
		},
		{
			// support.atlassian.com, "Variables and secrets". The branch is
			// the source for pull requests.
			name: bitbucketName, sign: "BITBUCKET_BUILD_NUMBER",
			repository: "BITBUCKET_REPO_FULL_NAME", branch: "BITBUCKET_BRANCH", tag: "BITBUCKET_TAG", commit: "BITBUCKET_COMMIT",
			build: "BITBUCKET_BUILD_NUMBER", actor: "BITBUCKET_STEP_TRIGGERER_UUID",
			pull: "BITBUCKET_PR_ID", marks: "BITBUCKET_PR_DESTINATION_BRANCH",
			id: "BITBUCKET_STEP_UUID",
		},
		{
			// docs.aws.amazon.com, "Environment variables in build
			// environments". The head is the source for pull requests, also of
			// a fork. An ID is the project's name, a colon and a UUID.
			name: codebuildName, sign: "CODEBUILD_BUILD_ID",
			repository: "CODEBUILD_SOURCE_REPO_URL", ref: "CODEBUILD_WEBHOOK_HEAD_REF", commit: "CODEBUILD_RESOLVED_SOURCE_VERSION",
			build: "CODEBUILD_BUILD_NUMBER", actor: "CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID CODEBUILD_INITIATOR", pipeline: "CODEBUILD_BUILD_ID",
			event: "CODEBUILD_WEBHOOK_EVENT",
			also:  codebuildJob,
		},
		{
			// jetbrains.com/help/teamcity, "Predefined build parameters". The
			// branch is a parameter that is no variable.
			name: teamcityName, sign: "TEAMCITY_VERSION",
			commit: "BUILD_VCS_NUMBER", build: "BUILD_NUMBER", pipeline: "TEAMCITY_BUILDCONF_NAME",
		},
		{
			// plugins.jenkins.io: branch-api, git; and for pull requests ghprb,
			// gitlab-plugin, gerrit-trigger, bitbucket-push-and-pull-request.
			// TAG_NAME comes with a BRANCH_NAME of the same text.
			name: jenkinsName, sign: "JENKINS_URL",
			repository: "GIT_URL", branch: "BRANCH_NAME", tag: "TAG_NAME", commit: "GIT_COMMIT",
			build: "BUILD_NUMBER", pipeline: "JOB_NAME",
			pull:  "CHANGE_ID ghprbPullId gitlabMergeRequestIid GERRIT_CHANGE_NUMBER BITBUCKET_PULL_REQUEST_ID",
			marks: "CHANGE_TARGET CHANGE_FORK ghprbTargetBranch gitlabMergeRequestId",
			also:  jenkinsJob,
		},
		{
			// docs.travis-ci.com, "Default environment variables". The branch
			// is the target for pull requests, and the tag for tags.
			name: "travis", sign: "TRAVIS", value: "true",
			repository: "TRAVIS_REPO_SLUG", branch: "TRAVIS_BRANCH", tag: "TRAVIS_TAG", commit: "TRAVIS_COMMIT",
			build: "TRAVIS_BUILD_NUMBER", event: "TRAVIS_EVENT_TYPE",
			pull: "TRAVIS_PULL_REQUEST", marks: "TRAVIS_PULL_REQUEST_BRANCH TRAVIS_PULL_REQUEST_SLUG",
			id: "TRAVIS_JOB_ID",
		},
		{
			// appveyor.com/docs/environment-variables. The branch is the
			// target for pull requests.
			name: "appveyor", sign: "APPVEYOR",
			repository: "APPVEYOR_REPO_NAME", branch: "APPVEYOR_REPO_BRANCH", tag: "APPVEYOR_REPO_TAG_NAME", commit: "APPVEYOR_REPO_COMMIT",
			build: "APPVEYOR_BUILD_NUMBER", pipeline: "APPVEYOR_PROJECT_SLUG",
			pull: "APPVEYOR_PULL_REQUEST_NUMBER", marks: "APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH",
			id: "APPVEYOR_JOB_ID",
		},
		{
			// docs.semaphore.io, "Environment variables". The branch is the
			// target for pull requests, and refs/tags/… for tags.
			name: "semaphore", sign: "SEMAPHORE", value: "true",
			repository: "SEMAPHORE_GIT_REPO_SLUG", branch: "SEMAPHORE_GIT_BRANCH", tag: "SEMAPHORE_GIT_TAG_NAME", commit: "SEMAPHORE_GIT_SHA",
			build: "SEMAPHORE_PIPELINE_ID", actor: "SEMAPHORE_WORKFLOW_TRIGGERED_BY", pipeline: "SEMAPHORE_PIPELINE_NAME",
			pull: "SEMAPHORE_GIT_PR_NUMBER", marks: "SEMAPHORE_GIT_PR_SLUG SEMAPHORE_GIT_PR_BRANCH",
			id:   "SEMAPHORE_JOB_ID",
			also: semaphore,
		},
	}
}
