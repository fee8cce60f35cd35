package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// outputRunners are those that take the setting output.
func outputRunners() []string {
	return []string{"envfile", "drone", "woodpecker", "bamboo", "gitlab", "bitbucket", "codebuild", "jenkins", "teamcity"}
}

func TestOutputStaysInTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	for _, name := range outputRunners() {
		m := newMachine(t, nil)
		m.Dir = filepath.Join(m.Dir, "a", "clone")
		outside := filepath.Join(m.Dir, "..", "outside")
		for _, dir := range []string{outside, filepath.Join(m.Dir, "inside")} {
			if err := os.MkdirAll(dir, 0o755); err != nil {
				t.Fatal(err)
			}
		}
		for link, target := range map[string]string{"build": "../outside", "absolute": outside, "deep": "build", "fine": "inside"} {
			if err := os.Symlink(target, filepath.Join(m.Dir, link)); err != nil {
				t.Fatal(err)
			}
		}
		r := open(t, name, m.Host)
		for _, output := range []string{"build/aws.env", "absolute/aws.env", "deep/aws.env", "./inside/../build/aws.env", "../clone/build/aws.env"} {
			v := settings(t, map[string]string{"output": output})
			want := "writing " + filepath.Join(m.Dir, output) + ": a symbolic link leads its directory to "
			wantError(t, r.Check(v), want, "by its absolute path")
			_, err := r.Deliver(stsSet(t), v)
			wantError(t, err, want)
		}
		onlyIn(t, outside)
		for _, output := range []string{"fine/a", "inside/b", "../outside/c", filepath.Join(m.Dir, "build", "d")} {
			deliver(t, name, m.Host, stsSet(t), settings(t, map[string]string{"output": output}))
		}
		onlyIn(t, outside, "c", "d")
	}
}

func TestOutputReplacesNoFileOfTheSystem(t *testing.T) {
	t.Parallel()
	for _, variable := range othersFiles() {
		dir := t.TempDir()
		path, link := filepath.Join(dir, "file"), filepath.Join(dir, "hard")
		if err := os.WriteFile(path, []byte("OTHERS=1\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Link(path, link); err != nil {
			t.Fatal(err)
		}
		for _, name := range outputRunners() {
			m := newMachine(t, map[string]string{variable: path})
			m.Dir = dir
			for _, output := range []string{path, "file", "./x/../file", link} {
				v := settings(t, map[string]string{"output": output})
				wantError(t, open(t, name, m.Host).Check(v), "output \"", "that is the file of $"+variable+", ", "name another file")
				_, err := open(t, name, m.Host).Deliver(stsSet(t), v)
				wantError(t, err, "$"+variable)
			}
			gone := newMachine(t, map[string]string{variable: filepath.Join(dir, "gone")})
			wantError(t, open(t, name, gone.Host).Check(settings(t, map[string]string{"output": filepath.Join(dir, "gone")})), "$"+variable)
		}
		if readText(t, path) != "OTHERS=1\n" {
			t.Error(variable + " was replaced")
		}
	}
}

func TestDashIsNoOutput(t *testing.T) {
	t.Parallel()
	for _, name := range outputRunners() {
		err := open(t, name, newMachine(t, nil).Host).Check(settings(t, map[string]string{"output": "-"}))
		wantError(t, err, `output "-": that is no file; for stdout leave output out and give format`)
	}
}

// TestTwoTasksInOneJobKeepTheirFiles: each default file is named after its
// set.
func TestTwoTasksInOneJobKeepTheirFiles(t *testing.T) {
	t.Parallel()
	namespaces := map[string]string{"custom.aws": "aws", "custom.aws.ecr": "ecr", "team.aws.ecr": "team.aws.ecr", "custom.prod": "prod", "../x": "aws"}
	for _, name := range []string{"drone", "woodpecker", "bamboo"} {
		m := newMachine(t, nil)
		for namespace, stem := range namespaces {
			if variables.CheckName(namespace) != nil {
				if got := fileStem(settings(t, map[string]string{"namespace": namespace})); got != stem {
					t.Errorf("%s: %s", namespace, got)
				}
				continue
			}
			set := variables.NewSet(namespace)
			if err := set.Add("which", variables.NewSecret(namespace)); err != nil {
				t.Fatal(err)
			}
			deliver(t, name, m.Host, set, settings(t, map[string]string{"namespace": namespace}))
		}
		for namespace, stem := range namespaces {
			path := filepath.Join(m.Dir, ".awsvars", stem+".env")
			if name == "bamboo" {
				path = filepath.Join(m.Dir, "awsvars."+stem+".properties")
			}
			if variables.CheckName(namespace) == nil && !strings.Contains(readText(t, path), namespace) {
				t.Errorf("%s: %s holds %q", name, path, readText(t, path))
			}
		}
	}
}

// TestCheckLooksAtTheFileThatIsWritten: else what stops it is found only
// after AWS was asked.
func TestCheckLooksAtTheFileThatIsWritten(t *testing.T) {
	t.Parallel()
	for name, path := range map[string]string{"drone": ".awsvars/ecr.json", "woodpecker": ".awsvars/ecr.json", "bamboo": "awsvars.ecr.properties"} {
		m := newMachine(t, nil)
		if err := os.MkdirAll(filepath.Join(m.Dir, path), 0o755); err != nil {
			t.Fatal(err)
		}
		given := map[string]string{"namespace": "custom.aws.ecr", "format": "json"}
		if name == "bamboo" {
			delete(given, "format")
		}
		wantError(t, open(t, name, m.Host).Check(settings(t, given)), filepath.Join(m.Dir, path)+": it is a directory")
	}
}
