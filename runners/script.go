package runners

import (
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// Scripted tells whether a runner serves scripts. A task that has done its
// work without variables delivers none to those unless it is asked to.
func Scripted(name string) bool {
	return slices.Contains([]string{
		envfileName, gitlabName, azureName, circleciName, bitbucketName, codebuildName, jenkinsName, teamcityName,
	}, name)
}

// scriptedBy finds a system whose jobs are scripts. Where only an output was
// given, the script wants that file and nothing of the system's.
func scriptedBy(h Host, asked Asked) string {
	system := jobOf(h).System
	if asked.Output && !asked.Scope || !Scripted(system) {
		return ""
	}
	return system
}

// script is what systems have in common whose jobs are scripts: settings are
// flags and variables of the environment, the log has no groups, and nothing
// can be masked beforehand.
type script struct{ Host }

func (r script) Input(name string) (variables.Input, bool) { return Input(r.Host, name) }

func (script) Begin(string) {}

func (script) End(string) {}

func (script) Mask([]variables.Secret) error { return nil }

func (r script) Job() variables.Job { return jobOf(r.Host) }

// unmasked warns where a system masks only what it has stored itself.
func unmasked(system string) string {
	return system + " cannot mask what is made while a job runs: print no variable whose name holds password, and do not use set -x"
}
