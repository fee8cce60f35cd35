package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// standing writes what was there before, and then part of an addition as far
// as a killed process came.
func standing(t testing.TB, before string, part []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, append([]byte(before), part...), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestNoBeginningCountsOnGitHub: of whatever a killed process has left, the
// runner sets nothing.
func TestNoBeginningCountsOnGitHub(t *testing.T) {
	t.Parallel()
	h, err := handoverOf(stsSet(t), settings(t, map[string]string{"output-credentials": "true"}))
	if err != nil {
		t.Fatal(err)
	}
	for _, entries := range [][]entry{h.outputs, h.environment, {{"x", "x", variables.NewSecret("a=b\nc<<d\n\n")}}} {
		d := appended{addition: githubAddition("GITHUB_ENV", "", entries)}
		sealed := string(d.sealed())
		for n := range len(sealed) + 1 {
			if set := readFirst("OTHERS=1\n" + sealed[:n]); len(set) != 1 {
				t.Fatalf("%d bytes of %d set %d variables", n, len(sealed), len(set)-1)
			}
			// The step may go on, and hand on the same again.
			if set := readFirst(sealed[:n] + "\n" + string(d.content)); n > 0 && len(set) > 0 && len(set) < len(entries) {
				t.Fatalf("%d bytes of %d, and the whole behind them, set %d variables of %d", n, len(sealed), len(set), len(entries))
			}
		}
		if set := readFirst("OTHERS=1\n" + string(d.content)); len(set) != len(entries)+1 {
			t.Errorf("the whole sets %d variables of %d", len(set)-1, len(entries))
		}
	}
}

// TestNoBeginningCountsInBash: a beginning is a comment, behind which others
// can go on.
func TestNoBeginningCountsInBash(t *testing.T) {
	t.Parallel()
	bash := need(t, "bash")
	line, err := exportLine([]entry{{"a", "V0", variables.NewSecret("it's\nb'")}, {"b", "V1", variables.NewSecret("' $(exit 9)")}, {"c", "V2", variables.NewSecret("x")}})
	if err != nil {
		t.Fatal(err)
	}
	sealed := append([]byte("#"), line[1:]...)
	for n := range len(sealed) + 1 {
		path := standing(t, "export OTHERS=1\n", append(sealed[:n:n], "\nexport LATER=1\n"...))
		got := environmentOf(run(t, []string{"BASH_ENV=" + path}, bash, "-c", "exec env -0"))
		if got["OTHERS"] != "1" || got["LATER"] != "1" {
			t.Errorf("after %d bytes others' lines are lost", n)
		}
		for _, name := range []string{"V0", "V1", "V2"} {
			if _, there := got[name]; there {
				t.Errorf("%d bytes of %d set %s", n, len(sealed), name)
			}
		}
	}
	got := environmentOf(run(t, []string{"BASH_ENV=" + standing(t, "", line)}, bash, "-c", "exec env -0"))
	compare(t, "bash", got, map[string]string{"V0": "it's\nb'", "V1": "' $(exit 9)", "V2": "x"})
}

// TestShellsReadOneLineOfExports: a step may read the file with another shell.
func TestShellsReadOneLineOfExports(t *testing.T) {
	t.Parallel()
	var entries []entry
	want := map[string]string{}
	for i, value := range append(nasty(), "-n\n", "%d\\\n'", "\xff\n\x80") {
		name := fmt.Sprintf("V%d", i)
		entries = append(entries, entry{name, name, variables.NewSecret(value)})
		want[name] = value
	}
	line, err := exportLine(entries)
	if err != nil || strings.Count(string(line), "\n") != 1 {
		t.Fatalf("%d lines, %v", strings.Count(string(line), "\n"), err)
	}
	path := standing(t, "", line)
	for name, arguments := range posixShells() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			arguments = append(append([]string{}, arguments...), "-c", `. "$0"; exec env -0`, path)
			compare(t, name, environmentOf(run(t, nil, need(t, name), arguments...)), want)
		})
	}
}

