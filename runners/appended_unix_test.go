//go:build unix

package runners

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// added prepares files of GitHub's and what goes into them.
func added(t *testing.T, names ...string) (dir string, additions []addition) {
	t.Helper()
	dir = t.TempDir()
	for _, name := range names {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte("BEFORE=1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		additions = append(additions, addition{variable: name, path: path}.blocks([]entry{{name: "A", value: variables.NewSecret("one")}, {name: "B", value: variables.NewSecret("two\nlines")}}))
	}
	return dir, additions
}

// TestNothingIsReadBeforeAllFilesAreWritten: between the two passes every file
// has its content, and its reader finds nothing of it.
func TestNothingIsReadBeforeAllFilesAreWritten(t *testing.T) {
	t.Parallel()
	_, additions := added(t, "GITHUB_ENV", "GITHUB_OUTPUT")
	var ready []*appended
	for _, a := range additions {
		r, err := a.ready(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.write(); err != nil {
			t.Fatal(err)
		}
		ready = append(ready, r)
	}
	for i, r := range ready {
		if got, err := readCommands(readText(t, r.path)); err == nil || len(got) != 1 {
			t.Errorf("%s: %v, %v before its seal is opened", r.variable, got, err)
		}
		if err := r.commit(); err != nil {
			t.Fatal(err)
		}
		if got, err := readCommands(readText(t, r.path)); err != nil || len(got) != 3 || got["B"] != "two\nlines" {
			t.Errorf("%s: %v, %v", r.variable, got, err)
		}
		if i == 0 {
			if got, err := readCommands(readText(t, ready[1].path)); err == nil || len(got) != 1 {
				t.Errorf("%s: %v, %v", ready[1].variable, got, err)
			}
		}
		if err := r.close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestUndoLeavesWhatOthersWrote, before and behind.
func TestUndoLeavesWhatOthersWrote(t *testing.T) {
	t.Parallel()
	_, additions := added(t, "GITHUB_ENV")
	r, err := additions[0].ready(nil)
	if err == nil {
		err = r.write()
	}
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.OpenFile(r.path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.WriteString("BEHIND=2\n"); err != nil {
		t.Fatal(err)
	}
	if err := r.undo(); err != nil {
		t.Fatal(err)
	}
	got, err := readCommands(readText(t, r.path))
	if err != nil || len(got) != 2 || got["BEFORE"] != "1" || got["BEHIND"] != "2" {
		t.Errorf("%v, %v", got, err)
	}
}

func TestAppendedFileHasOneName(t *testing.T) {
	t.Parallel()
	dir, additions := added(t, "GITHUB_ENV")
	if err := os.Link(additions[0].path, filepath.Join(dir, "other")); err != nil {
		t.Fatal(err)
	}
	wantError(t, appendAll(additions), "preparing $GITHUB_ENV", "it is a hard link, a file of 2 names", "something has replaced it")
	if got := readText(t, additions[0].path); got != "BEFORE=1\n" {
		t.Errorf("left %q", got)
	}
}

func TestTwoVariablesNameOneFile(t *testing.T) {
	t.Parallel()
	_, additions := added(t, "GITHUB_ENV", "GITHUB_OUTPUT")
	additions[1].path = additions[0].path
	wantError(t, appendAll(additions), "GITHUB_OUTPUT", "it names the same file as $GITHUB_ENV")
	if got := readText(t, additions[0].path); got != "BEFORE=1\n" {
		t.Errorf("left %q", got)
	}
}

// TestWritersTakeTurns: each of many finds its blocks whole.
func TestWritersTakeTurns(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "env")
	long := strings.Repeat("x", 20_000)
	var group sync.WaitGroup
	for i := range 20 {
		group.Add(1)
		go func() {
			defer group.Done()
			name := string(rune('A' + i))
			if err := appendAll([]addition{addition{variable: "GITHUB_ENV", path: path}.blocks([]entry{{name: name, value: variables.NewSecret(name + long)}})}); err != nil {
				t.Error(err)
			}
		}()
	}
	group.Wait()
	got := parse(t, readText(t, path))
	if len(got) != 20 {
		t.Errorf("%d blocks", len(got))
	}
	for name, value := range got {
		if value != name+long {
			t.Errorf("%s has a value of %d bytes", name, len(value))
		}
	}
}

// TestNoPartOfBashEnvIsRead: bash reads every beginning of the line, sealed as
// it is on its way, and what others wrote before it.
func TestNoPartOfBashEnvIsRead(t *testing.T) {
	t.Parallel()
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("no bash")
	}
	path := filepath.Join(t.TempDir(), "bash_env")
	h := Host{Lookup: func(name string) (string, bool) { return path, name == "BASH_ENV" }}
	r := circleci{script{h}}
	file, _, err := r.oneLine(setOf(t, "it's $HOME", "two\nlines\\n'"), settings(t, nil))
	if err != nil {
		t.Fatal(err)
	}
	read := func(content string) string {
		t.Helper()
		if err := os.WriteFile(path, []byte("export BEFORE=1\n"+content), 0o600); err != nil {
			t.Fatal(err)
		}
		var errors bytes.Buffer
		c := exec.Command(bash, "-c", `printf '%s|' "$BEFORE" "${!custom@}"; for n in ${!custom@}; do printf '%s|' "${!n}"; done`)
		c.Env = []string{"BASH_ENV=" + path, "PATH=" + os.Getenv("PATH")}
		c.Stderr = &errors
		out, err := c.Output()
		if err != nil || errors.Len() > 0 {
			t.Fatalf("%v %s", err, &errors)
		}
		return string(out)
	}
	if got := read(string(file.content)); !strings.HasPrefix(got, "1|custom_") || !strings.Contains(got, "|it's $HOME|") || !strings.Contains(got, "|two\nlines\\n'|") {
		t.Errorf("the whole line is read as %q", got)
	}
	sealed := bytes.Clone(file.content)
	sealed[file.opens] = file.seal
	for end := range len(sealed) + 1 {
		if got := read(string(sealed[:end])); got != "1|" {
			t.Fatalf("the first %d bytes are read as %q", end, got)
		}
	}
}
