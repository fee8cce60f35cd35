package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// step is a step of a job on GitHub.
type step struct {
	*machine
	dir, output, env, summary string
}

func newStep(t testing.TB, more map[string]string) step {
	t.Helper()
	dir := t.TempDir()
	s := step{dir: dir, output: filepath.Join(dir, "output"), env: filepath.Join(dir, "env"), summary: filepath.Join(dir, "summary")}
	for _, path := range []string{s.output, s.env, s.summary} {
		if err := os.WriteFile(path, nil, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	environment := map[string]string{"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": s.output, "GITHUB_ENV": s.env, "GITHUB_STEP_SUMMARY": s.summary, "RUNNER_TEMP": t.TempDir()}
	for name, text := range more {
		environment[name] = text
	}
	s.machine = newMachine(t, environment)
	return s
}

// parse reads GitHub's files as actions/runner does (FileCommandManager.cs).
func parse(t testing.TB, text string) map[string]string {
	t.Helper()
	got := map[string]string{}
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		if lines[i] == "" {
			continue
		}
		name, end, ok := strings.Cut(lines[i], "<<")
		if !ok {
			t.Fatalf("line %q", lines[i])
		}
		var value []string
		for i++; lines[i] != end; i++ {
			value = append(value, lines[i])
		}
		got[name] = strings.Join(value, "\n")
	}
	return got
}

// readsPart tells whether GitHub's runner would set anything of a text before it
// finds what is wrong with it, and act as well, which reads alike.
func readsPart(text string) bool { return len(readFirst(text)) > 0 }

// readFirst reads as strictly as actions/runner, and returns what it has set by
// the time it comes to an error.
func readFirst(text string) map[string]string {
	set := map[string]string{}
	lines := strings.Split(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		if line == "" {
			continue
		}
		equals, heredoc := strings.Index(line, "="), strings.Index(line, "<<")
		if equals >= 0 && (heredoc < 0 || equals < heredoc) {
			set[line[:equals]] = line[equals+1:]
			continue
		}
		if heredoc <= 0 || line[heredoc+2:] == "" {
			return set
		}
		var value []string
		for i++; i < len(lines) && lines[i] != line[heredoc+2:]; i++ {
			value = append(value, lines[i])
		}
		if i == len(lines) {
			return set
		}
		set[line[:heredoc]] = strings.Join(value, "\n")
	}
	return set
}

func TestGitHubGetsOutputsAndEnvironment(t *testing.T) {
	t.Parallel()
	for _, credentials := range []string{"false", "true"} {
		s := newStep(t, nil)
		v := settings(t, map[string]string{"output-credentials": credentials})
		r := open(t, "github", s.Host)
		if err := r.Check(v); err != nil {
			t.Fatal(err)
		}
		delivery, err := r.Deliver(stsSet(t), v)
		if err != nil {
			t.Fatal(err)
		}
		outputs := map[string]string{"aws-region": "eu-west-1", "aws-account-id": "222222222222"}
		text := "2 outputs, 4 variables of the environment"
		if credentials == "true" {
			outputs["aws-access-key-id"], outputs["aws-secret-access-key"] = fakeKey, fakeSecret
			text = "4 outputs, 4 variables of the environment"
		}
		got := parse(t, readText(t, s.output))
		compare(t, "output", got, outputs)
		compare(t, "env", parse(t, readText(t, s.env)), map[string]string{"AWS_ACCESS_KEY_ID": fakeKey, "AWS_SECRET_ACCESS_KEY": fakeSecret, "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1"})
		if len(got) != len(outputs) || delivery.Text != text {
			t.Errorf("outputs %d, delivered %q", len(got), delivery.Text)
		}
		onlyIn(t, s.text("RUNNER_TEMP"))
	}
}

func TestGitHubSummaryNamesWhatWasDelivered(t *testing.T) {
	t.Parallel()
	s := newStep(t, nil)
	if _, err := open(t, "github", s.Host).Deliver(stsSet(t), settings(t, nil)); err != nil {
		t.Fatal(err)
	}
	summary := readText(t, s.summary)
	for _, part := range []string{"| hop | `arn:aws:iam::222222222222:role/deployer` | 2026-01-02T03:04:05Z |", "| `custom.aws.secretAccessKey.password` |  | `AWS_SECRET_ACCESS_KEY` |", "| `custom.aws.region` | `aws-region` | `AWS_REGION`, `AWS_DEFAULT_REGION` |"} {
		if !strings.Contains(summary, part) {
			t.Errorf("the summary lacks %q:\n%s", part, summary)
		}
	}
	for _, value := range []string{fakeKey, fakeSecret, "eu-west-1"} {
		if strings.Contains(summary, value) {
			t.Errorf("the summary shows %s", value)
		}
	}
}

func TestGitHubRefusesWhatItsFilesCannotCarry(t *testing.T) {
	t.Parallel()
	for value, part := range map[string]string{"x\n" + delimiter + "\nPATH<<y": "the delimiter", "a\rb": "a carriage return", "a\x00": "a NUL byte", "\xff": "not valid UTF-8"} {
		s := newStep(t, nil)
		_, err := open(t, "github", s.Host).Deliver(setOf(t, "fine", value), settings(t, nil))
		wantError(t, err, "handing custom.v1 on as v1: the value ", part, "format json")
		if readText(t, s.output)+readText(t, s.env)+readText(t, s.summary) != "" {
			t.Errorf("%s: something was written", part)
		}
	}
	s := newStep(t, nil)
	if _, err := open(t, "github", s.Host).Deliver(setOf(t, "a\nb\n", "", "<<", "a=b"), settings(t, nil)); err != nil {
		t.Fatal(err)
	}
	compare(t, "output", parse(t, readText(t, s.output)), map[string]string{"v0": "a\nb\n", "v1": "", "v2": "<<", "v3": "a=b"})
}

func TestGitHubChecksItsFiles(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	link := filepath.Join(dir, "link")
	if err := os.Symlink("/etc/passwd", link); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, path, part string }{
		{"GITHUB_OUTPUT", "", "looking for $GITHUB_OUTPUT: it is not set; run in a step of GitHub Actions"},
		{"GITHUB_ENV", "", "looking for $GITHUB_ENV: it is not set"},
		{"GITHUB_ENV", dir, "preparing $GITHUB_ENV: writing " + dir + ": it is a directory"},
		{"GITHUB_OUTPUT", link, "it is a symbolic link"},
		{"GITHUB_STATE", filepath.Join(dir, "no", "such"), "opening $GITHUB_STATE: "},
	} {
		s := newStep(t, map[string]string{c.name: c.path})
		wantError(t, open(t, "github", s.Host).Check(settings(t, nil)), c.part)
	}
	v := settings(t, map[string]string{"output": "x", "format": "json"})
	wantError(t, open(t, "github", newStep(t, nil).Host).Check(v), "2 settings are wrong", "choose the runner envfile")
}
