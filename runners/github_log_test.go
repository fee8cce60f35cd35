package runners

import (
	"path/filepath"
	"strings"
	"testing"
)

func TestGitHubFoldsItsLog(t *testing.T) {
	t.Parallel()
	s := newStep(t, nil)
	r := open(t, "github", s.Host)
	r.Begin("ecr")
	r.End("it broke\nhint: mend it, 100%")
	if want := "::group::awsvars ecr\n::endgroup::\n::error::it broke%0Ahint: mend it, 100%25\n"; s.log.String() != want || s.out.Len() > 0 {
		t.Errorf("stderr %q, stdout %q", s.log.String(), s.out.String())
	}
}

// TestProblemStartsNoCommand: a problem quotes what others wrote, and a line
// that begins with :: is a command.
func TestProblemStartsNoCommand(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"\n::stop-commands::x", "\r\n::stop-commands::x", "\r::stop-commands::x", "%0A::stop-commands::x", "::stop-commands::x", "\n##[stop-commands]x\n", "%s%d%n\n::set-env name=PATH::x"} {
		s := newStep(t, nil)
		r := open(t, "github", s.Host)
		r.Begin(text)
		r.End(text)
		lines := strings.Split(s.log.String(), "\n")
		if len(lines) != 4 || !strings.HasPrefix(lines[0], "::group::") || lines[1] != "::endgroup::" || !strings.HasPrefix(lines[2], "::error::") || lines[3] != "" {
			t.Errorf("%q became %q", text, lines)
		}
		escaped := strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
		if lines[2] != "::error::"+escaped || strings.Contains(s.log.String(), "\r") {
			t.Errorf("%q became %q", text, lines[2])
		}
	}
}

func TestGitHubDeliversWithoutItsSummary(t *testing.T) {
	t.Parallel()
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "no", "such")} {
		s := newStep(t, map[string]string{"GITHUB_STEP_SUMMARY": path})
		delivery := deliver(t, "github", s.Host, stsSet(t), settings(t, nil))
		if !strings.HasPrefix(delivery.Text, "2 outputs, 4 variables of the environment; without the summary: ") || !strings.Contains(delivery.Text, path) {
			t.Error(delivery.Text)
		}
		if len(parse(t, readText(t, s.env))) != 4 || len(parse(t, readText(t, s.output))) != 2 {
			t.Error("not everything was delivered")
		}
	}
}

// TestStateComesBeforeTheEnvironment: what the post step takes back must be
// known before it is there.
func TestStateComesBeforeTheEnvironment(t *testing.T) {
	t.Parallel()
	state := filepath.Join(t.TempDir(), "state")
	s := newStep(t, map[string]string{"GITHUB_STATE": state})
	h, err := handoverOf(stsSet(t), settings(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	additions, _, err := github{s.Host}.prepare(h)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, a := range additions {
		order = append(order, a.variable)
	}
	if got := strings.Join(order, " "); got != "GITHUB_STATE GITHUB_ENV GITHUB_OUTPUT" {
		t.Error(got)
	}
	// What is prepared must not be left where this process is killed.
	onlyIn(t, s.text("RUNNER_TEMP"))
}
