package runners

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

func TestGitLabGetsAFileOrAReport(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ scope, want, text string }{
		{"local", "export AWS_ACCESS_KEY_ID='" + fakeKey + "'\n", "7 variables to %s in the format shell"},
		{"result", "AWS_ACCESS_KEY_ID=" + fakeKey + "\n", "7 variables to %s, for artifacts:reports:dotenv"},
	} {
		project := t.TempDir()
		m := newMachine(t, map[string]string{"GITLAB_CI": "true", "CI_PROJECT_DIR": project})
		m.Dir = filepath.Join(project, "sub")
		delivery := deliver(t, "gitlab", m.Host, stsSet(t), settings(t, map[string]string{"scope": c.scope}))
		path := filepath.Join(project, ".awsvars", "aws.env")
		if text := readText(t, path); !strings.Contains("\n"+text, "\n"+c.want) || strings.Count(text, "\n") != 7 {
			t.Errorf("%s: %s", c.scope, text)
		}
		if delivery.Text != strings.ReplaceAll(c.text, "%s", path) || !strings.HasPrefix(strings.Join(delivery.Warnings, "\n"), "GitLab cannot mask") {
			t.Errorf("%q, %q", delivery.Text, delivery.Warnings)
		}
		if open := strings.Contains(strings.Join(delivery.Warnings, "\n"), "set artifacts:access to none, or better run awsvars again"); open != (c.scope == "result") {
			t.Errorf("%s: %q", c.scope, delivery.Warnings)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
		if m.out.Len()+m.log.Len() > 0 {
			t.Error("something is in the log")
		}
	}
}

func TestGitLabKeepsToTheSizeOfAReport(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	v := settings(t, map[string]string{"scope": "result", "output": "report.env"})
	// custom_v0=…\n
	most := setOf(t, strings.Repeat("x", mostReport-len("custom_v0=\n")))
	deliver(t, "gitlab", m.Host, most, v)
	if n := len(readText(t, filepath.Join(m.Dir, "report.env"))); n != 5*1024-1 {
		t.Errorf("%d bytes", n)
	}
	_, err := open(t, "gitlab", m.Host).Deliver(setOf(t, strings.Repeat("x", mostReport-len("custom_v0=\n")+1)), v)
	wantError(t, err, "writing a dotenv report: it would have 5120 bytes, and GitLab takes 5119")
	if hint := err.(*variables.Hinted).Hint(); !strings.Contains(hint, "run awsvars again in the job that needs them") {
		t.Error(hint)
	}
	_, err = open(t, "gitlab", m.Host).Deliver(setOf(t, "fine", "a\nb"), v)
	wantError(t, err, "writing custom.v1 into a dotenv report: the value has U+000A")
	if n := len(readText(t, filepath.Join(m.Dir, "report.env"))); n != 5*1024-1 {
		t.Error("the report was replaced")
	}
	wantError(t, open(t, "gitlab", m.Host).Check(settings(t, map[string]string{"scope": "result", "format": "json"})), "format: later jobs get a dotenv report, which has one format")
}

// TestGitLabWarnsOfManyVariables: 21 are too many for some, and a file of the
// job has no limit.
func TestGitLabWarnsOfManyVariables(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		scope  string
		n      int
		warned bool
	}{{"result", 20, false}, {"result", 21, true}, {"local", 21, false}} {
		m := newMachine(t, nil)
		delivery := deliver(t, "gitlab", m.Host, setOf(t, make([]string, c.n)...), settings(t, map[string]string{"scope": c.scope}))
		if warned := strings.Contains(strings.Join(delivery.Warnings, "\n"), "the report has 21 variables, and some plans and older installations of GitLab take 20"); warned != c.warned {
			t.Errorf("%s, %d: %q", c.scope, c.n, delivery.Warnings)
		}
	}
}

// TestScopeNeedsASystemThatKnowsIt: one that docs/variables.md names. Elsewhere
// a job would wait for variables that never come.
func TestScopeNeedsASystemThatKnowsIt(t *testing.T) {
	t.Parallel()
	_, page, found := strings.Cut(readText(t, "../docs/variables.md"), "`scope: result` hands variables on to later jobs where a system knows that: ")
	list, _, _ := strings.Cut(page, ". Elsewhere it is refused")
	if !found {
		t.Fatal("docs/variables.md does not say which systems know the scope result")
	}
	for _, name := range Names() {
		r := open(t, name, newMachine(t, nil).Host)
		if err := CheckScope(r, settings(t, nil)).Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		err := CheckScope(r, settings(t, map[string]string{"scope": "result"})).Err()
		if reason := withinJob()[name]; !slices.Contains(strings.Split(list, ", "), "`"+name+"`") {
			wantError(t, err, `scope "result": `+reason+"; run awsvars again in the job that needs them")
		} else if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name := range withinJob() {
		open(t, name, newMachine(t, nil).Host)
	}
}

// TestScriptsAreServedNatively: where nothing says otherwise. What a script
// names it gets, and nothing of the system's.
func TestScriptsAreServedNatively(t *testing.T) {
	t.Parallel()
	for _, s := range systems() {
		if !Scripted(s.name) {
			continue
		}
		value := s.value
		if value == "" {
			value = "1"
		}
		h := newMachine(t, map[string]string{s.sign: value}).Host
		for asked, want := range map[Asked]string{
			{}:                          s.name,
			{Scope: true}:               s.name,
			{Format: true}:              "envfile",
			{Output: true}:              "envfile",
			{Output: true, Scope: true}: s.name,
			{Format: true, Output: true, Scope: true}: "envfile",
		} {
			if got := Detect(h, asked); got != want {
				t.Errorf("%s, %+v: %s, want %s", s.name, asked, got, want)
			}
		}
		if name := open(t, s.name, h).Name(); name != s.name {
			t.Errorf("%s is called %s", s.name, name)
		}
	}
}
