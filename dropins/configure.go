package dropins

// configureAWSCredentials is aws-actions/configure-aws-credentials. The names
// and the meaning of its inputs are those of v6.2.3.
func configureAWSCredentials() Tool {
	return Tool{
		Name:    "configure-aws-credentials",
		Tasks:   []string{"sts"},
		Runners: []string{"github"},
		Inputs:  configureInputs(),
		meant:   meantForConfigure,
		rules:   func(t *Translation, g Given) { configure{t, g}.rules() },
	}
}

// meantForConfigure: a step of the action is written for the tool where it has
// an input of a name that is the tool's, and none of awsvars' own words.
func meantForConfigure(g Given) bool {
	if !inAction(g) || says(g, ownWords()...) {
		return false
	}
	for _, input := range configureInputs() {
		if input.Name == input.Setting {
			// It is a word of both.
			continue
		}
		if g.text(input.Name) != "" {
			return true
		}
		for _, name := range input.Plain {
			if name != "AWS_REGION" && g.variable(name) != "" {
				return true
			}
		}
	}
	return false
}

// configureInputs are in the order of its action.yml. AUDIENCE is not among the
// variables: the input has a default there, which always comes first.
func configureInputs() []Input {
	return []Input{
		{Name: "aws-region", Plain: []string{"AWS_REGION"}, Setting: "region", Fate: Taken, Here: "Required, as there."},
		{Name: "aws-profile", Setting: "write-profile", Fate: Taken, Here: "Writes the profile; the job's environment is left alone then, unless output-env-credentials is true."},
		{Name: "overwrite-aws-profile", Plain: []string{"OVERWRITE_AWS_PROFILE"}, Setting: "overwrite-profile", Fate: Taken, Here: "For profiles that something else wrote; those of awsvars are replaced without it."},
		{Name: "role-to-assume", Plain: []string{"ROLE_TO_ASSUME"}, Setting: "role-arn", Fate: Taken, Here: "An ARN, or the name of a role in the account of the credentials, in every partition."},
		{Name: "aws-access-key-id", Setting: "access-key-id", Fate: Taken, Here: "These keys sign, and no others. Masked before anything is said."},
		{Name: "aws-secret-access-key", Setting: "secret-access-key", Fate: Taken, Here: "As it is; half a pair is an error."},
		{Name: "aws-session-token", Setting: "session-token", Fate: Taken, Here: "As it is."},
		{Name: "web-identity-token-file", Plain: []string{"WEB_IDENTITY_TOKEN_FILE"}, Setting: "web-identity-token-file", Fate: Taken, Here: "As it is, relative to GITHUB_WORKSPACE. Without role-to-assume it is an error. Keys beside it are ignored, with a warning."},
		{Name: "role-chaining", Plain: []string{"ROLE_CHAINING"}, Fate: Taken, Foreign: true, Here: "The role is assumed with the credentials that the job has, not with GitHub's token."},
		{Name: "audience", Setting: "audience", Fate: Taken, Here: "As it is."},
		{Name: "http-proxy", Plain: []string{"HTTPS_PROXY", "HTTP_PROXY"}, Setting: "http-proxy", Fate: Taken, Here: "For all requests to AWS, HTTPS too."},
		{Name: "no-proxy", Plain: []string{"NO_PROXY"}, Setting: "no-proxy", Fate: Taken, Here: "As in NO_PROXY."},
		{Name: "mask-aws-account-id", Plain: []string{"MASK_AWS_ACCOUNT_ID"}, Setting: "mask-account-id", Fate: Taken, Here: "Masks the account IDs and the ARNs of the role's session and of the credentials that assume it, and keeps account IDs out of the log of awsvars."},
		{Name: "role-duration-seconds", Plain: []string{"ROLE_DURATION_SECONDS"}, Setting: "duration", Fate: Taken, Here: "3600 without it. A text that is no duration is an error."},
		{Name: "role-external-id", Plain: []string{"ROLE_EXTERNAL_ID"}, Setting: "external-id", Fate: Taken, Here: "As it is. With GitHub's token or a token file it has no effect there either: a warning says so."},
		{Name: "role-session-name", Plain: []string{"ROLE_SESSION_NAME"}, Setting: "role-session-name", Fate: Taken, Here: "GitHubActions without it."},
		{Name: "role-skip-session-tagging", Plain: []string{"ROLE_SKIP_SESSION_TAGGING"}, Fate: Taken, Foreign: true, Here: "No session tags, custom-tags included, which a warning says."},
		{Name: "transitive-tag-keys", Plain: []string{"TRANSITIVE_TAG_KEYS"}, Setting: "transitive-tag-keys", Fate: Taken, Here: "As it is. A key that no tag has is left out, with a warning."},
		{Name: "inline-session-policy", Plain: []string{"INLINE_SESSION_POLICY"}, Setting: "policy", Fate: Taken, Here: "As it is; the name of a file is taken, too."},
		{Name: "managed-session-policies", Plain: []string{"MANAGED_SESSION_POLICIES"}, Setting: "policy-arns", Fate: Taken, Here: "As it is."},
		{Name: "output-credentials", Plain: []string{"OUTPUT_CREDENTIALS"}, Setting: "output-credentials", Fate: Taken, Here: "As it is."},
		{Name: "output-env-credentials", Setting: "standard-names", Fate: Taken, Foreign: true, Here: "As it is: true without it, and false where there is an aws-profile. The region goes with the keys."},
		{Name: "unset-current-credentials", Plain: []string{"UNSET_CURRENT_CREDENTIALS"}, Setting: "unset-current-credentials", Fate: Taken, Here: "As it is. Where the environment is not written, it has no effect there either: a warning says so."},
		{Name: "disable-retry", Plain: []string{"DISABLE_RETRY"}, Fate: Taken, Foreign: true, Here: "Three calls at most, as there: the AWS SDK has that much patience by itself."},
		{Name: "retry-max-attempts", Plain: []string{"RETRY_MAX_ATTEMPTS"}, Fate: Taken, Foreign: true, Here: "Each attempt is three calls, as there, 21 of them at most. What AWS refuses is not asked again. A text that is no number is an error."},
		{Name: "special-characters-workaround", Plain: []string{"SPECIAL_CHARACTERS_WORKAROUND"}, Setting: "special-characters-workaround", Fate: Taken, Here: "As it is, 40 times at most."},
		{Name: "use-existing-credentials", Plain: []string{"USE_EXISTING_CREDENTIALS"}, Setting: "use-existing-credentials", Fate: Taken, Here: "As it is, but false is false, allowed-account-ids holds, and the outputs are there."},
		{Name: "allowed-account-ids", Setting: "allowed-account-ids", Fate: Taken, Here: "As it is; a comma too many does no harm, and commas alone are an error."},
		{Name: "force-skip-oidc", Fate: Taken, Foreign: true, Here: "GitHub's token is not asked for: the role is assumed with the credentials that the job has."},
		{Name: "action-timeout-s", Setting: "timeout", Fate: Taken, Foreign: true, Here: "As it is. 60 seconds without it."},
		{Name: "custom-tags", Setting: "custom-tags", Fate: Taken, Here: "As it is. With GitHub's token or a token file it has no effect there either: a warning says so."},
		{Name: "sts-endpoint", Setting: "sts-endpoint", Fate: Taken, Here: "As it is."},
	}
}
