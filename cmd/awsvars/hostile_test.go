package main

import (
	"bytes"
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/simulator"
)

// orders are what a pull request would like a CI system to read: commands of
// each of them, the ends of their files' values, a shell's and a terminal's.
func orders() []string {
	return []string{
		"::set-output name=evil::1", "x\n::add-path::/evil", "x%0A::stop-commands::evil", "##[stop-commands]evil", "a ##[add-matcher]/evil.json",
		"##vso[task.setvariable variable=EVIL]1", "x ##vso[task.prependpath]/evil", "##teamcity[setParameter name='env.EVIL' value='1']", "###vso[task.setvariable variable=EVIL]1",
		"_GitHubActionsFileCommandDelimeter_\nEVIL=1", "EOF\nEVIL=1", "x\nEVIL=1", "x\r\nEVIL=1", "'; touch evil; '", "$(touch evil)", "`touch evil`",
		"\x1b]0;evil\a", "\x1b[2Jevil", "--- evil", "section_start:0:evil\r\x1b[0K", "{{evil}}", "%EVIL%", "<img src=x onerror=evil>",
	}
}

// systemsOf has for each runner the variables by which it is found, and those
// in which its system hands on what a pull request says.
func systemsOf(dir string) map[string]struct{ sign, told []string } {
	file := func(name string) string { return filepath.Join(dir, name) }
	return map[string]struct{ sign, told []string }{
		"github": {
			[]string{"GITHUB_ACTIONS=true", "GITHUB_OUTPUT=" + file("output"), "GITHUB_ENV=" + file("env"), "GITHUB_STATE=" + file("state"), "GITHUB_STEP_SUMMARY=" + file("summary"), "RUNNER_TEMP=" + dir},
			[]string{"GITHUB_REF", "GITHUB_HEAD_REF", "GITHUB_BASE_REF", "GITHUB_ACTOR", "GITHUB_REPOSITORY", "GITHUB_WORKFLOW", "GITHUB_SHA", "GITHUB_RUN_ID", "GITHUB_EVENT_NAME", "GITHUB_JOB"},
		},
		"drone":      {[]string{"CI=true", "DRONE=true", "PLUGIN_TASK=sts"}, []string{"DRONE_BRANCH", "DRONE_TAG", "DRONE_COMMIT_REF", "DRONE_COMMIT_MESSAGE", "DRONE_REPO", "DRONE_COMMIT_AUTHOR", "DRONE_BUILD_NUMBER"}},
		"woodpecker": {[]string{"CI=woodpecker", "PLUGIN_TASK=sts"}, []string{"CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_REF", "CI_COMMIT_MESSAGE", "CI_REPO", "CI_COMMIT_AUTHOR", "CI_PIPELINE_NUMBER"}},
		"harness":    {[]string{"CI=true", "DRONE=true", "HARNESS_OUTPUT_SECRET_FILE=" + file("secret"), "DRONE_OUTPUT=" + file("rest"), "PLUGIN_TASK=sts"}, []string{"DRONE_BRANCH", "DRONE_TAG", "DRONE_REPO", "CI_COMMIT_MESSAGE", "HARNESS_PIPELINE_ID"}},
		"bamboo":     {[]string{"bamboo_agentId=1", "bamboo_buildKey=A-B"}, []string{"bamboo_planRepository_branchName", "bamboo_planRepository_name", "bamboo_planName", "bamboo_buildResultKey", "bamboo_planRepository_username"}},
		"gitlab":     {[]string{"CI=true", "GITLAB_CI=true"}, []string{"CI_COMMIT_REF_NAME", "CI_COMMIT_BRANCH", "CI_COMMIT_TAG", "CI_COMMIT_MESSAGE", "CI_PROJECT_PATH", "CI_JOB_NAME", "GITLAB_USER_LOGIN", "CI_PIPELINE_ID"}},
		"azure":      {[]string{"TF_BUILD=True"}, []string{"BUILD_SOURCEBRANCH", "BUILD_SOURCEVERSIONMESSAGE", "BUILD_REPOSITORY_NAME", "BUILD_DEFINITIONNAME", "BUILD_REQUESTEDFOR", "BUILD_BUILDID", "BUILD_REASON"}},
		"teamcity":   {[]string{"TEAMCITY_VERSION=2024.1"}, []string{"BUILD_NUMBER", "TEAMCITY_PROJECT_NAME", "TEAMCITY_BUILDCONF_NAME", "BUILD_VCS_NUMBER"}},
		"jenkins":    {[]string{"JENKINS_URL=http://localhost/"}, []string{"BRANCH_NAME", "TAG_NAME", "GIT_BRANCH", "GIT_URL", "JOB_NAME", "BUILD_NUMBER", "CHANGE_TITLE", "CHANGE_AUTHOR"}},
		"circleci":   {[]string{"CI=true", "CIRCLECI=true", "BASH_ENV=" + file("bash_env")}, []string{"CIRCLE_BRANCH", "CIRCLE_TAG", "CIRCLE_PROJECT_REPONAME", "CIRCLE_PROJECT_USERNAME", "CIRCLE_USERNAME", "CIRCLE_JOB", "CIRCLE_BUILD_NUM"}},
		"bitbucket":  {[]string{"CI=true", "BITBUCKET_BUILD_NUMBER=1"}, []string{"BITBUCKET_BRANCH", "BITBUCKET_TAG", "BITBUCKET_REPO_FULL_NAME", "BITBUCKET_STEP_TRIGGERER_UUID", "BITBUCKET_PR_DESTINATION_BRANCH"}},
		"codebuild":  {[]string{"CODEBUILD_BUILD_ID=a:1"}, []string{"CODEBUILD_WEBHOOK_HEAD_REF", "CODEBUILD_WEBHOOK_TRIGGER", "CODEBUILD_SOURCE_REPO_URL", "CODEBUILD_INITIATOR", "CODEBUILD_SOURCE_VERSION"}},
		"buildkite":  {[]string{"CI=true", "BUILDKITE=true", "AWSVARS_RUNNER=buildkite", "BUILDKITE_PLUGIN_NAME=AWSVARS", "BUILDKITE_REDACTED_VARS=*_PASSWORD,*_SECRET,*_TOKEN,*_ACCESS_KEY,*_SECRET_KEY"}, []string{"BUILDKITE_BRANCH", "BUILDKITE_TAG", "BUILDKITE_MESSAGE", "BUILDKITE_PIPELINE_SLUG", "BUILDKITE_BUILD_CREATOR", "BUILDKITE_BUILD_NUMBER", "BUILDKITE_LABEL"}},
		"envfile":    {[]string{"CI=true", "TRAVIS=true", "AWSVARS_FORMAT=shell", "AWSVARS_OUTPUT=vars.env"}, []string{"TRAVIS_BRANCH", "TRAVIS_TAG", "TRAVIS_COMMIT_MESSAGE", "TRAVIS_REPO_SLUG", "TRAVIS_JOB_NAME"}},
	}
}

