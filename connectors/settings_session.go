package connectors

import (
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// sessionSettings say who the session says it is.
func sessionSettings() []variables.Setting {
	return []variables.Setting{
		{
			Name: "role-session-name", Type: variables.Text, Check: checkSessionName,
			Help: "Name of the role sessions, seen in CloudTrail: 2 to 64 letters, digits and _+=,.@-. Without it, a name is made from the CI job.",
		},
		{
			Name: "federated-user-name", Type: variables.Text, Check: checkFederatedName,
			Help: "Name of the federated user: 2 to 32 letters, digits and _+=,.@-. Without it, a name is made from the CI job.",
		},
		{
			Name: "session-tags", Type: variables.List, Check: checkFact,
			Help: "Facts about the job that become session tags: " + strings.Join(variables.JobFacts(), ", ") + ". Write the important ones first: where AWS says that they are too large together, the last ones are dropped.",
		},
		{
			Name: "custom-tags", Type: variables.Map, Check: checkTag,
			Help: "Session tags of your own: Team=payments.",
		},
		{
			Name: "optional-tags", Type: variables.Map, Check: checkTag,
			Help: "More session tags of your own, that the session can do without: where AWS says that all are too large together, the last ones are dropped.",
		},
		{
			Name: "transitive-tag-keys", Type: variables.List,
			Help: "Keys of those session tags that hold for all later roles of the chain too.",
		},
		{
			Name: "source-identity", Type: variables.Text, Check: checkSourceIdentity,
			Help: "Who stands behind the sessions; once set, no later role of the chain can change it. 2 to 64 letters, digits and _+=,.@-.",
		},
		{
			Name: "mfa-serial", Type: variables.Text, Aliases: []string{"mfa-serial-number"}, Check: checkMFASerial,
			Help: "ARN or serial number of the IAM user's MFA device.",
		},
		{
			Name: "mfa-code", Type: variables.Text, Secret: true,
			Help: "The six digits that the MFA device shows. They are good once.",
		},
		{
			Name: "special-characters-workaround", Type: variables.Bool, Default: "false",
			Help: "Ask AWS again until the secret access key has letters and digits only, at most 40 times: for tools that cannot take + and /.",
		},
		{
			Name: "allowed-account-ids", Type: variables.List, Check: checkAccount,
			Help: "Deliver nothing when the credentials belong to another account than these.",
		},
	}
}

// keySettings are static keys.
func keySettings() []variables.Setting {
	return []variables.Setting{
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
	}
}
