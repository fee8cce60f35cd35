package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestCircleCIGetsExports: bash reads the file by itself, behind what others
// wrote there.
func TestCircleCIGetsExports(t *testing.T) {
	t.Parallel()
	bash := need(t, "bash")
	path := filepath.Join(t.TempDir(), "bash_env")
	m := newMachine(t, map[string]string{"BASH_ENV": path})
	deliver(t, "circleci", m.Host, stsSet(t), settings(t, nil))
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte("export OTHERS=1"), 0o644); err != nil {
		t.Fatal(err)
	}
	delivery := deliver(t, "circleci", m.Host, stsSet(t), settings(t, map[string]string{"prefix": "x_"}))
	values := nasty()
	set := setOf(t, values...)
	if _, err := open(t, "circleci", m.Host).Deliver(set, settings(t, nil)); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"OTHERS": "1", "AWS_ACCESS_KEY_ID": fakeKey, "AWS_SECRET_ACCESS_KEY": fakeSecret, "x_custom_aws_region": "eu-west-1"}
	for i, variable := range set.All() {
		want[strings.ReplaceAll(variable.Name, ".", "_")] = values[i]
	}
	compare(t, "bash", environmentOf(run(t, []string{"BASH_ENV=" + path}, bash, "-c", "exec env -0")), want)
	if want := `7 variables to $BASH_ENV, for the next steps of this job; this one reads them with . "$BASH_ENV"`; delivery.Text != want || !strings.HasPrefix(strings.Join(delivery.Warnings, ""), "CircleCI cannot mask") {
		t.Errorf("%q, %q", delivery.Text, delivery.Warnings)
	}
	if m.out.Len()+m.log.Len() > 0 {
		t.Error("something is in the log")
	}
}

func TestCircleCIChecksItsFile(t *testing.T) {
	t.Parallel()
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink("/etc/profile", link); err != nil {
		t.Fatal(err)
	}
	for path, part := range map[string]string{
		"": "it is not set; run in a step of CircleCI", "~/.bashrc": `"~/.bashrc" is no absolute path`, "$HOME/x": "no absolute path",
		link: "it is a symbolic link", "/no/such/file": "opening $BASH_ENV: ",
	} {
		wantError(t, open(t, "circleci", newMachine(t, map[string]string{"BASH_ENV": path}).Host).Check(settings(t, nil)), "$BASH_ENV: ", part)
	}
	v := settings(t, map[string]string{"format": "shell", "output": "x"})
	wantError(t, open(t, "circleci", newMachine(t, nil).Host).Check(v), "2 settings are wrong", "appends to $BASH_ENV; choose the runner envfile")
	set := setOf(t, "fine", "a\x00b")
	path := filepath.Join(t.TempDir(), "bash_env")
	_, err := open(t, "circleci", newMachine(t, map[string]string{"BASH_ENV": path}).Host).Deliver(set, settings(t, nil))
	wantError(t, err, "writing custom.v1 in the format shell: the value has a NUL byte")
	onlyIn(t, filepath.Dir(path))
}

