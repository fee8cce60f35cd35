package runners

import (
	"fmt"

	"github.com/awsvars/awsvars/variables"
)

// jenkins delivers to Jenkins: a file of NAME=VALUE lines that three readers
// take alike. withEnv takes them as they are (jenkins.io, "Pipeline: Basic
// Steps"; EnvVars.overrideAll), readProperties as java.util.Properties does
// ("Pipeline Utility Steps"), and EnvInject like that, but it then replaces
// $NAME and trims (envinject-plugin, PropertiesLoader.java).
type jenkins struct{ script }

func (jenkins) Name() string { return jenkinsName }

func (r jenkins) place() place { return r.clone("WORKSPACE") }

func (r jenkins) Check(v variables.Values) error {
	problem := "the runner jenkins writes lines for withEnv, readProperties and EnvInject; choose the runner envfile for another format"
	if err := refuse(v, problem, "format").And(checkNoSecret(v)).Err(); err != nil {
		return err
	}
	return r.target(v, r.place(), ".properties").check()
}

func (r jenkins) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	entries, err := environmentEntries(set, v, false)
	if err != nil {
		return Delivery{}, err
	}
	content, err := plainLines(entries, "a file for Jenkins")
	if err != nil {
		return Delivery{}, err
	}
	path, err := r.target(v, r.place(), ".properties").write(content)
	return Delivery{
		Text:     fmt.Sprintf("%s to %s, for withEnv", count(len(entries), "variable"), path),
		Warnings: []string{unmasked("Jenkins") + ", or give them to MaskPasswordsBuildWrapper of the Mask Passwords plugin"},
	}, err
}
