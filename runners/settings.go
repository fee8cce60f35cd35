package runners

import (
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Settings returns the settings that say how variables are delivered. They
// belong to every task that delivers some.
func Settings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "runner", Type: variables.Choice, Choices: Names(),
			Help: "The CI system that variables are delivered to. It is recognised by its environment.",
		},
		{
			Name: "format", Type: variables.Choice, Choices: formatNames(),
			Help: "The format in which variables are written to stdout or to output, not into the CI system's own files. A file gets shell where none is given; stdout gets it outside a CI job only, where it is no log.",
		},
		{
			Name: "output", Type: variables.Text,
			Help: "The file that variables are written to, with mode 0600. Without it they go to stdout, or where the runner keeps them.",
		},
		{
			Name: "scope", Type: variables.Choice, Default: scopeLocal, Choices: []string{scopeLocal, scopeResult},
			Help: "How far variables reach where the CI system knows the difference: local within the job, result to later jobs and stages. What is handed to other jobs is seen by more people.",
		},
		{
			Name: "prefix", Type: variables.Text, Check: checkPrefix,
			Help: "Stands before the name of each variable of the environment: bamboo_ gives bamboo_custom_aws_ecr_password.",
		},
		{
			Name: "upper-case", Type: variables.Bool, Default: "false",
			Help: "Writes the names of variables of the environment in upper case.",
		},
		{
			Name: "standard-names", Type: variables.Bool, Default: "true",
			Help: "Adds the names that every AWS tool reads, such as AWS_ACCESS_KEY_ID, where variables of the environment are written.",
		},
		{
			Name: "credential-name-prefix", Type: variables.Text, Check: checkPrefix,
			Help: "Stands before AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and AWS_CREDENTIAL_EXPIRATION, so that credentials of the job's own stay: STAGING_ gives STAGING_AWS_ACCESS_KEY_ID.",
		},
		{
			Name: "output-credentials", Type: variables.Bool, Default: "false",
			Help: "Makes the credentials outputs of the GitHub step too, not only variables of its job's environment.",
		},
		{
			Name: "secret-name", Type: variables.Text, Default: "ecr-login", Check: checkSubdomain,
			Help: "The name of the Secret that the format kubernetes-secret writes.",
		},
		{
			Name: "secret-namespace", Type: variables.Text, Check: checkLabel,
			Help: "The Kubernetes namespace of that Secret. Without it kubectl's own counts.",
		},
	}
}

// checkPrefix keeps to what a shell takes as the start of a name.
func checkPrefix(text string) error {
	for i, r := range text {
		letter := r == '_' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
		if !letter && (i == 0 || r < '0' || r > '9') {
			return fmt.Errorf("%q cannot stand there: write letters, digits and _, a digit not first", r)
		}
	}
	return nil
}

// refuse returns a fault for each of settings that was given although the
// runner has no use for it: leaving it out silently would surprise.
func refuse(v variables.Values, problem string, settings ...string) variables.Faults {
	var faults variables.Faults
	for _, name := range settings {
		if v.Given(name) {
			faults = append(faults, variables.Fault{Setting: name, Problem: problem})
		}
	}
	return faults
}

// formatOf returns the format asked for.
func formatOf(v variables.Values) format {
	name := v.Text("format")
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	return formats()[max(i, 0)]
}

// checkFormat finds settings that contradict the format.
func checkFormat(v variables.Values) error {
	f := formatOf(v)
	var faults variables.Faults
	if f.name != secretFormat {
		faults = checkNoSecret(v)
	}
	if f.document != nil {
		return faults.And(refuse(v, fmt.Sprintf("the format %s holds logins and no variables; leave it out", f.name), "prefix", "upper-case")).Err()
	}
	if !f.dotted {
		return faults.Err()
	}
	return faults.And(refuse(v, fmt.Sprintf("the format %s keeps the dotted names of the variables; leave it out, or choose one of %s",
		f.name, strings.Join(environmentFormats(), ", ")), "prefix", "upper-case")).Err()
}

// checkNoSecret finds settings of a Secret where none is written.
func checkNoSecret(v variables.Values) variables.Faults {
	return refuse(v, "it is for the format "+secretFormat+"; choose that one, or leave it out", "secret-name", "secret-namespace")
}

// WritesLogins tells whether the format asked for holds the logins of a set,
// and not its variables.
func WritesLogins(v variables.Values) bool { return formatOf(v).document != nil }