// TestStepFilesLieInTheClone: where the script works in it.
func TestStepFilesLieInTheClone(t *testing.T) {
	t.Parallel()
	for name, variable := range map[string]string{"gitlab": "CI_PROJECT_DIR", "bitbucket": "BITBUCKET_CLONE_DIR", "codebuild": "CODEBUILD_SRC_DIR"} {
		dir := t.TempDir()
		inside, elsewhere := filepath.Join(dir, "sub"), t.TempDir()
		for work, path := range map[string]string{dir: dir, inside: dir, elsewhere: elsewhere} {
			m := newMachine(t, map[string]string{variable: dir + "/"})
			m.Dir = work
			delivery := deliver(t, name, m.Host, stsSet(t), settings(t, nil))
			path = filepath.Join(path, ".awsvars", "aws.env")
			if want := "7 variables to " + path + " in the format shell"; delivery.Text != want || !strings.Contains(readText(t, path), "export AWS_REGION='eu-west-1'\n") {
				t.Errorf("%s: %s", name, delivery.Text)
			}
			if len(delivery.Warnings) != 1 || !strings.Contains(delivery.Warnings[0], " cannot mask what is made while a job runs") {
				t.Errorf("%s: %q", name, delivery.Warnings)
			}
			if readText(t, filepath.Join(filepath.Dir(path), ".gitignore")) != "*\n" {
				t.Errorf("%s: git would take the file", name)
			}
		}
		m := newMachine(t, nil)
		if err := os.WriteFile(filepath.Join(m.Dir, ".dockerignore"), []byte(".git\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		wantError(t, open(t, name, m.Host).Check(settings(t, nil)), "would contain them", "add the line .awsvars to it")
		deliver(t, name, m.Host, stsSet(t), settings(t, map[string]string{"output": "x.json", "format": "json"}))
		if !strings.HasPrefix(readText(t, filepath.Join(m.Dir, "x.json")), "{\n  \"custom.aws.accessKeyId\"") {
			t.Errorf("%s writes no JSON", name)
		}
	}
}

func TestBitbucketSharesVariables(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "variables")
	m := newMachine(t, map[string]string{sharedVariables: path})
	if err := os.WriteFile(path, []byte("VERSION=1"), 0o644); err != nil {
		t.Fatal(err)
	}
	v := settings(t, map[string]string{"scope": "result"})
	delivery := deliver(t, "bitbucket", m.Host, stsSet(t), v)
	got := literal(t, path)
	compare(t, "Bitbucket", got, map[string]string{"VERSION": "1", "custom_aws_secretAccessKey_password": fakeSecret, "AWS_SECRET_ACCESS_KEY": fakeSecret, "AWS_REGION": "eu-west-1"})
	if len(got) != 8 || !strings.HasPrefix(delivery.Text, "7 output variables of the step; ") || len(delivery.Warnings) != 2 || !strings.HasSuffix(delivery.Warnings[1], "better run awsvars again in the job that needs them") {
		t.Errorf("%d variables, %q, %q", len(got), delivery.Text, delivery.Warnings)
	}
	before := readText(t, path)
	_, err := open(t, "bitbucket", m.Host).Deliver(setOf(t, "fine", "a\nPATH=/evil"), v)
	wantError(t, err, "writing custom.v1 into the output variables of the step: the value has U+000A", "these formats carry it: shell")
	if readText(t, path) != before {
		t.Error("something was written")
	}
	wantError(t, open(t, "bitbucket", newMachine(t, nil).Host).Check(v), "looking for $"+sharedVariables+": it is not set; run in a step")
	wantError(t, open(t, "bitbucket", m.Host).Check(settings(t, map[string]string{"scope": "result", "output": "x"})), "output: later steps get output variables")
}

func TestCodeBuildTellsWhatCanBeExported(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	delivery := deliver(t, "codebuild", m.Host, stsSet(t), settings(t, map[string]string{"scope": "result"}))
	if want := "; exported-variables takes custom_aws_accessKeyId, custom_aws_secretAccessKey_password, custom_aws_region"; !strings.HasSuffix(delivery.Text, want) {
		t.Errorf("%q", delivery.Text)
	}
	if len(delivery.Warnings) != 2 || !strings.HasPrefix(delivery.Warnings[1], "CodeBuild shows exported variables with the build, in plain text: better run awsvars again") {
		t.Errorf("%q", delivery.Warnings)
	}
	r := open(t, "codebuild", m.Host)
	wantError(t, r.Check(settings(t, map[string]string{"scope": "result", "prefix": "AWS_"})), "variables would be called AWS_custom_aws…, and CodeBuild exports no name that begins with AWS_")
	wantError(t, r.Check(settings(t, map[string]string{"scope": "result", "format": "json"})), "format: exported variables come from the environment of the build")
	if err := r.Check(settings(t, map[string]string{"prefix": "AWS_"})); err != nil {
		t.Error(err)
	}
}

func TestJenkinsGetsLines(t *testing.T) {
	t.Parallel()
	m := newMachine(t, nil)
	delivery := deliver(t, "jenkins", m.Host, stsSet(t), settings(t, map[string]string{"standard-names": "false"}))
	path := filepath.Join(m.Dir, ".awsvars", "aws.properties")
	if want := "custom_aws_accessKeyId=" + fakeKey + "\ncustom_aws_secretAccessKey_password=" + fakeSecret + "\ncustom_aws_region=eu-west-1\n"; readText(t, path) != want {
		t.Errorf("%s", readText(t, path))
	}
	if want := "3 variables to " + path + ", for withEnv"; delivery.Text != want {
		t.Errorf("%q", delivery.Text)
	}
	if len(delivery.Warnings) != 1 || !strings.HasSuffix(delivery.Warnings[0], "or give them to MaskPasswordsBuildWrapper of the Mask Passwords plugin") {
		t.Errorf("%q", delivery.Warnings)
	}
	_, err := open(t, "jenkins", m.Host).Deliver(setOf(t, "fine", "a\nPATH=/evil"), settings(t, nil))
	wantError(t, err, "writing custom.v1 into a file for Jenkins: the value has U+000A")
	if strings.Contains(readText(t, path), "fine") {
		t.Error("something was written")
	}
	wantError(t, open(t, "jenkins", m.Host).Check(settings(t, map[string]string{"format": "json"})), "format: the runner jenkins writes lines for withEnv")
}
