package variables_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

// TestEveryFactHasOneName gives each field a text of its own, and finds each
// text under one name. The job's ID is no fact.
func TestEveryFactHasOneName(t *testing.T) {
	t.Parallel()
	var job variables.Job
	fields := reflect.ValueOf(&job).Elem()
	var want, got []string
	for i := range fields.NumField() {
		text := fields.Type().Field(i).Name + "\x00\n"
		fields.Field(i).SetString(text)
		if fields.Type().Field(i).Name != "ID" {
			want = append(want, text)
		}
	}
	for _, name := range variables.JobFacts() {
		got = append(got, job.Fact(name))
	}
	slices.Sort(want)
	slices.Sort(got)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFactsAreFoundByName(t *testing.T) {
	t.Parallel()
	job := variables.Job{System: "gitlab", Branch: "main", PullRequest: "7"}
	for name, want := range map[string]string{"system": "gitlab", "branch": "main", "pull-request": "7", "tag": "", "Branch": "", "pullRequest": "", "": ""} {
		if got := job.Fact(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
	order := []string{"repository", "branch", "tag", "commit", "build", "actor", "pipeline", "event", "pull-request", "system"}
	if diff := cmp.Diff(order, variables.JobFacts()); diff != "" {
		t.Error(diff)
	}
}
