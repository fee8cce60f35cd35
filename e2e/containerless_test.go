//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestContainerlessPlugin does what the plugin runner of Harness and Drone does
// with plugin.yml: it builds the module in the clone, and runs the program in
// the workspace (drone/plugin, plugin/harness/execer.go). Where a binary were
// named, it would take that one, whatever the server said, and not the module.
func TestContainerlessPlugin(t *testing.T) {
	t.Parallel()
	clone := pluginRepository(t, "awsvars")
	var spec struct {
		Run struct {
			Go     struct{ Module string }
			Binary struct{ Source string }
			Bash   struct{ Path string }
		}
		Deps struct{ Brew, Apt, Choco, Run []string }
	}
	parse(t, readFile(t, filepath.Join(clone, "plugin.yml")), &spec)
	if spec.Run.Binary.Source != "" || spec.Run.Bash.Path != "" {
		t.Fatal("the module is not what is run")
	}
	build := exec.Command(need(t, "go"), "build", "-o", filepath.Join(clone, "step.exe"), spec.Run.Go.Module)
	build.Dir = clone
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v\n%s", err, out)
	}
	w, out := newWorld(t), t.TempDir()
	env := []string{
		"DRONE=true", "HARNESS_PIPELINE_ID=deploy", "HARNESS_OUTPUT_SECRET_FILE=" + filepath.Join(out, "secrets"), "DRONE_OUTPUT=" + filepath.Join(out, "rest"),
		"PLUGIN_TASK=sts", "PLUGIN_SOURCE=instance", "PLUGIN_ROLE_ARN=arn:aws:iam::222222222222:role/deployer", "PLUGIN_EXTERNAL_ID=secret-handshake",
	}
	r := w.run(t, env, filepath.Join(clone, "step.exe"))
	if r.status != 0 {
		t.Fatalf("status %d\n%s", r.status, r.log())
	}
	w.noLeak(t, "the log", r.log())
	w.noLeak(t, "the file for the rest", readFile(t, filepath.Join(out, "rest")))
	if info, err := os.Stat(filepath.Join(out, "secrets")); err != nil || info.Size() == 0 {
		t.Errorf("no secrets were handed on: %v", err)
	}
}
