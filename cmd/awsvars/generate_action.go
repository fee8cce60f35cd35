//go:build generate

package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/dropins"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

const generated = "# Generated from the settings: go generate ./...\n"

// output is an output of the Action. GitHub hands on those that are not declared,
// too; editors and linters know these. e2e/action_test.go holds the list against
// what the tasks deliver.
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
		{"digest", "push: the digest of what was pushed."},
		{"image-uri", "push: the image by its first tag."},
		{"image-uri-with-digest", "push: the image by its digest."},
		{"registry", "login in place of amazon-ecr-login, with one registry: its host."},
		{"aws-region", "sts: the region."},
		{"aws-expiration", "sts: when the credentials expire, RFC 3339 in UTC."},
		{"aws-account-id", "The account that the credentials belong to. Always there behind a role, else with add-caller-identity."},
		{"authenticated-arn", "sts in place of configure-aws-credentials: who the credentials are."},
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

// foreignInputs are the inputs of other actions that are no settings here: a
// workflow that was written for one of those goes on with them.
func foreignInputs() []dropins.Input {
	var all []dropins.Input
	for _, tool := range dropins.Tools() {
		if !slices.Contains(tool.Runners, "github") {
			continue
		}
		for _, i := range tool.Inputs {
			if i.Foreign {
				i.Here = "As in " + tool.Name + ". " + i.Here
				all = append(all, i)
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

// actionInputs are what the launcher in action/ reads itself.
func actionInputs() []variables.Setting {
	return []variables.Setting{{
		Name: "binary",
		Help: "The path of the awsvars to start, absolute or below the workspace. Without it the one in PATH is taken, that of the release, or one that is built with Go.",
	}}
}

// actionYAML is a JavaScript action: its launcher starts the binary, which finds
// the inputs in its environment. The post step has no condition of its own, so
// that it comes after a step that has failed, too.
func actionYAML(w io.Writer) error {
	var b strings.Builder
	b.WriteString(generated + "name: awsvars\ndescription: Hands AWS credentials to the next steps as masked variables\nbranding:\n  icon: lock\n  color: orange\ninputs:\n")
	input := func(name, description string, required bool) {
		fmt.Fprintf(&b, "  %s:\n    description: %s\n    required: %t\n", name, quoted(description), required)
	}
	for _, s := range slices.Concat(everySetting(), postSettings(), actionInputs()) {
		input(s.Name, described(s), s.Name == "task")
		for _, alias := range s.Aliases {
			input(alias, "The same as "+s.Name+".", false)
		}
	}
	for _, i := range foreignInputs() {
		input(i.Name, i.Here, false)
	}
	b.WriteString("outputs:\n")
	for _, o := range outputs() {
		fmt.Fprintf(&b, "  %s:\n    description: %s\n", o.name, quoted(o.help))
	}
	b.WriteString("runs:\n  using: node24\n  main: action/main.js\n  post: action/post.js\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// quoted is a YAML scalar in which only a quote needs care.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", "''") + "'" }
