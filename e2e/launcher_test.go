//go:build e2e

package e2e

import (
	"crypto/sha256"
	"fmt"
	"math"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// node returns the program, which must be one that GitHub's runner brings.
func node(t *testing.T) string {
	t.Helper()
	program := need(t, "node")
	if err := exec.Command(program, "--eval", "process.exit(process.versions.node.split('.')[0] < 24 ? 1 : 0)").Run(); err != nil {
		missing(t, "node 24 or later")
	}
	return program
}

// TestLauncherByItself runs the launcher's own tests.
func TestLauncherByItself(t *testing.T) {
	need(t, "openssl")
	command := exec.Command(node(t), "--test")
	command.Dir = filepath.Join(root, "action")
	// GitHub's variables of a job that runs this test are not those of the jobs
	// in it.
	command.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LANG=C.UTF-8"}
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}

// copyAction copies the action as it is used, and nothing of its tests.
func copyAction(t *testing.T, to string) {
	t.Helper()
	sources, err := filepath.Glob(filepath.Join(root, "action", "*.js*"))
	if err != nil || len(sources) < 8 {
		t.Fatalf("%d files of the action, %v", len(sources), err)
	}
	for _, source := range append(sources, filepath.Join(root, "action.yml")) {
		if strings.HasSuffix(source, ".test.js") {
			continue
		}
		name, err := filepath.Rel(root, source)
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(to, name), readFile(t, source), 0o644)
	}
}

// release makes the action in dir that of a release whose binary for this
// platform is the one under test, and returns the name of the file.
func release(t *testing.T, dir string) (asset string, binary []byte) {
	t.Helper()
	binary, err := os.ReadFile(filepath.Join(binDir(), "awsvars"))
	if err != nil {
		t.Fatal(err)
	}
	asset = fmt.Sprintf("awsvars-v0.0.1-%s-%s", runtime.GOOS, runtime.GOARCH)
	writeFile(t, filepath.Join(dir, "action", "SHA256SUMS"), fmt.Sprintf("%x  %s\n", sha256.Sum256(binary), asset), 0o644)
	return asset, binary
}

// TestLauncherTakesNoTime: with the binary in the tool cache a step pays less
// than 100 ms for it, node's own start included.
func TestLauncherTakesNoTime(t *testing.T) {
	program, dir, tools := node(t), t.TempDir(), t.TempDir()
	copyAction(t, dir)
	_, binary := release(t, dir)
	architecture := map[string]string{"amd64": "x64", "arm64": "arm64"}[runtime.GOARCH]
	cached := filepath.Join(tools, "awsvars", "0.0.1", architecture, "awsvars")
	writeFile(t, cached, string(binary), 0o755)
	writeFile(t, filepath.Join(tools, "awsvars", "0.0.1", architecture+".complete"), "", 0o644)
	// Without a task it ends at once, with status 2.
	timed := func(name string, args ...string) float64 {
		best := math.Inf(1)
		for range 10 {
			command := exec.Command(name, args...)
			command.Env = []string{"PATH=" + t.TempDir(), "HOME=" + dir, "GITHUB_ACTIONS=true", "RUNNER_TOOL_CACHE=" + tools}
			begun := time.Now()
			out, _ := command.CombinedOutput()
			best = min(best, time.Since(begun).Seconds())
			if command.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), "task: not given") {
				t.Fatalf("%v\n%s", command.ProcessState, out)
			}
		}
		return best
	}
	alone, launched := timed(cached), timed(program, filepath.Join(dir, "action", "main.js"))
	t.Logf("the binary %.0f ms, with the launcher %.0f ms", alone*1000, launched*1000)
	if launched-alone >= 0.1 {
		t.Errorf("the launcher takes %.0f ms", (launched-alone)*1000)
	}
}

// TestLauncherDownloadsTheRelease: the program that comes is the one that was
// released, and the next step finds it in the tool cache.
func TestLauncherDownloadsTheRelease(t *testing.T) {
	program, dir, tools := node(t), t.TempDir(), t.TempDir()
	copyAction(t, dir)
	asset, binary := release(t, dir)
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.URL.Path)
		_, _ = w.Write(binary)
	}))
	defer server.Close()
	w := newWorld(t)
	for i := range 2 {
		env, after := handing(t)
		env = append(env, "PATH="+t.TempDir(), "GITHUB_ACTIONS=true", "RUNNER_TEMP="+t.TempDir(), "RUNNER_TOOL_CACHE="+tools,
			"GITHUB_SERVER_URL="+server.URL, "GITHUB_ACTION_REPOSITORY=octo/awsvars", "INPUT_TASK=sts", "INPUT_SOURCE=instance")
		r := w.run(t, env, program, filepath.Join(dir, "action", "main.js"))
		if r.status != 0 || !w.handedOut(after()["GITHUB_ENV"]["AWS_SESSION_TOKEN"]) {
			t.Errorf("run %d: status %d\n%s", i, r.status, r.stderr)
		}
	}
	if want := "/octo/awsvars/releases/download/v0.0.1/" + asset; len(asked) != 1 || asked[0] != want {
		t.Errorf("asked for %v, want %s once", asked, want)
	}
}
