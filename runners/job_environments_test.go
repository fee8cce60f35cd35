package runners

import (
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

const hash = "83a20ec058e2fb00e7fa4558c4c6e81e2dcf253d"

// The kinds of builds that every system is asked for.
const (
	pushed = "push"
	tagged = "tag"
	pulled = "pull request from the branch main of a fork to main"
)

// build is what a system says of a build, and what is known by it.
type build struct {
	kind string
	// all has the variables of every build, one a line, and more those of this
	// one, parted by blanks.
	all, more string
	want      variables.Job
}

func (b build) environment(t testing.TB) map[string]string {
	t.Helper()
	environment := map[string]string{}
	for _, pair := range append(strings.Split(b.all, "\n"), strings.Fields(b.more)...) {
		name, value, ok := strings.Cut(strings.TrimSpace(pair), "=")
		if !ok && name != "" {
			t.Fatalf("%q is no variable", pair)
		}
		if name != "" {
			environment[name] = value
		}
	}
	return environment
}

// builds has a push, a tag and a pull request for each system, as its
// reference says, and what else is told apart.
func builds() []build {
	return append(append(forges(), plugins()...), services()...)
}

// forges are the systems of those who host the repository.
func forges() []build {
	const github = `
		GITHUB_ACTIONS=true
		GITHUB_REPOSITORY=octo/cat
		GITHUB_RUN_ID=1658821493
		GITHUB_SHA=` + hash + `
		GITHUB_ACTOR=mona
		GITHUB_TRIGGERING_ACTOR=hubot
		GITHUB_WORKFLOW=Deploy it
		`
	onGitHub := variables.Job{System: "github", Repository: "octo/cat", Build: "1658821493", Commit: hash, Actor: "mona", Pipeline: "Deploy it"}
	const gitlab = `
		GITLAB_CI=true
		CI=true
		CI_PROJECT_PATH=group/sub/project
		CI_PIPELINE_ID=4711
		CI_COMMIT_SHA=` + hash + `
		GITLAB_USER_LOGIN=tanuki
		GITLAB_USER_EMAIL=tanuki@example.com
		CI_PIPELINE_NAME=deploy
		CI_OPEN_MERGE_REQUESTS=group/sub/project!7
		`
	onGitLab := variables.Job{System: "gitlab", Repository: "group/sub/project", Build: "4711", Commit: hash, Actor: "tanuki", Pipeline: "deploy"}
	const bitbucket = `
		BITBUCKET_BUILD_NUMBER=5
		BITBUCKET_REPO_FULL_NAME=team/repo
		BITBUCKET_COMMIT=` + hash + `
		BITBUCKET_STEP_TRIGGERER_UUID={5a50dd52-5ab7-4225-831c-4db9451375a2}
		`
	onBitbucket := variables.Job{System: "bitbucket", Repository: "team/repo", Build: "5", Commit: hash, Actor: "{5a50dd52-5ab7-4225-831c-4db9451375a2}"}
	const azure = `
		TF_BUILD=True
		BUILD_REPOSITORY_NAME=Scripts
		BUILD_REPOSITORY_PROVIDER=TfsGit
		BUILD_BUILDID=33
		BUILD_SOURCEVERSION=` + hash + `
		BUILD_REQUESTEDFOR=Raisa P
		BUILD_REQUESTEDFOREMAIL=raisa@example.com
		BUILD_DEFINITIONNAME=Nightly build
		`
	onAzure := variables.Job{System: "azure", Repository: "Scripts", Build: "33", Commit: hash, Actor: "Raisa P", Pipeline: "Nightly build"}
	return []build{
		{pushed, github, "GITHUB_EVENT_NAME=push GITHUB_REF=refs/heads/main GITHUB_REF_NAME=main GITHUB_REF_TYPE=branch GITHUB_HEAD_REF= GITHUB_BASE_REF=", with(onGitHub, "push", "main", "", "")},
		{tagged, github, "GITHUB_EVENT_NAME=push GITHUB_REF=refs/tags/v1/x GITHUB_REF_NAME=v1/x GITHUB_REF_TYPE=tag", with(onGitHub, "push", "", "v1/x", "")},
		{pulled, github, "GITHUB_EVENT_NAME=pull_request GITHUB_REF=refs/pull/7/merge GITHUB_REF_NAME=7/merge GITHUB_REF_TYPE=branch GITHUB_HEAD_REF=main GITHUB_BASE_REF=main", with(onGitHub, "pull_request", "", "", "7")},
		{"pull_request_target", github, "GITHUB_EVENT_NAME=pull_request_target GITHUB_REF=refs/heads/main GITHUB_REF_NAME=main GITHUB_REF_TYPE=branch GITHUB_HEAD_REF=main GITHUB_BASE_REF=main", with(onGitHub, "pull_request_target", "", "", "")},
		{"merged pull request", github, "GITHUB_EVENT_NAME=pull_request GITHUB_REF=refs/heads/main GITHUB_HEAD_REF=main GITHUB_BASE_REF=main", with(onGitHub, "pull_request", "", "", "")},
		{"review", github, "GITHUB_EVENT_NAME=pull_request_review GITHUB_REF=refs/pull/7/merge", with(onGitHub, "pull_request_review", "", "", "7")},
		{"comment", github, "GITHUB_EVENT_NAME=issue_comment GITHUB_REF=refs/heads/main", with(onGitHub, "issue_comment", "main", "", "")},
		{"another workflow", github, "GITHUB_EVENT_NAME=workflow_run GITHUB_REF=refs/heads/main", with(onGitHub, "workflow_run", "main", "", "")},
		{"merge queue", github, "GITHUB_EVENT_NAME=merge_group GITHUB_REF=refs/heads/gh-readonly-queue/main/pr-7-" + hash, with(onGitHub, "merge_group", "gh-readonly-queue/main/pr-7-"+hash, "", "")},
		{"deployment of a commit", github, "GITHUB_EVENT_NAME=deployment GITHUB_REF=", with(onGitHub, "deployment", "", "", "")},

		{pushed, gitlab, "CI_PIPELINE_SOURCE=push CI_COMMIT_BRANCH=main CI_COMMIT_REF_NAME=main", with(onGitLab, "push", "main", "", "")},
		{tagged, gitlab, "CI_PIPELINE_SOURCE=push CI_COMMIT_TAG=v1 CI_COMMIT_REF_NAME=v1", with(onGitLab, "push", "", "v1", "")},
		{pulled, gitlab, "CI_PIPELINE_SOURCE=merge_request_event CI_COMMIT_REF_NAME=main CI_MERGE_REQUEST_IID=7 CI_MERGE_REQUEST_ID=990007 CI_MERGE_REQUEST_REF_PATH=refs/merge-requests/7/head CI_MERGE_REQUEST_SOURCE_BRANCH_NAME=main CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main", with(onGitLab, "pull_request", "", "", "7")},
		{"pull request on GitHub", gitlab, "CI_PIPELINE_SOURCE=external_pull_request_event CI_COMMIT_BRANCH=main CI_EXTERNAL_PULL_REQUEST_IID=7 CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME=main", with(onGitLab, "pull_request", "", "", "7")},
		{"child of a merge request's pipeline", gitlab, "CI_PIPELINE_SOURCE=parent_pipeline CI_COMMIT_REF_NAME=main CI_MERGE_REQUEST_IID=7", with(onGitLab, "pull_request", "", "", "7")},
		{"schedule", gitlab, "CI_PIPELINE_SOURCE=schedule CI_COMMIT_BRANCH=main", with(onGitLab, "schedule", "main", "", "")},

		{pushed, bitbucket, "BITBUCKET_BRANCH=main", with(onBitbucket, "", "main", "", "")},
		{tagged, bitbucket, "BITBUCKET_TAG=v1", with(onBitbucket, "tag", "", "v1", "")},
		{pulled, bitbucket, "BITBUCKET_BRANCH=main BITBUCKET_PR_ID=7 BITBUCKET_PR_DESTINATION_BRANCH=main", with(onBitbucket, "pull_request", "", "", "7")},

		{pushed, azure, "BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/release/main BUILD_SOURCEBRANCHNAME=main", with(onAzure, "IndividualCI", "release/main", "", "")},
		{tagged, azure, "BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/tags/v1 BUILD_SOURCEBRANCHNAME=v1", with(onAzure, "IndividualCI", "", "v1", "")},
		{pulled, azure, "BUILD_REASON=PullRequest BUILD_SOURCEBRANCH=refs/pull/7/merge BUILD_SOURCEBRANCHNAME=merge SYSTEM_PULLREQUEST_PULLREQUESTID=7 SYSTEM_PULLREQUEST_SOURCEBRANCH=refs/heads/main SYSTEM_PULLREQUEST_TARGETBRANCH=refs/heads/main", with(onAzure, "pull_request", "", "", "7")},
		{"pull request on GitHub", strings.ReplaceAll(azure, "TfsGit", "GitHub"), "BUILD_REASON=PullRequest BUILD_SOURCEBRANCH=refs/pull/7/merge SYSTEM_PULLREQUEST_PULLREQUESTID=540266026 SYSTEM_PULLREQUEST_PULLREQUESTNUMBER=7", with(nobody(onAzure), "pull_request", "", "", "7")},
		{"pull request queued by hand", azure, "BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/pull/7/merge", with(onAzure, "pull_request", "", "", "7")},
		{"by hand, on GitHub", strings.ReplaceAll(azure, "TfsGit", "GitHub"), "BUILD_REASON=Manual BUILD_SOURCEBRANCH=refs/heads/main", with(onAzure, "Manual", "main", "", "")},
		{"push to GitHub", strings.ReplaceAll(azure, "TfsGit", "GitHub"), "BUILD_REASON=IndividualCI BUILD_SOURCEBRANCH=refs/heads/main", with(nobody(onAzure), "IndividualCI", "main", "", "")},
		{"shelveset", azure, "BUILD_REASON=CheckInShelveset BUILD_SOURCEBRANCH=Gated_2016-06-06_05.20.51.4369;raisa@example.com", with(onAzure, "CheckInShelveset", "", "", "")},
	}
}

// plugins are the systems that run awsvars as a plugin, and Bamboo.
func plugins() []build {
	const woodpecker = `
		CI=woodpecker
		CI_REPO=octo/cat
		CI_PIPELINE_NUMBER=8
		CI_COMMIT_SHA=` + hash + `
		CI_COMMIT_AUTHOR=somebody
		CI_PIPELINE_AUTHOR=mona
		CI_WORKFLOW_NAME=release
		`
	onWoodpecker := variables.Job{System: "woodpecker", Repository: "octo/cat", Build: "8", Commit: hash, Actor: "mona", Pipeline: "release"}
	const drone = `
		DRONE=true
		CI=true
		DRONE_REPO=octo/cat
		DRONE_COMMIT_SHA=` + hash + `
		DRONE_COMMIT_AUTHOR=somebody
		DRONE_STAGE_NAME=default
		DRONE_BUILD_NUMBER=42
		`
	onDrone := variables.Job{System: "drone", Repository: "octo/cat", Build: "42", Commit: hash, Pipeline: "default"}
	const harness = drone + `
		DRONE_GIT_HTTP_URL=https://github.com/octo/cat.git
		DRONE_BUILD_TRIGGER=Somebody
		HARNESS_PIPELINE_ID=deploy
		HARNESS_BUILD_ID=9
		HARNESS_USER_ID=lv0euRhKRCyiXWzS7pOg6g
		`
	onHarness := variables.Job{System: "harness", Repository: "octo/cat", Build: "9", Commit: hash, Pipeline: "deploy", Actor: "lv0euRhKRCyiXWzS7pOg6g"}
	const bamboo = `
		bamboo_agentId=360449
		bamboo_planRepository_repositoryUrl=ssh://git@bitbucket.example.com:7999/proj/repo.git
		bamboo_planRepository_name=My repo name
		bamboo_planRepository_revision=` + hash + `
		bamboo_planName=Project - Plan
		bamboo_buildNumber=12
		`
	onBamboo := variables.Job{System: "bamboo", Repository: "proj/repo", Build: "12", Commit: hash, Pipeline: "Project - Plan"}
	deployment := onBamboo
	deployment.Pipeline = "Deploy"
	byHand := onBamboo
	byHand.Actor = "jdoe"
	byLogin := onDrone
	byLogin.Actor = "mona"
	return []build{
		{pushed, woodpecker, "CI_PIPELINE_EVENT=push CI_COMMIT_REF=refs/heads/main CI_COMMIT_BRANCH=main", with(onWoodpecker, "push", "main", "", "")},
		{tagged, woodpecker, "CI_PIPELINE_EVENT=tag CI_COMMIT_REF=refs/tags/v1 CI_COMMIT_BRANCH=main CI_COMMIT_TAG=v1", with(onWoodpecker, "tag", "", "v1", "")},
		{pulled, woodpecker, "CI_PIPELINE_EVENT=pull_request CI_COMMIT_REF=refs/pull/7/head CI_COMMIT_BRANCH=main CI_COMMIT_SOURCE_BRANCH=main CI_COMMIT_TARGET_BRANCH=main CI_COMMIT_PULL_REQUEST=7", with(onWoodpecker, "pull_request", "", "", "7")},
		{"closed pull request", woodpecker, "CI_PIPELINE_EVENT=pull_request_closed CI_COMMIT_REF=refs/heads/main CI_COMMIT_BRANCH=main", with(onWoodpecker, "pull_request", "", "", "")},
		{"labelled pull request", woodpecker, "CI_PIPELINE_EVENT=pull_request_metadata CI_COMMIT_REF=refs/merge-requests/7/head CI_COMMIT_BRANCH=main", with(onWoodpecker, "pull_request", "", "", "7")},
		{"deployment of a pull request", woodpecker, "CI_PIPELINE_EVENT=deployment CI_COMMIT_REF=refs/pull/7/head CI_COMMIT_BRANCH=main", with(onWoodpecker, "pull_request", "", "", "7")},
		{"deployment of a commit", woodpecker, "CI_PIPELINE_EVENT=deployment CI_COMMIT_REF=refs/heads/main CI_COMMIT_BRANCH=main", with(onWoodpecker, "deployment", "", "", "")},
		{"release of GitLab", woodpecker, "CI_FORGE_TYPE=gitlab CI_PIPELINE_EVENT=release CI_COMMIT_REF=refs/tags/v1 CI_COMMIT_TAG=v1", with(nobody(onWoodpecker), "release", "", "v1", "")},

		{pushed, drone, "DRONE_BUILD_EVENT=push DRONE_COMMIT_REF=refs/heads/main DRONE_BRANCH=main DRONE_TARGET_BRANCH=main DRONE_BUILD_TRIGGER=@hook", with(onDrone, "push", "main", "", "")},
		{tagged, drone, "DRONE_BUILD_EVENT=tag DRONE_COMMIT_REF=refs/tags/v1 DRONE_BRANCH=main DRONE_TAG=v1 DRONE_BUILD_TRIGGER=@hook", with(onDrone, "tag", "", "v1", "")},
		{pulled, drone, "DRONE_BUILD_EVENT=pull_request DRONE_COMMIT_REF=refs/pull/7/head DRONE_BRANCH=main DRONE_SOURCE_BRANCH=main DRONE_PULL_REQUEST=7 DRONE_PULL_REQUEST_TITLE=x DRONE_BUILD_TRIGGER=@hook", with(onDrone, "pull_request", "", "", "7")},
		{"promotion", drone, "DRONE_BUILD_EVENT=promote DRONE_COMMIT_REF=refs/heads/main DRONE_BRANCH=main DRONE_BUILD_TRIGGER=mona", with(byLogin, "promote", "main", "", "")},
		{"promotion of a pull request", drone, "DRONE_BUILD_EVENT=promote DRONE_COMMIT_REF=refs/pull-requests/7/from DRONE_BRANCH=main DRONE_BUILD_TRIGGER=mona", with(byLogin, "pull_request", "", "", "7")},
		{"schedule", drone, "DRONE_BUILD_EVENT=cron DRONE_COMMIT_REF=refs/heads/main DRONE_BRANCH=main DRONE_BUILD_TRIGGER=@cron", with(onDrone, "cron", "main", "", "")},

		{pushed, harness, "DRONE_BUILD_EVENT=push DRONE_COMMIT_REF=refs/heads/main DRONE_BRANCH=main", with(onHarness, "push", "main", "", "")},
		{tagged, harness, "DRONE_BUILD_EVENT=push DRONE_COMMIT_REF=refs/tags/v1 DRONE_BRANCH=refs/tags/v1 DRONE_TAG=v1", with(onHarness, "push", "", "v1", "")},
		{pulled, harness, "DRONE_BUILD_EVENT=pull_request DRONE_COMMIT_REF=refs/pull/7/head DRONE_BRANCH=main DRONE_SOURCE_BRANCH=main DRONE_PULL_REQUEST=7 DRONE_PULL_REQUEST_TITLE=x", with(onHarness, "pull_request", "", "", "7")},
		{"pull request on Harness Code", harness, "DRONE_COMMIT_REF=refs/pullreq/7/head DRONE_BRANCH=main", with(onHarness, "pull_request", "", "", "7")},
		{"pull request on Bitbucket, by hand", harness, "DRONE_COMMIT_REF=+refs/heads/main DRONE_COMMIT_BRANCH=main DRONE_PULL_REQUEST=7", with(onHarness, "pull_request", "", "", "7")},
		{"branch by hand", strings.ReplaceAll(harness, "DRONE_GIT_HTTP_URL", "CI_REPO_REMOTE"), "DRONE_REPO=somebody/cat DRONE_COMMIT_BRANCH=main", with(onHarness, "", "main", "", "")},

		{pushed, bamboo, "bamboo_planRepository_branchName=main bamboo_planRepository_branch=main", with(onBamboo, "", "main", "", "")},
		{pulled, bamboo, "bamboo_planRepository_branchName=main bamboo_planRepository_branch=main bamboo_repository_pr_key=7 bamboo_repository_pr_sourceBranch=main bamboo_repository_pr_targetBranch=main", with(onBamboo, "pull_request", "", "", "7")},
		{"by hand", bamboo, "bamboo_planRepository_branch=main bamboo_ManualBuildTriggerReason_userName=jdoe bamboo_triggerReason_key=com.atlassian.bamboo.plugin.system.triggerReason:ManualBuildTriggerReason", with(byHand, "com.atlassian.bamboo.plugin.system.triggerReason:ManualBuildTriggerReason", "main", "", "")},
		{"deployment", bamboo, "bamboo_deploy_project=Deploy bamboo_deploy_release=release-3 bamboo_planRepository_branchName=main", with(deployment, "", "", "", "")},
	}
}

// services are all other systems.
func services() []build {
	const buildkite = `
		BUILDKITE=true
		BUILDKITE_REPO=git@github.com:acme-inc/my-project.git
		BUILDKITE_BUILD_NUMBER=1514
		BUILDKITE_COMMIT=` + hash + `
		BUILDKITE_BUILD_CREATOR=Carol Danvers
		BUILDKITE_BUILD_CREATOR_EMAIL=carol@example.com
		BUILDKITE_PIPELINE_SLUG=my-project
		`
	onBuildkite := variables.Job{System: "buildkite", Repository: "acme-inc/my-project", Build: "1514", Commit: hash, Pipeline: "my-project"}
	carol := onBuildkite
	carol.Actor = "Carol Danvers"
	const circleci = `
		CIRCLECI=true
		CIRCLE_PROJECT_USERNAME=octo
		CIRCLE_PROJECT_REPONAME=cat
		CIRCLE_BUILD_NUM=13
		CIRCLE_SHA1=` + hash + `
		CIRCLE_USERNAME=mona
		`
	onCircleCI := variables.Job{System: "circleci", Repository: "octo/cat", Build: "13", Commit: hash, Actor: "mona"}
	const codebuild = `
		CODEBUILD_BUILD_ID=my-project:449b6959-c0f7-41ac-aac8-7fec365d3004
		CODEBUILD_BUILD_NUMBER=559
		CODEBUILD_SOURCE_REPO_URL=https://github.com/octo/cat.git
		CODEBUILD_RESOLVED_SOURCE_VERSION=` + hash + `
		`
	const webhook = codebuild + "CODEBUILD_INITIATOR=GitHub-Hookshot/fc9e274\nCODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID=461164\n"
	const started = codebuild + "CODEBUILD_INITIATOR=radim\n"
	onCodeBuild := variables.Job{System: "codebuild", Repository: "octo/cat", Build: "559", Commit: hash, Actor: "461164", Pipeline: "my-project"}
	byRadim := onCodeBuild
	byRadim.Actor = "radim"
	const teamcity = "TEAMCITY_VERSION=2025.07\nBUILD_NUMBER=5\nTEAMCITY_BUILDCONF_NAME=Build\nTEAMCITY_PROJECT_NAME=Cat\nBUILD_VCS_NUMBER=" + hash
	onTeamCity := variables.Job{System: "teamcity", Build: "5", Commit: hash, Pipeline: "Build"}
	const jenkins = `
		JENKINS_URL=https://jenkins.example.com/
		BUILD_NUMBER=1337
		GIT_URL=ssh://git@gitserver:7999/project/repo.git
		GIT_COMMIT=` + hash + `
		JOB_NAME=folder/job
		`
	onJenkins := variables.Job{System: "jenkins", Repository: "project/repo", Build: "1337", Commit: hash, Pipeline: "folder/job"}
	const travis = `
		TRAVIS=true
		TRAVIS_REPO_SLUG=octo/cat
		TRAVIS_BUILD_NUMBER=519
		TRAVIS_COMMIT=` + hash + `
		`
	onTravis := variables.Job{System: "travis", Repository: "octo/cat", Build: "519", Commit: hash}
	const appveyor = `
		APPVEYOR=True
		APPVEYOR_REPO_NAME=octo/cat
		APPVEYOR_BUILD_NUMBER=37
		APPVEYOR_REPO_COMMIT=` + hash + `
		APPVEYOR_REPO_COMMIT_AUTHOR=somebody
		APPVEYOR_PROJECT_SLUG=cat
		`
	onAppVeyor := variables.Job{System: "appveyor", Repository: "octo/cat", Build: "37", Commit: hash, Pipeline: "cat"}
	const semaphore = `
		SEMAPHORE=true
		SEMAPHORE_GIT_REPO_SLUG=octo/cat
		SEMAPHORE_PIPELINE_ID=ea3e6bba-d19a-45d7-86a0-e78a2301b616
		SEMAPHORE_GIT_SHA=` + hash + `
		SEMAPHORE_WORKFLOW_TRIGGERED_BY=mona
		SEMAPHORE_PIPELINE_NAME=Deploy
		`
	onSemaphore := variables.Job{System: "semaphore", Repository: "octo/cat", Build: "ea3e6bba-d19a-45d7-86a0-e78a2301b616", Commit: hash, Actor: "mona", Pipeline: "Deploy"}
	headless := onSemaphore
	headless.Commit = ""
	return []build{
		{pushed, buildkite, "BUILDKITE_SOURCE=webhook BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=false BUILDKITE_PULL_REQUEST_REPO= BUILDKITE_PULL_REQUEST_BASE_BRANCH=", with(onBuildkite, "webhook", "main", "", "")},
		{tagged, buildkite, "BUILDKITE_SOURCE=webhook BUILDKITE_BRANCH=v1 BUILDKITE_TAG=v1 BUILDKITE_PULL_REQUEST=false", with(onBuildkite, "webhook", "", "v1", "")},
		{pulled, buildkite, "BUILDKITE_SOURCE=webhook BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=7 BUILDKITE_PULL_REQUEST_REPO=git://github.com/fork/my-project.git BUILDKITE_PULL_REQUEST_BASE_BRANCH=main", with(onBuildkite, "pull_request", "", "", "7")},
		{"by hand", buildkite, "BUILDKITE_SOURCE=ui BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=false", with(carol, "ui", "main", "", "")},
		{"pull request rebuilt by hand", buildkite, "BUILDKITE_SOURCE=ui BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=7", with(carol, "pull_request", "", "", "7")},
		{"triggered by a build", buildkite, "BUILDKITE_SOURCE=trigger_job BUILDKITE_BRANCH=main BUILDKITE_PULL_REQUEST=false", with(onBuildkite, "trigger_job", "", "", "")},

		{pushed, circleci, "CIRCLE_BRANCH=main", with(onCircleCI, "", "main", "", "")},
		{tagged, circleci, "CIRCLE_TAG=v1", with(onCircleCI, "tag", "", "v1", "")},
		{pulled, circleci, "CIRCLE_BRANCH=pull/7 CIRCLE_PR_NUMBER=7 CIRCLE_PR_USERNAME=fork CIRCLE_PR_REPONAME=cat CIRCLE_PULL_REQUEST=https://github.com/octo/cat/pull/7", with(onCircleCI, "pull_request", "", "", "7")},
		{"branch with a pull request", circleci, "CIRCLE_BRANCH=topic CIRCLE_PULL_REQUEST=https://github.com/octo/cat/pull/7", with(onCircleCI, "", "topic", "", "")},
		{"branch called like a pull request", circleci, "CIRCLE_BRANCH=pull/over", with(onCircleCI, "", "pull/over", "", "")},

		{pushed, webhook, "CODEBUILD_WEBHOOK_EVENT=PUSH CODEBUILD_WEBHOOK_HEAD_REF=refs/heads/main CODEBUILD_WEBHOOK_TRIGGER=branch/main CODEBUILD_SOURCE_VERSION=" + hash, with(onCodeBuild, "PUSH", "main", "", "")},
		{tagged, webhook, "CODEBUILD_WEBHOOK_EVENT=PUSH CODEBUILD_WEBHOOK_HEAD_REF=refs/tags/v1 CODEBUILD_WEBHOOK_TRIGGER=tag/v1 CODEBUILD_SOURCE_VERSION=" + hash, with(onCodeBuild, "PUSH", "", "v1", "")},
		{pulled, webhook, "CODEBUILD_WEBHOOK_EVENT=PULL_REQUEST_CREATED CODEBUILD_WEBHOOK_HEAD_REF=refs/heads/main CODEBUILD_WEBHOOK_BASE_REF=refs/heads/main CODEBUILD_WEBHOOK_TRIGGER=pr/7 CODEBUILD_SOURCE_VERSION=pr/7", with(onCodeBuild, "pull_request", "", "", "7")},
		{"branch with a hash", started, "CODEBUILD_SOURCE_VERSION=refs/heads/main^{" + hash + "}", with(byRadim, "", "main", "", "")},
		{"pull request with a hash", started, "CODEBUILD_SOURCE_VERSION=refs/pull/7/head^{" + hash + "}", with(byRadim, "pull_request", "", "", "7")},
		{"branch or tag", started, "CODEBUILD_SOURCE_VERSION=main", with(byRadim, "", "", "", "")},

		{pushed, teamcity, "", with(onTeamCity, "", "", "", "")},

		{pushed, jenkins, "BRANCH_NAME=main GIT_BRANCH=main", with(onJenkins, "", "main", "", "")},
		{tagged, jenkins, "BRANCH_NAME=v1 TAG_NAME=v1 GIT_BRANCH=v1", with(onJenkins, "tag", "", "v1", "")},
		{pulled, jenkins, "BRANCH_NAME=main GIT_BRANCH=main CHANGE_ID=7 CHANGE_TARGET=main CHANGE_BRANCH=main CHANGE_FORK=fork", with(onJenkins, "pull_request", "", "", "7")},
		{"one repository", jenkins, "GIT_BRANCH=origin/release/main", with(onJenkins, "", "release/main", "", "")},
		{"branch called like a tag", jenkins, "BRANCH_NAME=refs/tags/v1 GIT_BRANCH=refs/tags/v1", with(onJenkins, "", "refs/tags/v1", "", "")},
		{"full reference", jenkins, "GIT_BRANCH=refs/heads/main", with(onJenkins, "", "main", "", "")},
		{"another remote", jenkins, "GIT_BRANCH=fork/main", with(onJenkins, "", "", "", "")},
		{"detached", jenkins, "GIT_BRANCH=detached", with(onJenkins, "", "", "", "")},
		{"merge request of the GitLab plugin", jenkins, "GIT_BRANCH=origin/main gitlabMergeRequestIid=7 gitlabMergeRequestId=990007", with(onJenkins, "pull_request", "", "", "7")},
		{"change of Gerrit", jenkins, "GIT_BRANCH=origin/main GERRIT_CHANGE_NUMBER=7", with(onJenkins, "pull_request", "", "", "7")},

		{pushed, travis, "TRAVIS_EVENT_TYPE=push TRAVIS_BRANCH=main TRAVIS_TAG= TRAVIS_PULL_REQUEST=false TRAVIS_PULL_REQUEST_BRANCH= TRAVIS_PULL_REQUEST_SLUG=", with(onTravis, "push", "main", "", "")},
		{tagged, travis, "TRAVIS_EVENT_TYPE=push TRAVIS_BRANCH=v1 TRAVIS_TAG=v1 TRAVIS_PULL_REQUEST=false", with(onTravis, "push", "", "v1", "")},
		{pulled, travis, "TRAVIS_EVENT_TYPE=pull_request TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST=7 TRAVIS_PULL_REQUEST_BRANCH=main TRAVIS_PULL_REQUEST_SLUG=fork/cat", with(onTravis, "pull_request", "", "", "7")},
		{"schedule", travis, "TRAVIS_EVENT_TYPE=cron TRAVIS_BRANCH=main TRAVIS_PULL_REQUEST=false", with(onTravis, "cron", "main", "", "")},

		{pushed, appveyor, "APPVEYOR_REPO_BRANCH=main APPVEYOR_REPO_TAG=false", with(onAppVeyor, "", "main", "", "")},
		{tagged, appveyor, "APPVEYOR_REPO_BRANCH=main APPVEYOR_REPO_TAG=true APPVEYOR_REPO_TAG_NAME=v1", with(onAppVeyor, "tag", "", "v1", "")},
		{pulled, appveyor, "APPVEYOR_REPO_BRANCH=main APPVEYOR_REPO_TAG=false APPVEYOR_PULL_REQUEST_NUMBER=7 APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME=fork/cat APPVEYOR_PULL_REQUEST_HEAD_REPO_BRANCH=main", with(onAppVeyor, "pull_request", "", "", "7")},

		{pushed, semaphore, "SEMAPHORE_GIT_REF_TYPE=branch SEMAPHORE_GIT_REF=refs/heads/main SEMAPHORE_GIT_BRANCH=main SEMAPHORE_GIT_WORKING_BRANCH=main", with(onSemaphore, "", "main", "", "")},
		{tagged, semaphore, "SEMAPHORE_GIT_REF_TYPE=tag SEMAPHORE_GIT_REF=refs/tags/v1 SEMAPHORE_GIT_BRANCH=refs/tags/v1 SEMAPHORE_GIT_TAG_NAME=v1", with(onSemaphore, "tag", "", "v1", "")},
		{pulled, semaphore, "SEMAPHORE_GIT_REF_TYPE=pull-request SEMAPHORE_GIT_BRANCH=main SEMAPHORE_GIT_WORKING_BRANCH=main SEMAPHORE_GIT_PR_BRANCH=main SEMAPHORE_GIT_PR_NUMBER=7 SEMAPHORE_GIT_PR_SLUG=fork/cat", with(onSemaphore, "pull_request", "", "", "7")},
		{"debugging session", strings.ReplaceAll(semaphore, hash, "HEAD"), "SEMAPHORE_GIT_BRANCH=main", with(headless, "", "", "", "")},
	}
}

// with adds the facts that differ between the builds of a system.
func with(job variables.Job, event, branch, tag, pull string) variables.Job {
	job.Event, job.Branch, job.Tag, job.PullRequest = event, branch, tag, pull
	return job
}

func nobody(job variables.Job) variables.Job {
	job.Actor = ""
	return job
}
