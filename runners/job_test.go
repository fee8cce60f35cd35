package runners

import "testing"

func TestJobIsRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		environment map[string]string
		want        Job
	}{
		{map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_REPOSITORY": "o/r", "GITHUB_RUN_ID": "7"}, Job{System: "github", Repository: "o/r", Build: "7"}},
		{map[string]string{"GITLAB_CI": "true", "CI": "true", "CI_PROJECT_PATH": "g/s/p"}, Job{System: "gitlab", Repository: "g/s/p"}},
		{nil, Job{}},
	} {
		if job := jobOf(newMachine(t, c.environment).Host); job != c.want {
			t.Errorf("%+v, want %+v", job, c.want)
		}
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
		if s.repository == "" {
			continue
		}
		value := s.value
		if value == "" {
			value = "1"
		}
		for url, want := range urls {
			job := jobOf(newMachine(t, map[string]string{s.sign: value, s.repository: url}).Host)
			if job.System != s.name || job.Repository != want {
				t.Errorf("%s, %q: %+v, want %q", s.name, url, job, want)
			}
		}
	}
}
