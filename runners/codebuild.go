package runners

import (
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// codebuild delivers to AWS CodeBuild: a file that the commands of all phases
// can read. A later action of CodePipeline gets the variables that the
// buildspec exports, out of the environment of the build
// (docs.aws.amazon.com/codebuild, "Buildspec syntax", env/exported-variables).
type codebuild struct{ script }

func (codebuild) Name() string { return codebuildName }

func (r codebuild) place() place { return r.clone("CODEBUILD_SRC_DIR") }

// reserved is how names begin that CodeBuild does not export.
const reserved = "AWS_"

func (r codebuild) Check(v variables.Values) error {
	if toOthers(v) {
		faults := refuse(v, "exported variables come from the environment of the build, and so from a file in the format shell; leave it out", "format")
		if name := environmentName(v.Text("namespace"), v); strings.HasPrefix(name, reserved) {
			faults = append(faults, variables.Fault{Setting: "namespace", Given: v.Text("namespace"), Problem: fmt.Sprintf("variables would be called %s…, and CodeBuild exports no name that begins with %s; choose another namespace or prefix", name, reserved)})
		}
		if len(faults) > 0 {
			return faults
		}
	}
	return r.checkDelivery(v, r.place())
}

func (r codebuild) Deliver(set *variables.Set, v variables.Values) (Delivery, error) {
	delivery, err := r.deliverFile(set, v, r.place())
	if err != nil {
		return Delivery{}, err
	}
	delivery.Warnings = []string{unmasked("CodeBuild")}
	if toOthers(v) {
		var names []string
		for _, variable := range set.All() {
			names = append(names, environmentName(variable.Name, v))
		}
		delivery.Text += "; exported-variables takes " + strings.Join(names, ", ")
		delivery.Warnings = append(delivery.Warnings, "CodeBuild shows exported variables with the build, in plain text: better "+again)
	}
	return delivery, nil
}