// TestUndoTakesBackOursOnly: another writer, who knows no lock, may have
// appended behind our lines.
func TestUndoTakesBackOursOnly(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before, behind, want string
		missing                    bool
	}{
		{"nothing behind", "A=1\n", "", "A=1\n", false},
		{"an open line before", "A=1", "", "A=1", false},
		{"others behind", "A=1\n", "B=2\n", "A=1\n\n\n\n\nB=2\n", false},
		{"a file of our own", "", "", "", true},
		{"a file of our own with others' lines", "", "B=2\n", "\n\n\n\nB=2\n", true},
	} {
		path := standing(t, c.before, nil)
		if c.missing {
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
		}
		d, err := addition{variable: "X", path: path, content: []byte("C=3\n")}.ready()
		if err == nil {
			err = d.write()
		}
		if err != nil {
			t.Fatal(err)
		}
		other, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
		if err == nil {
			_, err = other.WriteString(c.behind)
		}
		if err != nil {
			t.Fatal(err)
		}
		_ = other.Close()
		if err := d.undo(); err != nil {
			t.Error(err)
		}
		if err := d.close(); err != nil {
			t.Error(err)
		}
		if got := readText(t, path); got != c.want {
			t.Errorf("%s: %q", c.name, got)
		}
		if _, err := os.Lstat(path); (err != nil) != (c.missing && c.behind == "") {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestManyAppendAtOnce(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	value := strings.Repeat("x", 20_000)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			name := fmt.Sprintf("V%d", i)
			of := []entry{{name, name, variables.NewSecret(value)}, {name, name + "b", variables.NewSecret(value)}}
			if err := appendAll([]addition{githubAddition("GITHUB_ENV", filepath.Join(dir, "env"), of), githubAddition("GITHUB_OUTPUT", filepath.Join(dir, "output"), of)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, name := range []string{"env", "output"} {
		got := readFirst(readText(t, filepath.Join(dir, name)))
		for _, read := range got {
			if read != value {
				t.Errorf("a value of %s has %d bytes", name, len(read))
			}
		}
		if len(got) != 32 {
			t.Errorf("%s has %d variables", name, len(got))
		}
	}
}

// TestFilesThatAreNotTheSystems: nothing is appended to any file of a delivery
// where one of them could be somebody else's.
func TestFilesThatAreNotTheSystems(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	fine, twice := standing(t, "A=1\n", nil), standing(t, "B=1\n", nil)
	link, hard := filepath.Join(dir, "link"), filepath.Join(dir, "hard")
	if err := os.Symlink(twice, link); err != nil {
		t.Fatal(err)
	}
	if err := os.Link(twice, hard); err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{
		hard: "preparing $GITHUB_ENV: writing " + hard + ": it has another name besides (a hard link)", link: "is a symbolic link", dir: "is a directory",
		fine: "preparing $GITHUB_ENV: it names the file of $GITHUB_OUTPUT too", filepath.Join(dir, "gone", "x"): "opening $GITHUB_ENV: ",
	} {
		wantError(t, appendAll([]addition{{variable: "GITHUB_OUTPUT", path: fine, content: []byte("x")}, {variable: "GITHUB_ENV", path: path, content: []byte("x")}}), part)
		if readText(t, fine) != "A=1\n" || readText(t, twice) != "B=1\n" {
			t.Fatalf("%s: something was written", path)
		}
	}
}

// TestFileIsJudgedWhenItIsOpen: what was judged by its name may be another
// file by then.
func TestFileIsJudgedWhenItIsOpen(t *testing.T) {
	t.Parallel()
	path := standing(t, "", nil)
	if err := os.Link(path, path+".other"); err != nil {
		t.Fatal(err)
	}
	_, err := addition{variable: "GITHUB_ENV", path: path}.open(os.O_RDWR)
	wantError(t, err, "it has another name besides")
}
