package runners

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Host is the machine as a runner sees it.
type Host struct {
	// Lookup finds a variable of the environment.
	Lookup func(name string) (string, bool)
	// Environ lists the environment as K=V.
	Environ func() []string
	Stdout  io.Writer
	Stderr  io.Writer
	// Terminal tells whether stdout is a terminal.
	Terminal bool
	// Dir is the working directory, absolute.
	Dir string
}

// text returns a variable of the environment, empty where it is not set.
func (h Host) text(name string) string {
	text, _ := h.Lookup(name)
	return text
}

// Runner is a CI system.
type Runner interface {
	// Name is the word for the setting runner.
	Name() string
	// Input finds a setting, by its name or an alias, as this system hands
	// settings on.
	Input(name string) (variables.Input, bool)
	// Begin opens a group of the log, where the system has groups.
	Begin(task string)
	// End closes the group. A problem becomes an annotation, where the system
	// has annotations; it must hold nothing secret.
	End(problem string)
	// Check tells before AWS is asked what would stop the delivery. A wrong
	// setting is a [variables.Faults].
	Check(v variables.Values) error
	// Mask makes the system hide secrets from its log. It comes before
	// anything is delivered.
	Mask(secrets []variables.Secret) error
	// Deliver hands the whole set to the next steps, or nothing of it.
	Deliver(set *variables.Set, v variables.Values) (Delivery, error)
	// Job says what is known of the job that runs, from the variables that
	// its system sets.
	Job() variables.Job
}

// Delivery is what was delivered, for the log.
type Delivery struct {
	// Text completes the sentence "delivered …".
	Text string
	// Warnings say what the system does not do for the variables, and what to
	// do about it.
	Warnings []string
}

// The names of the runners.
const (
	githubName     = "github"
	droneName      = "drone"
	woodpeckerName = "woodpecker"
	harnessName    = "harness"
	bambooName     = "bamboo"
	gitlabName     = "gitlab"
	azureName      = "azure"
	circleciName   = "circleci"
	bitbucketName  = "bitbucket"
	codebuildName  = "codebuild"
	jenkinsName    = "jenkins"
	teamcityName   = "teamcity"
	buildkiteName  = "buildkite"
	envfileName    = "envfile"
)

// Names returns the names of all runners.
func Names() []string {
	return []string{
		githubName, droneName, woodpeckerName, harnessName, bambooName, gitlabName, azureName, circleciName, bitbucketName, codebuildName,
		jenkinsName, teamcityName, buildkiteName, envfileName,
	}
}

// Open returns the runner called name.
func Open(name string, h Host) (Runner, error) {
	switch name {
	case githubName:
		return github{h}, nil
	case droneName, woodpeckerName:
		return workspace{h, name}, nil
	case harnessName:
		return harness{h}, nil
	case bambooName:
		return bamboo{h}, nil
	case gitlabName:
		return gitlab{script{h}}, nil
	case azureName:
		return azure{script{h}}, nil
	case circleciName:
		return circleci{script{h}}, nil
	case bitbucketName:
		return bitbucket{script{h}}, nil
	case codebuildName:
		return codebuild{script{h}}, nil
	case jenkinsName:
		return jenkins{script{h}}, nil
	case teamcityName:
		return teamcity{script{h}}, nil
	case buildkiteName:
		return buildkiteHook{h}, nil
	case envfileName:
		return envfile{h}, nil
	}
	return nil, variables.Faults{{Setting: "runner", Given: name, Problem: fmt.Sprintf("choose one of %s", strings.Join(Names(), ", "))}}
}

// Asked tells which of the settings that say where variables go were given.
type Asked struct{ Format, Output, Scope bool }

// Detect tells from the environment which runner this is. Systems that take
// variables in files of their own are not chosen where a format was given:
// eval "$(awsvars ecr --format shell)" means the same everywhere.
func Detect(h Host, asked Asked) string {
	plugin := slices.ContainsFunc(h.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "PLUGIN_") })
	own := ""
	switch {
	case isHarness(h, plugin):
		own = harnessName
	case h.text("CI") == "woodpecker" && plugin:
		// A step without PLUGIN_* is a script: it reads stdout or a file.
		return woodpeckerName
	case h.text("DRONE") == "true" && plugin:
		return droneName
	case h.text("GITHUB_ACTIONS") == "true":
		own = githubName
	case isBamboo(h):
		own = bambooName
	default:
		own = scriptedBy(h, asked)
	}
	if own == "" || asked.Format {
		return envfileName
	}
	return own
}

// isHarness: Harness CI sets DRONE=true as well, for the sake of Drone's
// plugins, so it is asked for first.
func isHarness(h Host, plugin bool) bool {
	if h.text("HARNESS_OUTPUT_SECRET_FILE") != "" {
		return true
	}
	return plugin && slices.ContainsFunc(h.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "HARNESS_") })
}

// isBamboo looks for variables that Bamboo sets in every job and deployment
// (confluence.atlassian.com/bamboo/bamboo-variables-289277087.html; dots
// become underscores in the environment). One of them alone could have been
// put there by a user with the prefix bamboo_.
func isBamboo(h Host) bool {
	if h.text("bamboo_agentId") != "" {
		return true
	}
	for _, name := range []string{"bamboo_buildKey", "bamboo_planKey", "bamboo_deploy_project"} {
		if h.text(name) != "" && (h.text("bamboo_buildResultKey") != "" || h.text("bamboo_build_working_directory") != "" || h.text("bamboo_deploy_release") != "") {
			return true
		}
	}
	return false
}
