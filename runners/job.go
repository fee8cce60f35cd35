package runners

import (
	"net/url"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// system says how a CI system is recognised and which variables hold the
// facts. A text of variables lists candidates, parted by blanks: the first
// that is set holds the fact.
type system struct {
	name string
	// sign is a variable that the system sets, to value where that is not
	// empty.
	sign, value string

	repository, branch, tag, commit, build, actor, pipeline, event string
	// ref holds a full reference: refs/heads/main, refs/tags/v1,
	// refs/pull/7/merge. It serves where branch and tag have nothing, and it
	// always tells a pull request.
	ref string
	// pull holds the number of a pull request. Travis and Buildkite say false
	// where there is none.
	pull string
	// marks are other variables that are set for pull requests only. A pull
	// request must not be missed, so that one sign of several is enough.
	marks string
	// id holds the job's own ID: the same in all steps that may log in and out,
	// and another one in the next job of the build.
	id string
	// also does what a list of variables cannot say.
	also func(h Host, job *variables.Job)
}

// pullRequest is the event of pull requests in every system.
const pullRequest = "pull_request"

// jobOf reads the facts of the first system that is recognised.
func jobOf(h Host) variables.Job {
	for _, s := range systems() {
		text, ok := h.Lookup(s.sign)
		if ok && text != "" && (s.value == "" || text == s.value) {
			return s.job(h)
		}
	}
	return variables.Job{}
}

func (s system) job(h Host) variables.Job {
	job := variables.Job{
		System:     s.name,
		Repository: repositoryPath(h.first(s.repository)),
		Branch:     h.first(s.branch),
		Tag:        h.first(s.tag),
		Commit:     h.first(s.commit),
		Build:      h.first(s.build),
		Actor:      h.first(s.actor),
		Pipeline:   h.first(s.pipeline),
		Event:      h.first(s.event),
		ID:         h.first(s.id),
	}
	if number := h.first(s.pull); number != "false" {
		job.PullRequest = number
	}
	if h.first(s.marks) != "" {
		markPull(&job, "")
	}
	readRef(h.first(s.ref), &job)
	if s.also != nil {
		s.also(h, &job)
	}
	settle(&job)
	return job
}

// first returns the first variable of a list that is set.
func (h Host) first(names string) string {
	for _, name := range strings.Fields(names) {
		if text := h.text(name); text != "" {
			return text
		}
	}
	return ""
}

// settle keeps kinds of builds apart: a guard that allows the branch main
// must allow no pull request to main, and none from the main of a fork.
func settle(job *variables.Job) {
	if job.PullRequest != "" || isPull(job.Event) {
		job.Branch, job.Tag = "", ""
		if job.System != githubName || !strings.HasPrefix(job.Event, pullRequest) {
			job.Event = pullRequest
		}
	}
	if job.Tag != "" {
		job.Branch = ""
		if job.Event == "" {
			job.Event = "tag"
		}
	}
	if !isHash(job.Commit) {
		job.Commit = ""
	}
	if strings.Contains(job.Actor, "@") {
		// An e-mail address, or one of Drone's words: @hook, @cron.
		job.Actor = ""
	}
}

// readRef fills in what a full reference says. Other references than those of
// branches, tags and pull requests say nothing.
func readRef(ref string, job *variables.Job) {
	if job.Branch == "" {
		job.Branch = after(ref, "refs/heads/")
	}
	if job.Tag == "" {
		job.Tag = after(ref, "refs/tags/")
	}
	// GitHub, Gitea and Azure; Bitbucket; Harness Code; GitLab.
	for _, prefix := range []string{"refs/pull/", "refs/pull-requests/", "refs/pullreq/", "refs/merge-requests/"} {
		if rest, ok := strings.CutPrefix(ref, prefix); ok {
			number, _, _ := strings.Cut(rest, "/")
			markPull(job, number)
		}
	}
}

// markPull marks a pull request. Its number may not be known.
func markPull(job *variables.Job, number string) {
	if !isPull(job.Event) {
		job.Event = pullRequest
	}
	if job.PullRequest == "" {
		job.PullRequest = number
	}
}

// isPull tells whether a word for an event speaks of a pull request:
// pull_request_closed, PULL_REQUEST_CREATED, PullRequest,
// merge_request_event …
func isPull(event string) bool {
	event = strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(event))
	return strings.Contains(event, "pullrequest") || strings.Contains(event, "mergerequest")
}

// isHash tells whether text is a full SHA-1 or SHA-256 in hexadecimal.
// Systems also give HEAD, short hashes and revisions of Subversion.
func isHash(text string) bool {
	return (len(text) == 40 || len(text) == 64) && strings.Trim(text, "0123456789abcdef") == ""
}

// after returns what follows prefix, nothing where text does not start so.
func after(text, prefix string) string {
	if rest, ok := strings.CutPrefix(text, prefix); ok {
		return rest
	}
	return ""
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
