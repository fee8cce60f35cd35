package variables

// Job is what a CI job knows of itself, each fact empty where it is not known.
//
// Most facts are chosen by whoever pushes: a branch's name may hold anything,
// a line break and a NUL included. Users of a fact clean it for their purpose.
// And they are the job's own word: a job that runs foreign code may have been
// told others.
type Job struct {
	// System is the product: github, drone, gitlab …
	System string
	// Repository is a path such as owner/name, never a URL.
	Repository string
	// Branch is the branch whose code runs. It is empty for a tag, and for a
	// pull request, which is neither its target nor the branch of this
	// repository that is called like its own.
	Branch string
	// Tag is the tag whose code runs.
	Tag string
	// Commit is a full hash.
	Commit string
	// Build is the number or ID of the build.
	Build string
	// Actor is the login, name or ID of who started the build, as the system
	// verified it; never an e-mail address, and never the author of a commit,
	// who can be made up.
	Actor string
	// Pipeline is the name of the workflow, pipeline or plan.
	Pipeline string
	// Event is the system's own word for what started the build. A pull or
	// merge request is pull_request everywhere, but for GitHub's other events
	// of pull requests, which keep their names: pull_request_target …
	Event string
	// PullRequest is the number of the pull or merge request.
	PullRequest string
	// ID tells the job from the others of its build, which may run beside it. It
	// is no fact: a session's name and its tags are the same for all of them.
	ID string
}

// jobFact is a fact under the name that settings use.
type jobFact struct{ name, text string }

func (j Job) facts() []jobFact {
	return []jobFact{
		{"repository", j.Repository},
		{"branch", j.Branch},
		{"tag", j.Tag},
		{"commit", j.Commit},
		{"build", j.Build},
		{"actor", j.Actor},
		{"pipeline", j.Pipeline},
		{"event", j.Event},
		{"pull-request", j.PullRequest},
		{"system", j.System},
	}
}

// JobFacts returns the names of all facts, in the order in which they are
// shown.
func JobFacts() []string {
	var names []string
	for _, fact := range (Job{}).facts() {
		names = append(names, fact.name)
	}
	return names
}

// Fact returns a fact by its name, empty where it is not known. No fact has
// another name than those of [JobFacts].
func (j Job) Fact(name string) string {
	for _, fact := range j.facts() {
		if fact.name == name {
			return fact.text
		}
	}
	return ""
}