// obeyed is what a line of a log must not have, after those of our own
// commands are gone.
var obeyed = regexp.MustCompile(`(?m)##\[|##vso\[|##teamcity\[|^\s*::|^(---|\+\+\+|~~~)|[\x00-\x08\x0b-\x1f\x7f]`)

// own are the commands that awsvars gives itself: one line each, with names of
// ours only.
var own = regexp.MustCompile(`(?m)^(::add-mask::.*|::group::awsvars sts|::endgroup::|::error::.*|##vso\[task\.setsecret\].*|##vso\[task\.setvariable variable=(custom_aws_|AWS_)\w+(;issecret=true)?\].*|##teamcity\[setParameter name='env\.(custom_aws_|AWS|AWSVARS)\w*' value='[^']*'\])$`)

// TestHostilePullRequests: whoever names branches, tags, commits, files and
// pipelines, and even a setting, gives no command to any CI system, and sets no
// variable in any.
func TestHostilePullRequests(t *testing.T) {
	t.Parallel()
	s := simulated(t, simulator.Options{})
	all := systemsOf("")
	if names := slices.Sorted(maps.Keys(all)); !slices.Equal(names, slices.Sorted(slices.Values(runners.Names()))) {
		t.Fatalf("these systems are tried: %v, and these are there: %v", names, runners.Names())
	}
	for name, system := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := hostile{t, s, name}
			settings := []string{"AWSVARS_REGION", "AWSVARS_ROLE_ARN", "AWSVARS_EXTERNAL_ID", "AWSVARS_CONNECTOR", "AWSVARS_NAMESPACE", "AWSVARS_OUTPUT", "AWSVARS_ROLE_SESSION_NAME"}
			for _, set := range ordered(system.told) {
				h.check(h.run(append(set, "AWSVARS_SESSION_TAGS=branch,tag,repository,actor,pipeline")...))
			}
			for _, set := range ordered(settings) {
				h.check(h.run(set...))
			}
		})
	}
}

// ordered gives each of names another order, until every order was given.
func ordered(names []string) (sets [][]string) {
	for i := 0; i < len(orders()); i += len(names) {
		var set []string
		for j, name := range names {
			set = append(set, name+"="+orders()[(i+j)%len(orders())])
		}
		sets = append(sets, set)
	}
	return sets
}

// hostile tries orders in one system.
type hostile struct {
	t    *testing.T
	s    *simulator.Simulator
	name string
}

// run runs sts, and returns its log and its directory.
func (h hostile) run(more ...string) (log, dir string) {
	h.t.Helper()
	dir = h.t.TempDir()
	system := systemsOf(dir)[h.name]
	for _, pair := range system.sign {
		// The files that a system makes.
		if _, path, _ := strings.Cut(pair, "="); strings.HasPrefix(path, dir+string(filepath.Separator)) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				h.t.Fatal(err)
			}
		}
	}
	c := exec.Command("awsvars", "sts")
	c.Dir = dir
	c.Env = append(h.s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+dir, "AWSVARS_ROLE_ARN=arn:aws:iam::111111111111:role/reader")
	c.Env = append(c.Env, system.sign...)
	c.Env = append(c.Env, more...)
	out := new(bytes.Buffer)
	c.Stderr = out
	stdout, err := c.Output()
	var failed *exec.ExitError
	if err != nil && !errors.As(err, &failed) {
		h.t.Fatal(err)
	}
	if h.name != "buildkite" {
		// A hook evaluates that one.
		out.Write(stdout)
	}
	return out.String(), dir
}

func (h hostile) check(log, dir string) {
	h.t.Helper()
	rest := own.ReplaceAllString(log, "")
	if found := obeyed.FindString(rest); found != "" {
		h.t.Errorf("%q is a command in\n%s", found, rest)
	}
	err := filepath.WalkDir(dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if strings.Contains(strings.ToLower(string(content)), "evil") && filepath.Base(path) != "summary" {
			h.t.Errorf("an order is in %s:\n%.500s", path, content)
		}
		return err
	})
	if err != nil {
		h.t.Error(err)
	}
}
