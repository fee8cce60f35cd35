package e2e

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// cookGitHub starts the command as the action does, and hands what
// it wrote to the next step.
func cookGitHub(t *testing.T, k *kitchen, text string) {
	var workflow struct {
		Permissions map[string]string
		Jobs        map[string]struct {
			Steps []struct {
				Uses, Run string
				With      map[string]string
			}
		}
	}
	parse(t, text, &workflow)
	dir := t.TempDir()
	k.set("GITHUB_ACTIONS=true", "GITHUB_REPOSITORY=octo-org/octo-repo", "GITHUB_REF=refs/heads/main", "GITHUB_EVENT_NAME=push")
	if workflow.Permissions["id-token"] == "write" {
		k.set(k.OIDCEnv()...)
	}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY"} {
		writeFile(t, filepath.Join(dir, name), "", 0o600)
		k.set(name + "=" + filepath.Join(dir, name))
	}
	for _, step := range workflow.Jobs["deploy"].Steps {
		switch {
		case step.Run != "":
			k.step(t, step.Run)
		case strings.HasPrefix(step.Uses, "awsvars/awsvars@"):
			env := append([]string{}, k.env...)
			for name, value := range step.With {
				env = append(env, "INPUT_"+strings.ToUpper(name)+"="+value)
			}
			k.sees(t, k.run(t, env, "awsvars"))
			k.setAll(commandFile(t, readFile(t, filepath.Join(dir, "GITHUB_ENV"))))
		}
	}
}

func cookGitLab(t *testing.T, k *kitchen, text string) {
	var jobs map[string]struct {
		Tokens map[string]struct{ Aud string } `yaml:"id_tokens"`
		// These are scalars in every job.
		Variables map[string]string
		Script    []string
	}
	parse(t, text, &jobs)
	job := jobs["deploy"]
	k.set("GITLAB_CI=true", "CI_PROJECT_PATH=octo-org/octo-repo", "CI_COMMIT_BRANCH=main", "CI_PIPELINE_SOURCE=push")
	k.setAll(job.Variables)
	for name, token := range job.Tokens {
		k.set(name + "=" + k.visit(t, "gitlab", token.Aud))
	}
	k.step(t, strings.Join(job.Script, "\n"))
}

// cookBuildkite reads $$ as the upload of a pipeline does. A single $ would be
// replaced there (buildkite.com/docs, "Environment variable substitution").
func cookBuildkite(t *testing.T, k *kitchen, text string) {
	var pipeline struct {
		Steps []struct {
			Env     map[string]string
			Command []string
		}
	}
	parse(t, text, &pipeline)
	agent := "#!/bin/sh\n[ \"$*\" = 'oidc request-token --audience sts.amazonaws.com' ] || exit 1\necho " + k.visit(t, "buildkite", "") + "\n"
	writeFile(t, filepath.Join(k.stubs, "buildkite-agent"), agent, 0o755)
	k.set("BUILDKITE=true", "BUILDKITE_REPO=git@github.com:octo-org/octo-repo.git", "BUILDKITE_BRANCH=main", "BUILDKITE_PULL_REQUEST=false")
	k.setAll(pipeline.Steps[0].Env)
	script := strings.Join(pipeline.Steps[0].Command, "\n")
	if strings.Contains(strings.ReplaceAll(script, "$$", ""), "$") {
		t.Error("a single $ is replaced before the shell sees it")
	}
	k.step(t, strings.ReplaceAll(script, "$$", "$"))
}

// cookCircleCI lets each step read $BASH_ENV first, as bash does there.
func cookCircleCI(t *testing.T, k *kitchen, text string) {
	var config struct {
		Jobs map[string]struct {
			Environment map[string]string
			Steps       []any
		}
		Workflows map[string]struct {
			Jobs []map[string]struct{ Context string }
		}
	}
	parse(t, text, &config)
	k.set("CIRCLECI=true", "CIRCLE_BRANCH=main", "BASH_ENV="+filepath.Join(t.TempDir(), "bash_env"))
	writeFile(t, strings.TrimPrefix(k.env[len(k.env)-1], "BASH_ENV="), "", 0o600)
	if config.Workflows["deploy"].Jobs[0]["deploy"].Context != "" {
		k.set("CIRCLE_OIDC_TOKEN_V2=" + k.visit(t, "circleci", ""))
	}
	k.setAll(config.Jobs["deploy"].Environment)
	for _, step := range config.Jobs["deploy"].Steps {
		if run, is := step.(map[string]any); is {
			k.step(t, `. "$BASH_ENV"`+"\n"+fmt.Sprint(run["run"]))
		}
	}
}

func cookBitbucket(t *testing.T, k *kitchen, text string) {
	var file struct {
		Pipelines struct {
			Branches map[string][]struct {
				Step struct {
					OIDC   bool
					Script []string
				}
			}
		}
	}
	parse(t, text, &file)
	step := file.Pipelines.Branches["main"][0].Step
	k.set("BITBUCKET_BUILD_NUMBER=7", "BITBUCKET_BRANCH=main")
	if step.OIDC {
		k.set("BITBUCKET_STEP_OIDC_TOKEN=" + k.visit(t, "bitbucket", ""))
	}
	k.step(t, strings.Join(step.Script, "\n"))
}

// cookJenkins finds the environment and the script. A script that begins with
// #! is run as a program, and gets no -x then.
func cookJenkins(t *testing.T, k *kitchen, text string) {
	k.set("JENKINS_URL=https://jenkins.example.com/", "BUILD_NUMBER=7", "BRANCH_NAME=main")
	for _, match := range regexp.MustCompile(`(?m)^ *([A-Z_]+) = '(.*)'$`).FindAllStringSubmatch(text, -1) {
		k.set(match[1] + "=" + match[2])
	}
	script := regexp.MustCompile(`(?s)sh '''(#!/bin/sh -e\n.*?)'''`).FindStringSubmatch(text)
	if script == nil {
		t.Fatal("there is no script with a first line of its own")
	}
	k.step(t, script[1])
}

