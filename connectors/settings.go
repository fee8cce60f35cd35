package connectors

import (
	"github.com/awsvars/awsvars/variables"
)

// The sources that the setting source takes.
const (
	sourceAuto        = "auto"
	sourceEnvironment = "environment"
	sourceStatic      = "static"
	sourceProfile     = "profile"
	sourceInstance    = "instance"
	sourceContainer   = "container"
)

// Settings are the settings that say how to get credentials; every task that
// needs AWS has them.
func Settings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "source", Type: variables.Choice, Default: sourceAuto,
			Choices: []string{sourceAuto, sourceEnvironment, sourceStatic, sourceProfile, sourceInstance, sourceContainer},
			Help:    "Where the first credentials come from. auto takes the order of the AWS SDKs: environment, web identity, profile, container, instance. No source but the named one is touched.",
		},
		{
			Name: "profile", Type: variables.Text, Aliases: []string{"aws-profile"},
			Help: "Profile of the AWS configuration files to take credentials from. Without source, it makes the source profile.",
		},
		{
			Name: "region", Type: variables.Text, Aliases: []string{"aws-region"}, Check: checkRegion,
			Help: "AWS region, as in eu-west-1. Without it AWS_REGION, AWS_DEFAULT_REGION, the profile, and for an instance the instance's own region are taken.",
		},
		{
			Name: "role-arn", Type: variables.ARNList, Aliases: []string{"assume-role", "role-to-assume"}, Check: checkRoleARN,
			Help: "ARN of a role to assume, or several: a chain, each one assumed with the credentials of the one before.",
		},
		{
			Name: "external-id", Type: variables.List, Aliases: []string{"role-external-id"}, Check: checkExternalID,
			Help: "External ID that the role's trust policy asks for. For a chain one ID for each role, in order, - for none.",
		},
		{
			Name: "role-session-name", Type: variables.Text, Check: checkSessionName,
			Help: "Name of the role sessions, seen in CloudTrail: 2 to 64 letters, digits and _+=,.@-. Without it, a name is made from the CI job.",
		},
		{
			Name: "duration", Type: variables.Duration, Aliases: []string{"role-duration-seconds", "duration-seconds"},
			Help: "How long the last role's credentials are valid: 3600, 3600s, 1h. 15 minutes to 12 hours as the role allows, at most 1 hour for the second role of a chain and later ones. Without it AWS gives 1 hour.",
		},
		{
			Name: "access-key-id", Type: variables.Text, Aliases: []string{"access-key", "aws-access-key-id"}, Check: checkAccessKeyID, Unquoted: true,
			Help: "Access key ID. Without source, it makes the source static.",
		},
		{
			Name: "secret-access-key", Type: variables.Text, Aliases: []string{"secret-key", "aws-secret-access-key"}, Secret: true,
			Help: "Secret access key that belongs to the access key ID.",
		},
		{
			Name: "session-token", Type: variables.Text, Aliases: []string{"aws-session-token"}, Secret: true,
			Help: "Session token, when the access key is a temporary one.",
		},
		{
			Name: "imds-v1", Type: variables.Bool, Default: "false",
			Help: "Fall back to version 1 of the instance metadata service where version 2 is not answered. Any program that can make the agent fetch a URL can read version 1, so it is off.",
		},
	}
}
