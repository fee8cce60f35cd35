package e2e

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// pushed checks that an image was pushed with a login of the simulator's, and
// that nothing secret is left behind.
func (k *kitchen) pushed(t *testing.T) {
	t.Helper()
	loginOf(t, k.world, k.stubs, "222222222222.dkr.ecr.eu-west-1.amazonaws.com")
	all := calls(t, k.stubs, "docker")
	for i, word := range []string{"login ", "build ", "push ", "logout "} {
		if len(all) != 4 || !strings.HasPrefix(all[i], word) {
			t.Fatalf("docker was called %d times, want login, build, push, logout", len(all))
		}
	}
	if _, err := os.Stat(filepath.Join(k.dir, ".awsvars")); err == nil {
		t.Error("the file of secrets is still there")
	}
}

// warned checks that a run says once, and once only, that its system cannot
// mask.
func (k *kitchen) warned(t *testing.T, system string) {
	t.Helper()
	if n := strings.Count(k.log.String(), "\nwarning   "+system+" cannot mask what is made while a job runs"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, k.log.String())
	}
}

// bash runs a step as CircleCI does.
func (k *kitchen) bash(t *testing.T, script string) {
	t.Helper()
	k.sees(t, k.run(t, k.env, need(t, "bash"), "-eo", "pipefail", "-c", script))
}

// TestCircleCIPipeline runs the steps of docs/circleci.md, each in a bash of
// its own that finds the variables by itself.
func TestCircleCIPipeline(t *testing.T) {
	t.Parallel()
	var config struct {
		Jobs map[string]struct{ Steps []any }
	}
	parse(t, blockOf(t, "circleci.md", "circleci").text, &config)
	k := newKitchen(t, "instance")
	stub(t, k.stubs, "docker")
	k.set("CIRCLECI=true", "CIRCLE_SHA1=0123abc", "BASH_ENV="+filepath.Join(t.TempDir(), "bash_env"))
	for _, step := range config.Jobs["push"].Steps {
		switch step := step.(type) {
		case map[string]any:
			switch run := step["run"].(type) {
			case string:
				k.bash(t, run)
			case map[string]any:
				k.bash(t, run["command"].(string))
			}
		}
	}
	k.pushed(t)
	k.warned(t, "CircleCI")
}

// bitbucketStep is a step of docs/bitbucket.md.
type bitbucketStep struct {
	Step struct {
		Script  []string
		Outputs []string `yaml:"output-variables"`
	}
}

func bitbucketSteps(t *testing.T, word string) []bitbucketStep {
	t.Helper()
	var file struct {
		Pipelines struct {
			Default  []bitbucketStep
			Branches map[string][]bitbucketStep
		}
	}
	parse(t, blockOf(t, "bitbucket.md", word).text, &file)
	return slices.Concat(file.Pipelines.Default, file.Pipelines.Branches["main"])
}

// TestBitbucketPipeline runs the script of docs/bitbucket.md.
func TestBitbucketPipeline(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "instance")
	stub(t, k.stubs, "docker")
	k.set("BITBUCKET_BUILD_NUMBER=7", "BITBUCKET_COMMIT=0123abc", "BITBUCKET_CLONE_DIR="+k.dir)
	k.step(t, strings.Join(bitbucketSteps(t, "bitbucket")[0].Step.Script, "\n"))
	k.pushed(t)
	k.warned(t, "Bitbucket")
}

// TestBitbucketOutputVariables hands on what the first step names, as
// Bitbucket documents it.
func TestBitbucketOutputVariables(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "instance")
	shared := filepath.Join(t.TempDir(), "variables")
	k.set("BITBUCKET_BUILD_NUMBER=7", "BITBUCKET_PIPELINES_VARIABLES_PATH="+shared)
	for _, step := range bitbucketSteps(t, "output-variables") {
		k.step(t, strings.Join(step.Step.Script, "\n"))
		for line := range strings.Lines(readFile(t, shared)) {
			if name, _, _ := strings.Cut(line, "="); slices.Contains(step.Step.Outputs, name) {
				k.set(strings.TrimSuffix(line, "\n"))
			}
		}
	}
	k.served(t)
	k.warned(t, "Bitbucket")
	if !strings.Contains(k.log.String(), "\nwarning   Bitbucket keeps output variables with the pipeline") {
		t.Error("nobody was warned that later steps have them unmasked")
	}
}

// buildspec joins the commands of all phases of docs/codebuild.md, which share
// one shell.
func buildspec(t *testing.T, word string) (script string, exported []string) {
	t.Helper()
	var spec struct {
		Version string
		Env     struct {
			Exported []string `yaml:"exported-variables"`
		}
		Phases map[string]struct{ Commands []string }
	}
	parse(t, blockOf(t, "codebuild.md", word).text, &spec)
	var commands []string
	for _, phase := range []string{"pre_build", "build", "post_build"} {
		commands = append(commands, spec.Phases[phase].Commands...)
	}
	return strings.Join(commands, "\n"), spec.Env.Exported
}

// TestCodeBuildPipeline runs the commands of docs/codebuild.md, with the
// service role of a container.
func TestCodeBuildPipeline(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "codebuild")
	stub(t, k.stubs, "docker")
	k.set("CODEBUILD_BUILD_ID=app:1", "CODEBUILD_SRC_DIR="+k.dir, "CODEBUILD_RESOLVED_SOURCE_VERSION=0123abc", "AWS_REGION=eu-west-1")
	k.set(k.ContainerEnv()...)
	script, _ := buildspec(t, "codebuild")
	k.step(t, script)
	k.pushed(t)
	k.warned(t, "CodeBuild")
}

// TestCodeBuildExports: what the page exports is among what the log names,
// and in the environment.
func TestCodeBuildExports(t *testing.T) {
	t.Parallel()
	k := newKitchen(t, "codebuild")
	k.set("CODEBUILD_BUILD_ID=app:1", "AWS_REGION=eu-west-1")
	k.set(k.ContainerEnv()...)
	script, exported := buildspec(t, "exported-variables")
	k.step(t, script+"\nprintf 'exported %s\\n' \"$"+strings.Join(exported, "\" \"$")+"\"")
	_, named, _ := strings.Cut(k.log.String(), "; exported-variables takes ")
	named, _, _ = strings.Cut(named, "\n")
	for _, name := range exported {
		if !slices.Contains(strings.Split(named, ", "), name) {
			t.Errorf("the log does not name %s: %s", name, named)
		}
	}
	if strings.Contains(named, "AWS_") || !strings.Contains(k.log.String(), "exported 222222222222.dkr.ecr.eu-west-1.amazonaws.com\n") {
		t.Errorf("%s", k.log.String())
	}
}