func cookAzure(t *testing.T, k *kitchen, text string) {
	var pipeline struct {
		Steps []struct {
			Script string
			Env    map[string]string
		}
	}
	parse(t, text, &pipeline)
	k.set("TF_BUILD=True", "BUILD_SOURCEBRANCH=refs/heads/main")
	k.setAll(pipeline.Steps[0].Env)
	k.step(t, pipeline.Steps[0].Script)
}

// cookTeamCity finds parameters and script. Kotlin would replace $name, and
// TeamCity %name%.
func cookTeamCity(t *testing.T, k *kitchen, text string) {
	k.set("TEAMCITY_VERSION=2025.07")
	for _, match := range regexp.MustCompile(`param\("env\.(\w+)", "(.*)"\)`).FindAllStringSubmatch(text, -1) {
		k.set(match[1] + "=" + match[2])
	}
	script := regexp.MustCompile(`(?s)scriptContent = """(.*?)"""\.trimIndent\(\)`).FindStringSubmatch(text)
	if script == nil || strings.ContainsAny(script[1], "$%") {
		t.Fatalf("no script, or one that is changed before a shell sees it:\n%q", script)
	}
	k.step(t, script[1])
}

func cookBamboo(t *testing.T, k *kitchen, text string) {
	var plan struct {
		Deploy struct{ Tasks []any } `yaml:"Deploy"`
	}
	parse(t, text, &plan)
	k.set("bamboo_agentId=1", "bamboo_planRepository_branchName=main")
	for _, task := range plan.Deploy.Tasks {
		parts, _ := task.(map[string]any)
		script, _ := parts["script"].(map[string]any)
		scripts, _ := script["scripts"].([]any)
		for _, one := range scripts {
			k.step(t, fmt.Sprint(one))
		}
	}
}

// cookPlugin runs the snippets of Drone and Woodpecker without containers: the
// test of docs/drone.md has them. Woodpecker's volume is the folder here.
func cookPlugin(t *testing.T, k *kitchen, text string) {
	var pipeline struct {
		Kind  string
		Steps []struct {
			Settings map[string]any
			Commands []string
		}
	}
	parse(t, text, &pipeline)
	own := []string{"CI=woodpecker", "CI_WORKSPACE=" + k.dir}
	if pipeline.Kind == "pipeline" {
		own = []string{"DRONE=true", "DRONE_WORKSPACE=" + k.dir}
	}
	k.set(own...)
	env := append([]string{}, k.env...)
	for name, value := range pipeline.Steps[0].Settings {
		env = append(env, "PLUGIN_"+strings.ToUpper(name)+"="+settingText(t, value, map[string]string{"external_id": "secret-handshake"}))
	}
	k.sees(t, k.run(t, env, "awsvars"))
	k.step(t, strings.ReplaceAll(strings.Join(pipeline.Steps[1].Commands, "\n"), "/woodpecker/", "./"))
}

// cookHarness puts the outputs of the plugin where the next step refers to
// them. Harness gives every plugin its token.
func cookHarness(t *testing.T, k *kitchen, text string) {
	var execution struct {
		Steps []struct {
			Step struct {
				Identifier string
				Spec       struct {
					Settings     map[string]string
					EnvVariables map[string]string `yaml:"envVariables"`
					Command      string
				}
			}
		}
	}
	parse(t, text, &execution)
	secrets, rest := filepath.Join(t.TempDir(), "secrets"), filepath.Join(t.TempDir(), "rest")
	k.set("DRONE=true", "HARNESS_PIPELINE_ID=deploy")
	env := append([]string{"HARNESS_OUTPUT_SECRET_FILE=" + secrets, "DRONE_OUTPUT=" + rest, "PLUGIN_OIDC_TOKEN_ID=" + k.visit(t, "harness", "")}, k.env...)
	for name, value := range execution.Steps[0].Step.Spec.Settings {
		env = append(env, "PLUGIN_"+strings.ToUpper(name)+"="+value)
	}
	k.sees(t, k.run(t, env, "awsvars"))
	outputs := readFile(t, secrets) + readFile(t, rest)
	for name, text := range execution.Steps[1].Step.Spec.EnvVariables {
		output := strings.TrimSuffix(strings.TrimPrefix(text, "<+execution.steps.aws.output.outputVariables."), ">")
		match := regexp.MustCompile(`(?m)^` + output + `=(.*)$`).FindStringSubmatch(outputs)
		if match == nil {
			t.Fatalf("%s: %s names no output", name, text)
		}
		k.set(name + "=" + match[1])
	}
	k.step(t, execution.Steps[1].Step.Spec.Command)
}

// cookCodeBuild runs the commands of a phase in one shell, as version 0.2 does
// (docs.aws.amazon.com/codebuild, "Buildspec syntax").
func cookCodeBuild(t *testing.T, k *kitchen, text string) {
	var buildspec struct {
		Version string
		Phases  map[string]struct{ Commands []string }
	}
	parse(t, text, &buildspec)
	if buildspec.Version != "0.2" {
		t.Fatalf("version %s runs each command in a shell of its own", buildspec.Version)
	}
	k.set("CODEBUILD_BUILD_ID=app:1", "AWS_REGION=eu-west-1", "AWS_DEFAULT_REGION=eu-west-1")
	k.set(k.ContainerEnv()...)
	k.step(t, strings.Join(buildspec.Phases["build"].Commands, "\n"))
}
