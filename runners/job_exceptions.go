package runners

import (
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// githubJob tells the jobs of a matrix apart, which have one GITHUB_JOB. The ID by
// which the runner ends processes is made for each job (actions/runner,
// JobExtension.cs); a workflow that keeps its processes sets it to another text.
// Containers do not have it.
func githubJob(h Host, job *variables.Job) {
	if tracking := h.text("RUNNER_TRACKING_ID"); strings.HasPrefix(tracking, "github_") {
		job.ID = tracking
	} else if runner := h.text("RUNNER_NAME"); runner != "" {
		job.ID += " " + runner
	}
}

// woodpecker gives no branch to a deployment: one of a bare commit, such as
// that of a pull request, is said to be of the default branch (woodpecker,
// server/forge/github/parse.go, parseDeployHook). For a release of GitLab the
// author of the pipeline is that of the commit (server/forge/gitlab).
func woodpecker(h Host, job *variables.Job) {
	switch {
	case job.Event == "deployment":
		job.Branch = ""
	case job.Event == "release" && h.text("CI_FORGE_TYPE") == "gitlab":
		job.Actor = ""
	}
}

// bambooDeployment gives no branch to a deployment: its release may be that
// of a pull request, and no reference says that this would be told.
func bambooDeployment(h Host, job *variables.Job) {
	if h.first("bamboo_deploy_project bamboo_deploy_release bamboo_deploy_environment") != "" {
		job.Branch = ""
	}
}

// buildkite believes no branch and no tag of a build that another build
// triggered: the steps that trigger may be those of a pull request, and name
// what they like (buildkite.com/docs, "Trigger step"). The creator of a build
// is verified where a person or a token started it; with a webhook it is the
// author of the commit, unverified.
func buildkite(h Host, job *variables.Job) {
	switch h.text("BUILDKITE_SOURCE") {
	case "ui", "api":
	case "trigger_job":
		job.Branch, job.Tag, job.Actor = "", "", ""
	default:
		job.Actor = ""
	}
}

// circleciJob joins the repository's name, and finds pull requests of forks by
// their branch: pull/7.
func circleciJob(h Host, job *variables.Job) {
	if owner := h.text("CIRCLE_PROJECT_USERNAME"); owner != "" && job.Repository != "" {
		job.Repository = repositoryPath(owner + "/" + job.Repository)
	}
	number, ok := strings.CutPrefix(job.Branch, "pull/")
	if ok && strings.Trim(number, "0123456789") == "" {
		markPull(job, number)
	}
}

// azureJob knows a person in Azure Repos, or who queued the build by hand. For
// other repositories no reference says whose name this is.
func azureJob(h Host, job *variables.Job) {
	provider := h.text("BUILD_REPOSITORY_PROVIDER")
	if h.text("BUILD_REASON") != "Manual" && provider != "TfsGit" && provider != "TfsVersionControl" {
		job.Actor = ""
	}
}

// codebuildJob reads the trigger, pr/7, and the version that a build was started
// with: pr/7, refs/heads/main or refs/heads/main^{hash}. A bare name may be a
// branch, a tag or a commit (docs.aws.amazon.com/codebuild, "Source version
// sample").
func codebuildJob(h Host, job *variables.Job) {
	job.Pipeline, _, _ = strings.Cut(job.Pipeline, ":")
	version, _, _ := strings.Cut(h.text("CODEBUILD_SOURCE_VERSION"), "^{")
	readRef(version, job)
	for _, text := range []string{h.text("CODEBUILD_WEBHOOK_TRIGGER"), version} {
		if number, ok := strings.CutPrefix(text, "pr/"); ok {
			markPull(job, number)
		}
	}
}

// jenkinsJob reads the branch of a job that is not multibranch. The git plugin
// puts the name of the remote before it, and only origin, its default, is sure
// to be a remote's name and no part of a branch's.
func jenkinsJob(h Host, job *variables.Job) {
	if job.Branch != "" {
		return
	}
	built := h.text("GIT_BRANCH")
	job.Branch = after(built, "origin/")
	readRef(built, job)
}

// semaphore believes the branch of a build of a branch. A debugging session
// has no type of reference, and the default branch.
func semaphore(h Host, job *variables.Job) {
	kind := h.text("SEMAPHORE_GIT_REF_TYPE")
	if isPull(kind) {
		markPull(job, "")
	}
	if kind != "branch" {
		job.Branch = ""
	}
}
