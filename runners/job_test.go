package runners

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

func TestJobIsRead(t *testing.T) {
	t.Parallel()
	seen := map[string][]string{}
	for _, b := range append(builds(), build{kind: "no system", more: "CI=true"}) {
		seen[b.want.System] = append(seen[b.want.System], b.kind)
		if diff := cmp.Diff(b.want, jobOf(newMachine(t, b.environment(t)).Host)); diff != "" {
			t.Errorf("%s, %s: %s", b.want.System, b.kind, diff)
		}
	}
	for _, s := range systems() {
		for _, kind := range []string{pushed, tagged, pulled} {
			// TeamCity tells nothing apart, and Bamboo builds no tags.
			if s.name == "teamcity" && kind != pushed || s.name == bambooName && kind == tagged {
				continue
			}
			if !slices.Contains(seen[s.name], kind) {
				t.Errorf("%s: no %s", s.name, kind)
			}
		}
	}
}

// TestPullRequestIsNoBranch: a guard that allows main lets no pull request
// in, also where one of the variables that tell it is missing. Each of them
// alone is in the hands of a system's next version.
func TestPullRequestIsNoBranch(t *testing.T) {
	t.Parallel()
	for _, b := range builds() {
		if b.kind != pulled && b.want.Event != "pull_request_target" {
			continue
		}
		environment := b.environment(t)
		for missing := range environment {
			rest := maps.Clone(environment)
			delete(rest, missing)
			job := jobOf(newMachine(t, rest).Host)
			if job.Branch != "" || job.Tag != "" || job.System != "" && !isPull(job.Event) {
				t.Errorf("%s without %s: %+v", b.want.System, missing, job)
			}
		}
	}
}

// TestFactsAreNotCleaned: their users do that, each for a purpose.
func TestFactsAreNotCleaned(t *testing.T) {
	t.Parallel()
	const hostile = "m\x00a\n$(i)n\xff"
	for _, b := range builds() {
		environment := b.environment(t)
		for name, value := range environment {
			environment[name] = strings.ReplaceAll(value, "main", hostile)
		}
		want := b.want
		want.Branch = strings.ReplaceAll(want.Branch, "main", hostile)
		if diff := cmp.Diff(want, jobOf(newMachine(t, environment).Host)); diff != "" {
			t.Errorf("%s, %s: %s", b.want.System, b.kind, diff)
		}
	}
}

// FuzzJob lets every variable that is asked for be any of these words.
func FuzzJob(f *testing.F) {
	words := []string{
		"", "", "main", "refs/heads/main", "+refs/heads/main", "origin/main", "v1", "refs/tags/v1", "refs/pull/7/merge", "refs/pull/", "refs/merge-requests/7/head",
		"7", "false", "true", "pull/7", "pr/7", "pr/", "push", "tag", "branch", "pull_request", "pull_request_target", "pull-request", "PullRequest",
		"PULL_REQUEST_CREATED", "merge_request_event", "deployment", "trigger_job", "ui", "Manual", "TfsGit", "@hook", "mona", "mona@example.com", hash, "HEAD",
	}
	for i := range 64 {
		f.Add([]byte{byte(i), byte(i * 7), byte(i * 31), byte(i * 57), byte(i * 91)}, "refs/heads/"+words[i%len(words)])
	}
	f.Fuzz(func(t *testing.T, choices []byte, text string) {
		all := append(words, text)
		for _, s := range systems() {
			environment := map[string]string{}
			lookup := func(name string) (string, bool) {
				if name == s.sign {
					return signOf(s), true
				}
				if _, asked := environment[name]; !asked && len(choices) > 0 {
					environment[name] = all[int(choices[len(environment)%len(choices)])%len(all)]
				}
				return environment[name], environment[name] != ""
			}
			job := s.job(Host{Lookup: lookup})
			checkJob(t, job)
			if t.Failed() {
				t.Fatalf("%s: %q is %+v", s.name, environment, job)
			}
		}
	})
}

// signOf is a text by which the system is recognised.
func signOf(s system) string {
	if s.value == "" {
		return "1"
	}
	return s.value
}

func checkJob(t *testing.T, job variables.Job) {
	t.Helper()
	pull := job.PullRequest != "" || strings.HasPrefix(job.Event, pullRequest)
	switch {
	case pull && (job.Branch != "" || job.Tag != ""):
		t.Error("a pull request has a branch or a tag")
	case pull && job.Event != pullRequest && job.System != githubName:
		t.Error("a pull request has another event")
	case isPull(job.Event) && !pull:
		t.Error("an event is passed on that speaks of a pull request")
	case job.Branch != "" && job.Tag != "":
		t.Error("a tag has a branch")
	case job.Commit != "" && len(job.Commit) < 40:
		t.Error("a commit is no full hash")
	case strings.Contains(job.Actor, "@"):
		t.Error("an actor is an e-mail address")
	}
}

// TestJobHoldsNoCredentials: the job's name reaches ARNs and CloudTrail.
func TestJobHoldsNoCredentials(t *testing.T) {
	t.Parallel()
	urls := map[string]string{
		"https://user:token@host/o/r.git": "o/r", "https://token@host:8443/o/r.git/": "o/r", "https://host/o/r?token=token#token": "o/r",
		"ssh://git:token@host:22/o/r.git": "o/r", "git@host:o/r.git": "o/r", "user:token@host:o/r.git": "o/r", "host:/o/r.git": "o/r",
		// What net/url cannot read, or reads otherwise than was meant.
		"https://user:%zz@host/o/r.git": "host/o/r", "https://user:token/token@host/o/r.git": "host/o/r", "https://token/token@host/o/r.git": "host/o/r",
		"https://user:token@token@host/o/r.git": "o/r", "ssh://token@host:o/r.git": "o/r", "user:token@host/o/r": "host/o/r",
		"o/r": "o/r", "My Repository": "My Repository", "": "",
	}
	for _, s := range systems() {
		for _, variable := range strings.Fields(s.repository) {
			for url, want := range urls {
				job := jobOf(newMachine(t, map[string]string{s.sign: signOf(s), variable: url}).Host)
				if job.System != s.name || job.Repository != want {
					t.Errorf("%s, %s=%q: %+v, want %q", s.name, variable, url, job, want)
				}
			}
		}
	}
}
