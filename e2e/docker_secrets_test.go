//go:build e2e && linux

package e2e

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// TestNobodySeesThePassword but in Docker's configuration, which nobody else
// may read: neither in the arguments or the environment of a process, nor in
// another file.
func TestNobodySeesThePassword(t *testing.T) {
	t.Parallel()
	w := newDockerWorld(t).withEngine(t)
	w.build(t, "built:1", randomBytes(1, 100_000))
	temporary, config, vault, tools := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	eyes := watch(t, w.home, w.dir, temporary, config)
	// The store holds its answer until it was looked at.
	writeFile(t, filepath.Join(tools, "docker-credential-vault"), `#!/bin/sh
while [ ! -e `+eyes.met+`/$$ ]; do sleep 0.01; done
umask 077
case $1 in
store) cat >`+filepath.Join(vault, "kept")+` ;;
get) cat `+filepath.Join(vault, "kept")+` 2>/dev/null || { echo 'credentials not found in native keychain'; exit 1; } ;;
erase) rm -f `+filepath.Join(vault, "kept")+` ;;
list) printf '{}' ;;
esac
`, 0o755)
	writeFile(t, filepath.Join(config, "config.json"), `{"credHelpers":{"`+otherHost+`":"vault"},"auths":{"other.example.com":{"auth":"b3RoZXI6b3RoZXI="}}}`, 0o644)
	env := w.environment("TMPDIR="+temporary, "DOCKER_CONFIG="+config, "PATH="+tools+":"+binDir()+":"+os.Getenv("PATH"))
	for _, args := range [][]string{
		{"login", "--registry", irelandHost + "," + otherHost},
		{"push", "--image", "built:1", "--repository", "app", "--tags", "1,2,3", "--registry", irelandHost + "," + otherHost},
		{"push", "--image", layoutOf(t, randomImage(t, 100_000, 2)), "--repository", "app", "--registry", frankfurtHost},
		{"login", "--private", "--login-variables=false", "--registry", frankfurtHost, "--output", "private.env", "--format", "dotenv"},
	} {
		// Long enough to be looked at with the secrets in memory.
		w.Inject(simulator.Fault{Service: "ecr", Call: "GetAuthorizationToken", Kind: "slow", Duration: 300 * time.Millisecond, Times: 1})
		r := w.run(t, env, "awsvars", args...)
		w.noLeak(t, "the log of "+args[0], r.log())
		if r.status != 0 {
			t.Errorf("%v: status %d\n%s", args, r.status, r.log())
		}
	}
	if r := w.run(t, env, "awsvars", "logout"); r.status != 0 {
		t.Errorf("logout: status %d\n%s", r.status, r.log())
	}
	if _, err := os.Stat(filepath.Join(vault, "kept")); err == nil {
		t.Error("the credential store keeps the login")
	}
	eyes.end()
	eyes.judge(t, w, []string{config, temporary})
}

// judge looks for secrets in all that was seen. A file that is to become
// config.json stands beside it for a moment.
func (w *watcher) judge(t *testing.T, world *dockerWorld, configs []string) {
	t.Helper()
	secrets := world.Secrets()
	for _, want := range []string{"awsvars login", "awsvars push", "docker-credential-vault store"} {
		found := false
		for _, what := range w.processes {
			found = found || strings.Contains(what, want)
		}
		if !found {
			t.Errorf("no process %q was seen", want)
		}
	}
	for text, what := range w.processes {
		if len(simulator.Leaks([]byte(text), secrets)) > 0 {
			t.Errorf("the arguments or the environment of %q hold a secret", what)
		}
	}
	held := 0
	for _, file := range w.files {
		if len(simulator.Leaks([]byte(file.text), secrets)) == 0 {
			continue
		}
		within := false
		for _, dir := range configs {
			within = within || strings.HasPrefix(file.path, dir+"/")
		}
		name := filepath.Base(file.path)
		if !within || file.mode.Perm() != 0o600 || name != "config.json" && !strings.HasPrefix(name, ".awsvars-") {
			t.Errorf("%s with mode %s holds a secret", file.path, file.mode)
		}
		if name == "config.json" {
			held++
		}
	}
	if held < 2 {
		t.Errorf("%d configurations were seen with a secret of %d files", held, len(w.files))
	}
	for _, dir := range configs {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && entry.Name() != "config.json" {
				world.noLeak(t, path, readFile(t, path))
			}
			return nil
		})
	}
}
