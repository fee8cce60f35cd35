//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	pluginImage = "awsvars-e2e-plugin"
	shellImage  = "awsvars-e2e-shell"
)

func docker(t *testing.T, args ...string) result {
	t.Helper()
	command := exec.Command("docker", args...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	_ = command.Run()
	return result{stdout.String(), stderr.String(), command.ProcessState.ExitCode()}
}

// buildImages builds the plugin's image as its users do, and one for the
// steps behind it: a static busybox, so that no registry is asked.
func buildImages(t *testing.T) {
	t.Helper()
	need(t, "docker")
	if r := docker(t, "version"); r.status != 0 {
		missing(t, "a Docker engine: "+strings.TrimSpace(r.stderr))
	}
	build := exec.Command(filepath.Join(root, "tools", "image"), pluginImage)
	build.Env = append(os.Environ(), "DOCKER_BUILDKIT=0", "VERSION=1.2.3-e2e")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the plugin's image: %v\n%s", err, out)
	}
	content, err := os.ReadFile(need(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	for _, applet := range []string{"busybox", "sh", "rm", "cat", "env", "dirname", "mkdir", "printf", "test", "["} {
		header := tar.Header{Name: "bin/" + applet, Mode: 0o755, Typeflag: tar.TypeLink, Linkname: "bin/busybox"}
		if applet == "busybox" {
			header = tar.Header{Name: "bin/busybox", Mode: 0o755, Size: int64(len(content))}
		}
		if err := w.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if applet == "busybox" {
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	load := exec.Command("docker", "import", "-", shellImage)
	load.Stdin = &archive
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("importing the image for scripts: %v\n%s", err, out)
	}
	t.Cleanup(func() { docker(t, "rmi", "--force", pluginImage, shellImage) })
}

// pipeline is what Drone's and Woodpecker's pipelines have in common.
type pipeline struct {
	Steps []struct {
		Settings map[string]any `yaml:"settings"`
		Commands []string       `yaml:"commands"`
	} `yaml:"steps"`
}

// TestPluginPipelines runs the pipelines of docs/drone.md and
// docs/woodpecker.md: the plugin's image with settings and workspace as each
// system gives them, then the commands of the next step in another container.
func TestPluginPipelines(t *testing.T) {
	buildImages(t)
	for _, system := range []struct {
		name, base, clone string
		env               []string
		file              string
	}{
		{"drone", "/drone/src", "/drone/src", []string{"CI=true", "DRONE=true", "DRONE_WORKSPACE=/drone/src", "DRONE_WORKSPACE_BASE=/drone/src", "DRONE_COMMIT_SHA=0123abc"}, ".awsvars/ecr.env"},
		{"woodpecker", "/woodpecker", "/woodpecker/src/example.com/octo/app", []string{"CI=woodpecker", "CI_WORKSPACE=/woodpecker/src/example.com/octo/app", "CI_COMMIT_SHA=0123abc"}, ".awsvars/ecr.env"},
	} {
		t.Run(system.name, func(t *testing.T) {
			w, stubs := newWorld(t), t.TempDir()
			stub(t, stubs, "docker")
			volume := t.TempDir()
			clone := filepath.Join(volume, strings.TrimPrefix(system.clone, system.base))
			if err := os.MkdirAll(filepath.Join(clone, ".git", "info"), 0o755); err != nil {
				t.Fatal(err)
			}
			var p pipeline
			parse(t, blockOf(t, system.name+".md", system.name).text, &p)
			args := []string{"run", "--rm", "--network", "host", "--volume", volume + ":" + system.base, "--workdir", system.clone}
			for _, pair := range append(system.env, inContainer(w.Env())...) {
				args = append(args, "--env", pair)
			}
			plugin := args
			for name, value := range p.Steps[0].Settings {
				plugin = append(plugin, "--env", "PLUGIN_"+strings.ToUpper(name)+"="+settingText(t, value, map[string]string{"external_id": "secret-handshake"}))
			}
			first := docker(t, append(plugin, pluginImage)...)
			if first.status != 0 {
				t.Fatalf("the plugin: status %d\n%s", first.status, first.stderr)
			}
			w.noLeak(t, "the plugin's log", first.log())
			file, err := os.Stat(filepath.Join(volume, system.file))
			if err != nil {
				t.Fatal(err)
			}
			if file.Mode().Perm() != 0o600 {
				t.Errorf("the file has mode %o", file.Mode().Perm())
			}
			script := append(append([]string{}, args...), "--volume", stubs+":/stubs", "--env", "PATH=/stubs:/bin", shellImage, "/bin/sh", "-e", "-c", echoed(p.Steps[1].Commands))
			second := docker(t, script...)
			if second.status != 0 {
				t.Fatalf("the next step: status %d\n%s", second.status, second.stderr)
			}
			w.noLeak(t, "the next step's log", second.log())
			loginOf(t, w, stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
			if n := len(calls(t, stubs, "docker")); n != 3 {
				t.Errorf("docker was called %d times, want login, build, push", n)
			}
			if _, err := os.Stat(filepath.Join(volume, system.file)); err == nil {
				t.Error("the file of secrets is still there")
			}
		})
	}
}

// inContainer leaves out what names files of the simulator's.
func inContainer(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(pair string) bool {
		return strings.HasPrefix(pair, "AWS_CONFIG_FILE=") || strings.HasPrefix(pair, "AWS_SHARED_CREDENTIALS_FILE=")
	})
}

// echoed prints each command before it runs, as both systems do.
func echoed(commands []string) string {
	var b strings.Builder
	for _, command := range commands {
		fmt.Fprintf(&b, "echo '+ %s'\n%s\n", strings.ReplaceAll(command, "'", `'\''`), command)
	}
	return b.String()
}

// TestPluginImageRefuses: without a task the container says what is missing,
// and its status tells so.
func TestPluginImageRefuses(t *testing.T) {
	buildImages(t)
	r := docker(t, "run", "--rm", "--network", "none", "--env", "DRONE=true", "--env", "PLUGIN_REGION=eu-west-1", pluginImage)
	if r.status != 2 || !strings.Contains(r.stderr, "PLUGIN_TASK") {
		t.Errorf("status %d\n%s", r.status, r.stderr)
	}
}
