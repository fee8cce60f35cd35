//go:build generate

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

const generated = "# Generated from the settings: go generate ./...\n"

// output is an output of the Action. A composite action must declare each one;
// e2e/action_test.go holds the list against what the tasks deliver.
type output struct{ name, help string }

func outputs() []output {
	return []output{
		{"authorization-token-password", "ecr: base64 of AWS:<password>, as AWS returned it. Masked."},
		{"expiration-date", "ecr: when the login expires, RFC 3339 in UTC."},
		{"proxy-endpoint", "ecr: the URL of the registry."},
		{"proxy-endpoint-domain", "ecr: the host of the registry."},
		{"username", "ecr: the user name for docker login, AWS."},
		{"password", "ecr: the password for docker login. Masked."},
		{"credentials-json-password", "All variables of the task as one JSON object. With sts only with output-credentials. Masked."},
		{"registries-json-password", "ecr with several registries: the JSON array of all logins. Masked."},
		{"docker-config", "login: the Docker configuration with the login, where it is one of the job's own."},
		{"aws-region", "sts: the region."},
		{"aws-expiration", "sts: when the credentials expire, RFC 3339 in UTC."},
		{"aws-account-id", "The account that the credentials belong to. Always there behind a role, else with add-caller-identity."},
		{"caller-identity-arn", "Who the credentials are, with add-caller-identity."},
		{"caller-identity-user-id", "The unique ID of who the credentials are, with add-caller-identity."},
		{"aws-access-key-id", "sts with output-credentials: the access key ID."},
		{"aws-secret-access-key", "sts with output-credentials: the secret access key. Masked."},
		{"aws-session-token", "sts with output-credentials: the session token. Masked."},
	}
}

// everySetting returns the settings of all tasks, each once, the task first.
func everySetting() []variables.Setting {
	all := []variables.Setting{taskSetting()}
	seen := map[string]int{}
	for _, task := range tasks.All() {
		for _, s := range settingsOf(task) {
			i, known := seen[s.Name]
			if !known {
				seen[s.Name] = len(all)
				all = append(all, s)
			} else if all[i].Default != s.Default {
				// What differs from task to task stands in the reference.
				all[i].Default = ""
			}
		}
	}
	return all
}

// described is the help with what else a reader needs to know. The default is
// a sentence and not a key: GitHub would hand it over as if it had been given,
// and AWSVARS_* could never count.
func described(s variables.Setting) string {
	text := s.Help
	if len(s.Choices) > 0 {
		text += " One of " + strings.Join(s.Choices, ", ") + "."
	}
	if s.Default != "" {
		text += " Default: " + s.Default + "."
	}
	return text
}

// actionYAML is a composite action: it starts the binary with the inputs in
// its environment, where the runner github looks for them.
func actionYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(generated + "name: awsvars\ndescription: Hands AWS credentials to the next steps as masked variables\nbranding:\n  icon: key\n  color: orange\ninputs:\n")
	var env strings.Builder
	input := func(name, description string, required bool) {
		fmt.Fprintf(&b, "  %s:\n    description: %s\n    required: %t\n", name, quoted(description), required)
		fmt.Fprintf(&env, "        %s: ${{ inputs.%s }}\n", strings.ReplaceAll(variables.InputName(name), "-", "_"), name)
	}
	for _, s := range everySetting() {
		input(s.Name, described(s), s.Name == "task")
		for _, alias := range s.Aliases {
			input(alias, "The same as "+s.Name+".", false)
		}
	}
	b.WriteString("outputs:\n")
	for _, o := range outputs() {
		fmt.Fprintf(&b, "  %s:\n    description: %s\n    value: ${{ steps.awsvars.outputs.%s }}\n", o.name, quoted(o.help), o.name)
	}
	b.WriteString("runs:\n  using: composite\n  steps:\n    - id: awsvars\n      shell: bash\n      env:\n" + env.String() + "      run: |\n")
	for line := range strings.Lines(launcher) {
		b.WriteString("        " + line)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const launcher = `binary=$(command -v awsvars || true)
if [ -z "$binary" ]; then
  binary=$RUNNER_TEMP/awsvars-bin/awsvars$(go env GOEXE)
  (cd "$GITHUB_ACTION_PATH" && CGO_ENABLED=0 go build -trimpath -o "$binary" ./cmd/awsvars)
fi
"$binary"
`

// quoted is a YAML scalar in which only a quote needs care.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
