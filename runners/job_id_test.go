package runners

import (
	"maps"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// TestJobsOfOneBuildAreToldApart, and steps of one job are not: a step logs in,
// a later one logs out.
func TestJobsOfOneBuildAreToldApart(t *testing.T) {
	t.Parallel()
	ids := map[string][2]string{
		"github":       {"RUNNER_TRACKING_ID=github_1 GITHUB_JOB=a RUNNER_NAME=r", "RUNNER_TRACKING_ID=github_2 GITHUB_JOB=a RUNNER_NAME=r"},
		woodpeckerName: {"CI_WORKFLOW_NUMBER=1", "CI_WORKFLOW_NUMBER=2"},
		harnessName:    {"HARNESS_STAGE_ID=build", "HARNESS_STAGE_ID=test"},
		droneName:      {"DRONE_STAGE_NUMBER=1", "DRONE_STAGE_NUMBER=2"},
		bambooName:     {"bamboo_buildResultKey=P-Q-JOB1-3", "bamboo_buildResultKey=P-Q-JOB2-3"},
		"gitlab":       {"CI_JOB_ID=1", "CI_JOB_ID=2"},
		"buildkite":    {"BUILDKITE_JOB_ID=1", "BUILDKITE_JOB_ID=2"},
		"circleci":     {"CIRCLE_WORKFLOW_JOB_ID=1", "CIRCLE_WORKFLOW_JOB_ID=2"},
		"azure":        {"SYSTEM_JOBID=1", "SYSTEM_JOBID=2"},
		"bitbucket":    {"BITBUCKET_STEP_UUID={1}", "BITBUCKET_STEP_UUID={2}"},
		"travis":       {"TRAVIS_JOB_ID=1", "TRAVIS_JOB_ID=2"},
		"appveyor":     {"APPVEYOR_JOB_ID=1", "APPVEYOR_JOB_ID=2"},
		"semaphore":    {"SEMAPHORE_JOB_ID=1", "SEMAPHORE_JOB_ID=2"},
	}
	told := map[string]bool{}
	for _, b := range builds() {
		id, is := ids[b.want.System]
		if !is {
			continue
		}
		told[b.want.System] = true
		one, two := b.with(t, id[0]), b.with(t, id[1])
		step := b.with(t, id[0]+" GITHUB_ACTION=__run_2 CI_STEP_NUMBER=2 HARNESS_STEP_ID=b DRONE_STEP_NUMBER=2 BUILDKITE_STEP_ID=2 SYSTEM_TASKINSTANCEID=2")
		if one.ID == two.ID || one != step {
			t.Errorf("%s, %s: %+v, %+v and in a later step %+v", b.want.System, b.kind, one, two, step)
		}
		one.ID = ""
		if one != b.want {
			t.Errorf("%s, %s: another job than %+v: %+v", b.want.System, b.kind, b.want, one)
		}
	}
	if len(told) != len(ids) {
		t.Errorf("there are builds of %v only", told)
	}
}

// with is the job of a build with more variables.
func (b build) with(t *testing.T, more string) variables.Job {
	t.Helper()
	environment := maps.Clone(b.environment(t))
	for _, pair := range strings.Fields(more) {
		name, value, _ := strings.Cut(pair, "=")
		environment[name] = value
	}
	return jobOf(newMachine(t, environment).Host)
}

// TestGitHubsJobWithoutATrackingID: in a container, or where a workflow has
// taken it away so that its processes go on.
func TestGitHubsJobWithoutATrackingID(t *testing.T) {
	t.Parallel()
	for more, want := range map[string]string{
		"GITHUB_JOB=build RUNNER_NAME=r1": "build r1", "GITHUB_JOB=build RUNNER_NAME=r2": "build r2", "GITHUB_JOB=test RUNNER_NAME=r1": "test r1",
		"GITHUB_JOB=build RUNNER_NAME=r1 RUNNER_TRACKING_ID=0": "build r1", "GITHUB_JOB=build": "build", "": "",
		"GITHUB_JOB=build RUNNER_NAME=r1 RUNNER_TRACKING_ID=github_7": "github_7",
	} {
		if got := (build{all: "GITHUB_ACTIONS=true"}).with(t, more).ID; got != want {
			t.Errorf("%s: %q, want %q", more, got, want)
		}
	}
}
