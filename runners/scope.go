package runners

import "github.com/awsvars/awsvars/variables"

// The choices of the setting scope.
const (
	scopeLocal  = "local"
	scopeResult = "result"
)

// again is what to do where credentials should not leave their job.
const again = "run awsvars again in the job that needs them"

// toOthers tells whether variables are to reach later jobs and stages.
func toOthers(v variables.Values) bool { return v.Text("scope") == scopeResult }

// withinJob says of each runner that reaches no other job why it does not.
func withinJob() map[string]string {
	const volume = "the file lies in the workspace of this pipeline and goes no further"
	return map[string]string{
		githubName:     "GitHub leaves an output empty in the next job if it holds a masked value",
		droneName:      volume,
		woodpeckerName: volume,
		harnessName:    "Harness itself gives the outputs of a step to later stages, by expressions",
		bambooName:     "in Bamboo the task that injects the file has the scope, and RESULT stores credentials with the build",
		circleciName:   "$BASH_ENV is read by the steps of this job only",
		jenkinsName:    "what one build of Jenkins has in its workspace or environment is not there for another",
		teamcityName:   "TeamCity shows the parameters that a build sets, and hands no password on to dependent builds",
		buildkiteName:  "what a hook of Buildkite exports is there for the later hooks and the command of the same job only",
		envfileName:    "the runner envfile writes one file or stdout, and knows no other job",
	}
}

// CheckScope refuses the scope result where a runner has no way to hand
// anything to another job.
func CheckScope(r Runner, v variables.Values) variables.Faults {
	if reason, ok := withinJob()[r.Name()]; ok && toOthers(v) {
		return variables.Faults{{Setting: "scope", Given: scopeResult, Problem: reason + "; " + again}}
	}
	return nil
}
