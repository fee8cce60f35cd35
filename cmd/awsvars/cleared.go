package main

import (
	"slices"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// containerURI is where the AWS tools look for an endpoint.
const containerURI = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

// cleared is our environment with added in it, without the secret settings of
// awsvars, and where credentials are added, without other ones, which the AWS
// tools might prefer. It tells what was taken out.
func (o *opening) cleared(added []string) (env, taken []string) {
	var replaced []string
	for _, pair := range added {
		name, _, _ := strings.Cut(pair, "=")
		replaced = append(replaced, name)
	}
	gone := o.roster.SecretVariables()
	if slices.Contains(replaced, "AWS_ACCESS_KEY_ID") || slices.Contains(replaced, containerURI) {
		gone = append(gone, connectors.OtherCredentials()...)
	}
	for _, setting := range connectors.Settings() {
		for _, name := range setting.Names() {
			if setting.Secret || setting.Name == "access-key-id" {
				gone = append(gone, variables.OwnName(name), underscored(variables.InputName(name)), variables.PluginName(name))
			}
		}
	}
	for _, pair := range o.environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch {
		case slices.Contains(replaced, name):
		case slices.Contains(gone, name), slices.Contains(gone, underscored(name)):
			taken = append(taken, name)
		default:
			env = append(env, pair)
		}
	}
	return append(env, added...), taken
}

// secretsOfJob are the AWS secrets that the job had before us. A command that
// keeps them, or finds them elsewhere, must not show them either.
func (o *opening) secretsOfJob() []variables.Secret {
	names := append(o.roster.SecretVariables(), slices.DeleteFunc(connectors.OtherCredentials(), func(name string) bool { return !named(name) })...)
	var secrets []variables.Secret
	for _, name := range names {
		if text, _ := o.lookup(name); text != "" {
			secrets = append(secrets, variables.NewSecret(text))
		}
	}
	return secrets
}
