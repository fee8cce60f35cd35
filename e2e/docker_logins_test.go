//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// Docker writes its configuration otherwise, and with other keys.
const theirsBefore, theirsAfter = "{\r\n \"psFormat\" : \"x\",\n\t\"auths\": {\n\t\t\"other.example.com\": {\"auth\":\"b3RoZXI6b3RoZXI=\" }", "\n\t},\n\t\"unknown\": [ 1e3, \"\\u00e9\" ]\n}\n"

func registryNumber(n int) string { return fmt.Sprintf("%012d.dkr.ecr.eu-west-1.amazonaws.com", n) }

// entries are the logins of a configuration, which must parse.
func entries(t *testing.T, text string) map[string]string {
	t.Helper()
	var config struct {
		Auths map[string]struct{ Auth string }
	}
	if err := json.Unmarshal([]byte(text), &config); err != nil {
		t.Fatalf("the configuration of %d bytes does not parse: %v", len(text), err)
	}
	logins := map[string]string{}
	for host, entry := range config.Auths {
		logins[host] = entry.Auth
	}
	return logins
}

// TestFiftyLoginsSideBySide: none is lost, and nothing else changes.
func TestFiftyLoginsSideBySide(t *testing.T) {
	t.Parallel()
	w := newDockerWorld(t)
	path := filepath.Join(w.home, ".docker", "config.json")
	writeFile(t, path, theirsBefore+theirsAfter, 0o600)
	var all sync.WaitGroup
	for n := range 50 {
		all.Go(func() {
			if r := w.do(t, "awsvars", "login", "--registry", registryNumber(n)); r.status != 0 {
				t.Errorf("login %d: status %d\n%s", n, r.status, r.log())
			}
		})
	}
	all.Wait()
	text := readFile(t, path)
	logins := entries(t, text)
	for n := range 50 {
		if !w.handedOut(logins[registryNumber(n)]) {
			t.Errorf("%s has no login of the simulator's", registryNumber(n))
		}
	}
	if len(logins) != 51 || !strings.HasPrefix(text, theirsBefore) || !strings.HasSuffix(text, theirsAfter) {
		t.Errorf("%d logins, and what else there was is not as before", len(logins))
	}
	w.must(t, "awsvars", "logout")
	if text := readFile(t, path); text != theirsBefore+theirsAfter {
		t.Errorf("after the logout it is %q", text)
	}
}

// TestKilledLoginsLoseNothing: 200 logins are killed, at moments that are
// spread over the time that one takes.
func TestKilledLoginsLoseNothing(t *testing.T) {
	t.Parallel()
	w := newDockerWorld(t)
	path := filepath.Join(w.home, ".docker", "config.json")
	writeFile(t, path, theirsBefore+theirsAfter, 0o600)
	start := func(n int) *exec.Cmd {
		command := exec.Command(filepath.Join(binDir(), "awsvars"), "login", "--registry", registryNumber(n))
		command.Dir, command.Env = w.dir, w.env(w.environment()...)
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		return command
	}
	// How long the last logins took that were not killed, as this changes with
	// what else the machine does.
	var took []time.Duration
	for n := range 9 {
		begin := time.Now()
		if err := start(3000 + n).Wait(); err != nil {
			t.Fatal(err)
		}
		took = append(took, time.Since(begin))
	}
	older := entries(t, readFile(t, path))
	killed, within, runs := 0, 0, 0
	for ; killed < 200 && runs < 2000; runs++ {
		host, begin := registryNumber(runs), time.Now()
		command := start(runs)
		ended := make(chan error, 1)
		go func() { ended <- command.Wait() }()
		var err error
		select {
		case <-time.After(time.Duration(rand.Int64N(int64(median(took[len(took)-9:]))))):
			_ = command.Process.Kill()
			err = <-ended
		case err = <-ended:
		}
		dead := command.ProcessState.ExitCode() == -1
		if err != nil && !dead {
			t.Fatalf("login %d: %v", runs, err)
		}
		text := readFile(t, path)
		now := entries(t, text)
		for host, login := range older {
			if now[host] != login {
				t.Fatalf("login %d, killed, changed the one to %s", runs, host)
			}
		}
		if !strings.HasPrefix(text, theirsBefore) || !strings.HasSuffix(text, theirsAfter) {
			t.Fatalf("login %d, killed, changed what else there was", runs)
		}
		switch _, written := now[host]; {
		case !dead && !written:
			t.Fatalf("login %d succeeded, and is not there", runs)
		case !dead:
			took = append(took, time.Since(begin))
		default:
			killed++
			if written {
				within++
			}
		}
		older = now
	}
	if killed < 200 {
		t.Errorf("only %d logins of %d were killed", killed, runs)
	}
	t.Logf("%d of %d were killed, %d of them after they had written", killed, runs, within)
	w.must(t, "awsvars", "login", "--registry", registryNumber(4000))
	w.must(t, "awsvars", "logout")
	if text := readFile(t, path); text != theirsBefore+theirsAfter {
		t.Errorf("after the logout it holds %d logins", len(entries(t, text)))
	}
	left, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range left {
		if file.Name() != "config.json" && !strings.HasPrefix(file.Name(), ".awsvars") {
			t.Errorf("a killed login left %s", file.Name())
		}
		w.noLeak(t, file.Name(), readFile(t, filepath.Join(filepath.Dir(path), file.Name())))
	}
}

func median(all []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(all))[len(all)/2]
}
