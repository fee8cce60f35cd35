//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// pluginSystem is how Drone and Woodpecker lay out a pipeline.
type pluginSystem struct {
	base, clone string
	env         []string
}

const commit = "0123456789abcdef0123456789abcdef01234567"

func droneSystem() pluginSystem {
	return pluginSystem{"/drone/src", "/drone/src", []string{
		"CI=true", "DRONE=true", "DRONE_WORKSPACE=/drone/src", "DRONE_WORKSPACE_BASE=/drone/src", "DRONE_COMMIT_SHA=" + commit,
		"DRONE_TAG=v1.4.2", "DRONE_COMMIT_REF=refs/tags/v1.4.2", "DRONE_BUILD_EVENT=tag",
	}}
}

func woodpeckerSystem() pluginSystem {
	clone := "/woodpecker/src/example.com/octo/app"
	return pluginSystem{"/woodpecker", clone, []string{
		"CI=woodpecker", "CI_WORKSPACE=" + clone, "CI_COMMIT_SHA=" + commit, "CI_COMMIT_TAG=v1.4.2", "CI_COMMIT_REF=refs/tags/v1.4.2", "CI_PIPELINE_EVENT=tag",
	}}
}

// pluginWorld is a real engine that has the plugin's image and one for scripts.
type pluginWorld struct {
	*dockerWorld
	pluginSystem
	volume string
}

func newPluginWorld(t *testing.T, system pluginSystem, config *simulator.Config) *pluginWorld {
	t.Helper()
	w := &pluginWorld{(&dockerWorld{world: newWorldWith(t, config)}).withEngine(t), system, t.TempDir()}
	build := exec.Command(filepath.Join(root, "tools", "image"), pluginImage)
	build.Env = append(os.Environ(), "DOCKER_BUILDKIT=0", "DOCKER_HOST="+w.host)
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building the plugin's image: %v\n%s", err, out)
	}
	clone := w.onHost(system.clone)
	writeFile(t, filepath.Join(clone, ".git", "config"), "", 0o644)
	writeFile(t, filepath.Join(clone, "Dockerfile"), "FROM scratch\nCOPY file /\n", 0o644)
	writeFile(t, filepath.Join(clone, "build", "Dockerfile"), "FROM scratch\nCOPY file /\n", 0o644)
	writeFile(t, filepath.Join(clone, "build", "lifecycle.json"), lifecycleDocument, 0o644)
	writeFile(t, filepath.Join(clone, "file"), "content", 0o644)
	return w
}

// onHost is where a path of the pipeline's volume lies.
func (w *pluginWorld) onHost(path string) string {
	return filepath.Join(w.volume, strings.TrimPrefix(path, w.base))
}

// plugin runs the plugin's image with settings as the system passes them.
func (w *pluginWorld) plugin(t *testing.T, settings ...string) result {
	t.Helper()
	return w.pluginAs(t, "0", settings...)
}

func (w *pluginWorld) pluginAs(t *testing.T, user string, settings ...string) result {
	t.Helper()
	args := []string{
		"run", "--user", user, "--rm", "--network", "host", "--volume", w.volume + ":" + w.base, "--workdir", w.clone,
		"--volume", strings.TrimPrefix(w.host, "unix://") + ":/var/run/docker.sock",
	}
	env := append(inContainer(w.Env()), w.RegistryProxyEnv()...)
	for _, pair := range append(append(env, w.env...), settings...) {
		if file, is := strings.CutPrefix(pair, "SSL_CERT_FILE="); is {
			// The simulator's is for its own user only.
			readable := filepath.Join(t.TempDir(), "ca.pem")
			writeFile(t, readable, readFile(t, file), 0o644)
			args = append(args, "--volume", readable+":"+file+":ro")
		}
		args = append(args, "--env", pair)
	}
	r := w.do(t, "docker", append(args, "--env", "PLUGIN_LOG_LEVEL=debug", pluginImage)...)
	w.noLeak(t, "the plugin's log", r.log())
	return r
}

