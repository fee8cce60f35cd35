package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// clone makes a clone below a base, as Drone lays them out.
func clone(t testing.TB, base string, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(base, "src", "repo")
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestWorkspaceWiderThanTheCloneTakesTheFile(t *testing.T) {
	t.Parallel()
	base := t.TempDir()
	dir := clone(t, base, map[string]string{"Dockerfile": "", ".dockerignore": "x\n"})
	m := newMachine(t, map[string]string{"DRONE": "true", "DRONE_WORKSPACE_BASE": base, "DRONE_WORKSPACE": dir})
	for format, file := range map[string]string{"": "aws.env", "json": "aws.json", "cmd": "aws.cmd"} {
		path := filepath.Join(base, ".awsvars", file)
		delivery := deliver(t, "drone", m.Host, stsSet(t), settings(t, map[string]string{"format": format}))
		if !strings.Contains(delivery.Text, " to "+path+" in the format") || readText(t, path) == "" {
			t.Errorf("%s", delivery.Text)
		}
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info, err)
		}
	}
	onlyIn(t, dir, "Dockerfile", ".dockerignore")
}

func TestFileInTheCloneIsKeptOutOfImagesAndCommits(t *testing.T) {
	t.Parallel()
	dir := clone(t, t.TempDir(), map[string]string{"Dockerfile": "", ".git/info/exclude": "# own\n"})
	m := newMachine(t, map[string]string{"DRONE": "true", "DRONE_WORKSPACE_BASE": dir, "DRONE_WORKSPACE": dir})
	for range 2 {
		deliver(t, "drone", m.Host, stsSet(t), settings(t, nil))
	}
	for name, want := range map[string]string{".awsvars/.gitignore": "*\n", ".git/info/exclude": "# own\n/.dockerignore\n", ".dockerignore": "# Made by awsvars: no image takes credentials along.\n.awsvars\n"} {
		if got := readText(t, filepath.Join(dir, name)); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if readText(t, filepath.Join(dir, ".awsvars", "aws.env")) == "" {
		t.Error("no variables")
	}
}

func TestFileThatAnImageWouldTakeIsRefused(t *testing.T) {
	t.Parallel()
	for ignore, out := range map[string]bool{
		".awsvars": true, "/.awsvars/": true, "**/.awsvars": true, ".aws*": true, ".*": true, "*": true, "**": true, "*\n!src": true, ".awsvars/**": true, "\n# x\n.git\n.awsvars\r\n": true,
		"": false, ".git": false, "node_modules": false, "# .awsvars": false, "*\n!.awsvars": false, ".awsvars\n!.awsvars/aws.env": false, "*\n!.*": false,
		// Lists that take the file itself back, not the directory.
		"*\n!**/*.env": false, "**\n!**/*.json": false, ".awsvars\n!*/*.env": false, "*\n!.aws*/**": false, "*\n!.a*/ecr.env": false, "*\n!**/*.env\n.awsvars": true, "*\n!src/**": true,
	} {
		dir := clone(t, t.TempDir(), map[string]string{".dockerignore": ignore})
		m := newMachine(t, map[string]string{"CI": "woodpecker", "CI_WORKSPACE": dir})
		err := open(t, "woodpecker", m.Host).Check(settings(t, nil))
		if out && err != nil {
			t.Errorf("%q: %v", ignore, err)
		}
		if !out {
			wantError(t, err, "an image built from "+dir+" would contain them", "add the line .awsvars to it, or choose an output outside")
		}
		if err := open(t, "woodpecker", m.Host).Check(settings(t, map[string]string{"output": "my.env"})); err != nil {
			t.Errorf("with output: %v", err)
		}
		onlyIn(t, dir, ".dockerignore")
	}
}

func TestLinkInTheCloneIsNotFollowed(t *testing.T) {
	t.Parallel()
	dir := clone(t, t.TempDir(), map[string]string{".dockerignore": ".awsvars"})
	elsewhere := t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(dir, ".awsvars")); err != nil {
		t.Fatal(err)
	}
	r := open(t, "drone", newMachine(t, map[string]string{"DRONE_WORKSPACE": dir}).Host)
	wantError(t, r.Check(settings(t, nil)), filepath.Join(dir, ".awsvars")+" is no directory")
	_, err := r.Deliver(stsSet(t), settings(t, nil))
	wantError(t, err, "is no directory")
	onlyIn(t, elsewhere)
}
