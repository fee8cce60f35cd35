package connectors

import (
	"slices"

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
	sourceWebIdentity = "web-identity"
)

// Settings are the settings that say how to get credentials; every task that
// needs AWS has them.
func Settings() []variables.Setting {
	return slices.Concat(fileSettings(), recipeSettings(), guardSettings())
}

// fileSettings name a recipe that stands in a file.
func fileSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "connector", Type: variables.Text, Check: checkReference,
			Help: "Name or UUID of a connector in the connectors file, in place of source, role-arn and whatever else says how to get credentials.",
		},
		{
			Name: "connectors", Type: variables.Text,
			Help: "The connectors file. Without it awsvars.yaml of the working directory is read, and only where a connector is named.",
		},
	}
}

// recipeSettings say how credentials come about. A connector of the file has
// the same ones, under the same names.
func recipeSettings() []variables.Setting {
	return slices.Concat(sourceSettings(), webIdentitySettings(), roleSettings(), sessionSettings(), keySettings())
}

func sourceSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "source", Type: variables.Choice, Default: sourceAuto,
			Choices: []string{sourceAuto, sourceEnvironment, sourceStatic, sourceProfile, sourceInstance, sourceContainer, sourceWebIdentity},
			Help:    "Where the first credentials come from. auto takes the order of the AWS SDKs: environment, web identity of EKS, profile, container, instance. No source but the named one is touched.",
		},
		{
			Name: "profile", Type: variables.Text,
			Help: "Profile of the AWS configuration files to take credentials from. Without source, it makes the source profile.",
		},
		{
			Name: "region", Type: variables.Text, Aliases: []string{"aws-region", "registry-region"}, Check: checkRegion,
			Help: "AWS region, as in eu-west-1. Without it AWS_REGION, AWS_DEFAULT_REGION, the profile, and for an instance the instance's own region are taken.",
		},
		{
			Name: "sts-endpoint", Type: variables.Text, Check: checkEndpoint, Unquoted: true,
			Help: "URL of STS, or of a service that answers as STS does, in place of AWS's own for the region. It goes before AWS_ENDPOINT_URL_STS.",
		},
		{
			Name: "imds-v1", Type: variables.Bool, Default: "false",
			Help: "Fall back to version 1 of the instance metadata service where version 2 is not answered. Any program that can make the agent fetch a URL can read version 1, so it is off.",
		},
	}
}

func webIdentitySettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "web-identity-provider", Type: variables.Choice, Default: providerAuto, Choices: providers(),
			Help: "Who makes the token of the source web-identity. auto takes a token or a file that is given, then the token of the CI system that runs the job, then the one of an EKS service account.",
		},
		{
			Name: "audience", Type: variables.Text, Aliases: []string{"oidc-audience"}, Default: defaultAudience, Check: checkAudience,
			Help: "The audience that GitHub or Buildkite is asked to put into the token. The identity provider in IAM must list it.",
		},
		{
			Name: "token-lifetime", Type: variables.Duration, Aliases: []string{"oidc-token-lifetime"},
			Help: "How long the token that Buildkite is asked for is valid, 2 hours at most. Without it Buildkite decides: it is used at once.",
		},
		{
			Name: "token-tags", Type: variables.List, Check: checkClaim,
			Help: "Claims that Buildkite is asked to put into the token as session tags: organization_slug, pipeline_slug. It takes an agent of version 3.83.0 or newer, and sts:TagSession in the trust policy.",
		},
		{
			Name: "web-identity-token-file", Type: variables.Text,
			Help: "A file that holds an OIDC token. Without source, it makes the source web-identity.",
		},
		{
			Name: "web-identity-token", Type: variables.Text, Aliases: []string{"oidc-token-id"}, Secret: true,
			Help: "An OIDC token, such as GitLab's id_tokens and Harness hand to a job. Without source, it makes the source web-identity.",
		},
	}
}

func roleSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "principal-type", Type: variables.Choice, Choices: principals(),
			Help: "What the source's credentials are turned into: provided leaves them as they are, assumed-role assumes role-arn, federated-user and session-token need the long-term keys of an IAM user. Without it assumed-role where there is a role-arn, else provided.",
		},
		{
			Name: "role-arn", Type: variables.ARNList, Aliases: []string{"assume-role", "role-to-assume"}, Check: checkRole,
			Help: "ARN of a role to assume, or several: a chain, each one assumed with the credentials of the one before. A name alone is a role of the caller's own account.",
		},
		{
			Name: "external-id", Type: variables.List, Aliases: []string{"role-external-id"}, Check: checkExternalID,
			Help: "External ID that the role's trust policy asks for. For a chain one ID for each role, in order, - for none.",
		},
		{
			Name: "duration", Type: variables.Duration, Aliases: []string{"role-duration-seconds", "duration-seconds", "role-session-duration"},
			Help: "How long the credentials are valid: 3600, 3600s, 1h. 15 minutes to 12 hours for a role as the role allows, at most 1 hour for the second role of a chain and later ones, 15 minutes to 36 hours for federated-user and session-token. Without it AWS gives 1 hour to a role and 12 hours to the others.",
		},
		{
			Name: "policy", Type: variables.JSON, Aliases: []string{"inline-session-policy"}, Check: nil,
			Help: "Session policy, a JSON document or a file that holds one: the credentials can do no more than it allows. For the last role, or the federated user.",
		},
		{
			Name: "policy-arns", Type: variables.ARNList, Aliases: []string{"policy-arn", "managed-session-policies"}, Check: checkPolicyARN,
			Help: "ARNs of up to 10 managed policies that are session policies too.",
		},
		{
			Name: "omit-policy", Type: variables.Bool, Default: "false",
			Help: "Says that a federated user is meant to have no policy: it can do nothing but what policies of resources allow it by name.",
		},
	}
}

func guardSettings() []variables.Setting {
	return []variables.Setting{{
		Name: "unset-current-credentials", Type: variables.Bool, Default: "false", Aliases: []string{"unset"},
		Help: "Look past the AWS keys and the profile that stand in the job's environment, such as those of an earlier step.",
	}}
}