// commands run on the machine, which has the docker command, in the clone.
func (w *pluginWorld) commands(t *testing.T, lines []string) string {
	t.Helper()
	script := strings.ReplaceAll(echoed(lines), w.base+"/", w.volume+"/")
	command := exec.Command(need(t, "sh"), "-e", "-c", script)
	command.Dir = w.onHost(w.clone)
	command.Env = w.dockerWorld.world.env(w.environment(w.pluginSystem.env...)...)
	out, err := command.CombinedOutput()
	w.noLeak(t, "the log", string(out))
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// run runs a pipeline: what it prints, step by step.
func (w *pluginWorld) run(t *testing.T, text string) (logs []string) {
	t.Helper()
	var p pipeline
	// Both systems replace this before they read the document.
	parse(t, strings.NewReplacer("${DRONE_COMMIT_SHA}", commit, "${CI_COMMIT_SHA}", commit).Replace(text), &p)
	for _, step := range p.Steps {
		if step.Settings == nil {
			logs = append(logs, w.commands(t, step.Commands))
			continue
		}
		r := w.plugin(t, passed(t, step.Settings)...)
		if r.status != 0 {
			t.Fatalf("the plugin: status %d\n%s", r.status, r.log())
		}
		logs = append(logs, r.log())
	}
	return logs
}

// passed are a step's settings in its environment.
func passed(t *testing.T, settings map[string]any) []string {
	var env []string
	for name, value := range settings {
		env = append(env, "PLUGIN_"+strings.ToUpper(name)+"="+settingText(t, value, map[string]string{"external_id": "secret-handshake"}))
	}
	return env
}

// TestPluginPushesWhatAnEarlierStepBuilt: the pipelines of docs/drone.md and
// docs/woodpecker.md, from a clone to a repository.
func TestPluginPushesWhatAnEarlierStepBuilt(t *testing.T) {
	for _, c := range []struct {
		name   string
		system pluginSystem
	}{{"drone", droneSystem()}, {"woodpecker", woodpeckerSystem()}} {
		t.Run(c.name, func(t *testing.T) {
			w := newPluginWorld(t, c.system, nil)
			logs := w.run(t, blockOf(t, c.name+".md", c.name+"-push").text)
			const host = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
			if !strings.Contains(logs[1], host+"/app:latest, :1.4.2, :1.4, :1 is sha256:") {
				t.Errorf("the plugin says\n%s", logs[1])
			}
			if !strings.Contains(logs[2], "deploying "+host+"/app@sha256:") {
				t.Errorf("the next step says\n%s", logs[2])
			}
		})
	}
}

// TestMovedFromDroneECR runs the pipelines of the page: what the first one lacks is
// said, and the second one does what the first one did.
func TestMovedFromDroneECR(t *testing.T) {
	w := newPluginWorld(t, droneSystem(), nil)
	var before pipeline
	parse(t, blockOf(t, "moving-from-drone-ecr.md", "before").text, &before)
	r := w.plugin(t, passed(t, before.Steps[0].Settings)...)
	if r.status != 2 || !strings.Contains(r.stderr, "error: 1 setting is wrong\n  dockerfile: nothing is built here: build in an earlier step") || len(w.Requests()) > 0 {
		t.Errorf("status %d\n%s", r.status, r.log())
	}
	after := blockOf(t, "moving-from-drone-ecr.md", "after").text
	logs := w.run(t, after)
	const pushed = "222222222222.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.4.2, :latest is sha256:"
	if !strings.Contains(logs[1], pushed) || strings.Contains(logs[1], "delivered") {
		t.Errorf("the plugin says\n%s", logs[1])
	}
	const asked = "AssumeRole agent eu-west-1 deployer secret-handshake; GetAuthorizationToken deployer eu-west-1; DescribeRepositories deployer eu-west-1 222222222222 team/app; " +
		"CreateRepository deployer eu-west-1 222222222222 team/app; PutLifecyclePolicy deployer eu-west-1 222222222222 team/app"
	if w.asked() != asked {
		t.Errorf("asked %s\nwant  %s", w.asked(), asked)
	}
	if again := w.run(t, after)[1]; !strings.Contains(again, "team/app:1.4.2 is there already, and stays") {
		t.Errorf("the second build says\n%s", again)
	}
}

// TestDroneECRInAnEngine: settings in the forms of both systems, and an archive
// that another user than root pushes from root's workspace.
func TestDroneECRInAnEngine(t *testing.T) {
	config, err := simulator.ParseConfig([]byte(ecrWorld))
	if err != nil {
		t.Fatal(err)
	}
	w := newPluginWorld(t, woodpeckerSystem(), config)
	clone := w.onHost(w.clone)
	w.commands(t, []string{"docker build --tag app:built .", "docker save --output image.tar app:built", "docker tag app:built other:latest"})
	if err := os.Chmod(filepath.Join(clone, "image.tar"), 0o644); err != nil {
		t.Fatal(err)
	}
	archive := "PLUGIN_SOURCE_IMAGE=docker-archive:image.tar"
	for _, c := range []struct {
		user     string
		settings []string
		status   int
		log      string
	}{
		{"0", []string{"PLUGIN_REPO=new", "PLUGIN_SOURCE_IMAGE=app:built", "PLUGIN_CREATE_REPOSITORY=yes", "PLUGIN_TAGS=1.0,latest", "PLUGIN_REGION=us-east-1"}, 0, useast1 + "new:1.0, :latest is sha256:"},
		{"0", []string{"PLUGIN_REPO=new", "PLUGIN_SOURCE_IMAGE=app:built", "PLUGIN_SKIP_PUSH_IF_TAG_EXISTS=on", `PLUGIN_TAGS=["1.0","1.1"]`, "PLUGIN_REGION=us-east-1"}, 0, "new:1.0 is there already, and stays"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_AUTO_TAG=true", "PLUGIN_SOURCE_IMAGE=app:built", "PLUGIN_REGION=us-east-1", "PLUGIN_SQUASH=yes"}, 2, "squash: nothing is built here"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_AUTO_TAG=true", "PLUGIN_SOURCE_IMAGE=app:built", "PLUGIN_REGION=us-east-1", "PLUGIN_SQUASH=no"}, 0, useast1 + "app:1, :1.4, :1.4.2 is sha256:"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_TAG=built", "PLUGIN_REGION=us-east-1"}, 0, "awsvars builds nothing: it pushes the image app:built of an earlier step"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_TAG=nobody", "PLUGIN_PUSH_ONLY=true", "PLUGIN_REGION=us-east-1"}, 6, "app:nobody"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_TAG=colon", "PLUGIN_SOURCE_IMAGE=other:", "PLUGIN_REGION=us-east-1"}, 0, "app:colon"},
		{"0", []string{"PLUGIN_REPO=app", "PLUGIN_TAG=bare", "PLUGIN_SOURCE_IMAGE=other", "PLUGIN_REGION=us-east-1"}, 0, "app:bare"},
		{"4711:4711", []string{"PLUGIN_REPO=team/app", archive, "PLUGIN_REGION=us-east-1"}, 0, useast1 + "team/app:latest is sha256:"},
	} {
		r := w.pluginAs(t, c.user, append(c.settings, "AWS_REGION=")...)
		if r.status != c.status || !strings.Contains(r.stderr, c.log) {
			t.Errorf("%v: status %d, no %q in\n%s", c.settings, r.status, c.log, r.stderr)
		}
	}
}
