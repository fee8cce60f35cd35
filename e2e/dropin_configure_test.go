package e2e

import "testing"

// TestConfigureAWSCredentials: every input of that action has its meaning here.
func TestConfigureAWSCredentials(t *testing.T) {
	t.Parallel()
	cases := configureCases()
	everyInput(t, "configure-aws-credentials", cases)
	for _, c := range cases {
		t.Run(c.input+" "+c.name, func(t *testing.T) {
			t.Parallel()
			c.check(t, c.do(t, c.world(t), "sts", "awsvars"))
		})
	}
}

// jobTags are the session tags of the steps here.
const jobTags = "Action:__self Actor:dependabot_bot_ Branch:refs/heads/main_1 Commit:0123456789abcdef0123456789abcdef01234567 EventName:push GitHub:Actions " +
	"Job:deploy Repository:octo-org/octo-repo RunId:1658821493 TriggeringActor:octo-cat Workflow:build _ deploy _prod_"

func configureCases() []dropin {
	staleKeys := []string{"AWS_ACCESS_KEY_ID=AKIAI44QH8DHBEXAMPLE", "AWS_SECRET_ACCESS_KEY=je7MtGbClwBF/2Zp9Utk/h3yCo8nvbEXAMPLEKEY", "AWS_SESSION_TOKEN="}
	session := []string{"AWS_ACCESS_KEY_ID=$ID", "AWS_SECRET_ACCESS_KEY=$SECRET", "AWS_SESSION_TOKEN=$TOKEN"}
	userKeys := []string{"AWS_ACCESS_KEY_ID=" + keyID, "AWS_SECRET_ACCESS_KEY=" + secretKey}
	return []dropin{
		{input: "aws-region", name: "is exported", with: the("keys").and(inputs{"aws-region": "eu-central-1"}), want: []string{"env AWS_REGION=eu-central-1", "env AWS_DEFAULT_REGION=eu-central-1"}},
		{input: "aws-region", name: "as a variable", with: inputs{"aws-access-key-id": keyID, "aws-secret-access-key": secretKey}, env: []string{"AWS_REGION=us-west-2"}, want: []string{"env AWS_REGION=us-west-2"}},
		{input: "aws-region", name: "missing", with: inputs{"role-to-assume": readerARN}, env: []string{"AWS_REGION="}, fails: "aws-region: not given"},
		{input: "aws-region", name: "wrong", with: inputs{"aws-region": "Ireland"}, fails: `region "Ireland"`},

		{input: "aws-profile", name: "in place of the environment", with: the("role").and(inputs{"aws-profile": "build"}), want: []string{"credentials [build]", "credentials aws_session_token = SECRET", "config [profile build]", "config region = eu-west-1", "output aws-account-id=111111111111"}, not: []string{"env AWS"}},
		{input: "aws-profile", name: "besides the environment", with: the("role").and(inputs{"aws-profile": "build", "output-env-credentials": "true"}), want: []string{"credentials [build]", "env AWS_PROFILE=build", "env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "aws-profile", name: "with keys", with: the("keys").and(inputs{"aws-profile": "build"}), want: []string{"credentials aws_access_key_id = " + keyID}},
		{input: "aws-profile", name: "of what the job has", with: the("region").and(inputs{"aws-profile": "build"}), want: []string{"credentials [build]", "credentials aws_access_key_id = ASIA"}, not: []string{"env AWS"}},
		{input: "aws-profile", name: "of no name", with: the("keys").and(inputs{"aws-profile": "my build"}), fails: `write-profile "my build"`},
		{input: "overwrite-aws-profile", name: "not given", with: the("role").and(inputs{"aws-profile": "build"}), profiles: "[build]\naws_access_key_id = x\n", fails: "build"},
		{input: "overwrite-aws-profile", name: "true", with: the("role").and(inputs{"aws-profile": "build", "overwrite-aws-profile": "true"}), profiles: "[build]\naws_access_key_id = x\n", want: []string{"credentials aws_access_key_id = ASIA"}},

		{input: "role-to-assume", name: "by its ARN", with: the("role"), want: []string{"asked sts AssumeRole ci → reader", "output aws-account-id=111111111111", "output authenticated-arn=arn:aws:sts::111111111111:assumed-role/reader/GitHubActions", "env AWS_ACCESS_KEY_ID=ASIA", "mask ASIA", "env AWS_SESSION_TOKEN=SECRET"}, not: []string{"output aws-secret-access-key"}},
		{input: "role-to-assume", name: "by its name", with: the("role").and(inputs{"role-to-assume": "reader"}), want: []string{"asked sts AssumeRole ci → reader"}},
		{input: "role-to-assume", name: "as a variable", with: the("keys"), env: []string{"ROLE_TO_ASSUME=" + readerARN}, want: []string{"asked sts AssumeRole ci → reader"}},
		{input: "role-to-assume", name: "in another account", with: the("role").and(inputs{"role-to-assume": deployerARN}), want: []string{"output aws-account-id=222222222222"}},
		{input: "role-to-assume", name: "by GitHub's token", with: the("oidc"), oidc: true, want: []string{"asked oidc token audience=sts.amazonaws.com", "asked sts AssumeRoleWithWebIdentity", "→ github DurationSeconds=3600 RoleSessionName=GitHubActions", "env AWS_ACCESS_KEY_ID=ASIA"}, not: []string{"Tags.member", "GitHub:Actions"}},
		{input: "role-to-assume", name: "by name with GitHub's token", with: the("oidc").and(inputs{"role-to-assume": "github"}), oidc: true, fails: "write the whole ARN"},
		{input: "role-to-assume", name: "by the instance", with: the("agent"), want: []string{"asked sts AssumeRole agent → reader", "id-token: write"}},
		{input: "role-to-assume", name: "refused", with: the("agent").and(inputs{"role-to-assume": githubARN}), fails: "access denied"},

		{input: "aws-access-key-id", name: "of a user", with: the("keys"), want: []string{"asked sts GetCallerIdentity ci", "mask " + keyID, "mask SECRET", "env AWS_ACCESS_KEY_ID=" + keyID, "env AWS_SECRET_ACCESS_KEY=SECRET", "env AWS_SESSION_TOKEN=", "output aws-account-id=111111111111", "output authenticated-arn=arn:aws:iam::111111111111:user/ci"}},
		{input: "aws-access-key-id", name: "goes before GitHub's token", with: the("role"), oidc: true, want: []string{"AssumeRole ci → reader"}, not: []string{"asked oidc"}},
		{input: "aws-access-key-id", name: "goes before what the job has", with: the("keys"), env: session, want: []string{"env AWS_ACCESS_KEY_ID=" + keyID, "env AWS_SESSION_TOKEN="}, not: []string{"env AWS_SESSION_TOKEN=SECRET"}},
		{input: "aws-access-key-id", name: "half a pair", with: the("region").and(inputs{"aws-access-key-id": keyID}), fails: "secret-access-key: missing"},
		{input: "aws-secret-access-key", name: "half a pair", with: the("region").and(inputs{"aws-secret-access-key": secretKey}), fails: "access-key-id: missing"},
		{input: "aws-secret-access-key", name: "half a pair beside GitHub's token", with: the("oidc").and(inputs{"aws-secret-access-key": secretKey}), oidc: true, fails: "access-key-id: missing"},
		{input: "aws-secret-access-key", name: "wrong", with: the("keys").and(inputs{"aws-secret-access-key": "wrongsecretwrongsecretwrongsecretwrongse"}), fails: "the signature"},
		{input: "aws-session-token", name: "of a session", with: the("region").and(inputs{"aws-access-key-id": "$ID", "aws-secret-access-key": "$SECRET", "aws-session-token": "$TOKEN"}), want: []string{"asked sts GetCallerIdentity reader", "env AWS_SESSION_TOKEN=SECRET"}},
		{input: "aws-session-token", name: "without its ID", with: the("oidc").and(inputs{"aws-session-token": "none"}), oidc: true, fails: "access-key-id: missing"},
		{input: "aws-session-token", name: "none, after an earlier step's role", with: the("keys"), env: []string{"AWS_SESSION_TOKEN=stale", "AWS_CREDENTIAL_EXPIRATION=2020-01-01T00:00:00Z"}, want: []string{"env AWS_CREDENTIAL_EXPIRATION=\n", "env AWS_SESSION_TOKEN=\n"}},

		{input: "web-identity-token-file", name: "in the workspace", with: the("oidc").and(inputs{"web-identity-token-file": "token"}), want: []string{"asked sts AssumeRoleWithWebIdentity"}, not: []string{"asked oidc"}},
		{input: "web-identity-token-file", name: "as a variable", with: the("oidc"), env: []string{"WEB_IDENTITY_TOKEN_FILE=token"}, oidc: true, want: []string{"asked sts AssumeRoleWithWebIdentity"}, not: []string{"asked oidc"}},
		{input: "web-identity-token-file", name: "beside keys", with: the("keys").and(inputs{"role-to-assume": githubARN, "web-identity-token-file": "token"}), want: []string{"mask " + keyID, "asked sts AssumeRoleWithWebIdentity", "aws-access-key-id of configure-aws-credentials is ignored"}},
		{input: "web-identity-token-file", name: "without a role", with: the("region").and(inputs{"web-identity-token-file": "token"}), fails: "role-arn: missing"},
		{input: "web-identity-token-file", name: "that is not there", with: the("oidc").and(inputs{"web-identity-token-file": "none"}), fails: "no such file"},

		{input: "role-chaining", name: "from what the job has", with: the("region").and(inputs{"role-chaining": "true", "role-to-assume": "arn:aws:iam::111111111111:role/second"}), env: session, oidc: true, want: []string{"asked sts AssumeRole reader → second"}, not: []string{"asked oidc"}},
		{input: "role-chaining", name: "without a role", with: the("region").and(inputs{"role-chaining": "true"}), env: session, want: []string{"asked sts GetCallerIdentity reader", "env AWS_REGION=eu-west-1"}, not: []string{"env AWS_ACCESS_KEY_ID"}},

		{input: "audience", name: "another", with: the("oidc").and(inputs{"audience": "example", "role-to-assume": "arn:aws:iam::111111111111:role/other-audience"}), oidc: true, want: []string{"asked oidc token audience=example", "→ other-audience"}},
		{input: "audience", name: "is no variable", with: the("oidc"), env: []string{"AUDIENCE=example"}, oidc: true, want: []string{"asked oidc token audience=sts.amazonaws.com"}},

		{input: "mask-aws-account-id", name: "true", with: the("role").and(inputs{"mask-aws-account-id": "true"}), want: []string{"mask 111111111111", "mask arn:aws:sts::111111111111:assumed-role/reader/GitHubActions", "hop 1/1   arn:aws:iam::********:role/reader"}, not: []string{"hop 1/1   arn:aws:iam::111111111111"}},
		{input: "mask-aws-account-id", name: "the account of the keys", with: the("role").and(inputs{"mask-aws-account-id": "true", "role-to-assume": deployerARN}), want: []string{"mask 222222222222", "mask 111111111111", "mask arn:aws:iam::111111111111:user/ci"}},
		{input: "mask-aws-account-id", name: "true, and refused", with: the("role").and(inputs{"mask-aws-account-id": "true", "role-to-assume": githubARN}), fails: "access denied", not: []string{"error: assuming role 1 of 1, arn:aws:iam::1"}},
		{input: "mask-aws-account-id", name: "false", with: the("role").and(inputs{"mask-aws-account-id": "false"}), not: []string{"mask 111111111111"}},

		{input: "role-duration-seconds", name: "given", with: the("role").and(inputs{"role-duration-seconds": "1800"}), want: []string{"DurationSeconds=1800"}},
		{input: "role-duration-seconds", name: "not given", with: the("role"), want: []string{"DurationSeconds=3600"}},
		{input: "role-duration-seconds", name: "no number", with: the("role").and(inputs{"role-duration-seconds": "long"}), fails: `duration "long"`},
		{input: "role-duration-seconds", name: "0", with: the("role").and(inputs{"role-duration-seconds": "0"}), want: []string{"DurationSeconds=3600"}},
		{input: "role-duration-seconds", name: "without a role", with: the("keys").and(inputs{"role-duration-seconds": "1800"}), want: []string{"role-duration-seconds of configure-aws-credentials is ignored"}},
		{input: "role-external-id", name: "with a comma", with: the("role").and(inputs{"role-to-assume": "arn:aws:iam::111111111111:role/careful", "role-external-id": "shake,hands"}), want: []string{"ExternalId=shake,hands"}},
		{input: "role-external-id", name: "with GitHub's token", with: the("oidc").and(inputs{"role-external-id": "shake"}), oidc: true, want: []string{"role-external-id of configure-aws-credentials is ignored"}, not: []string{"ExternalId"}},
		{input: "role-session-name", name: "given", with: the("role").and(inputs{"role-session-name": "build-7"}), want: []string{"RoleSessionName=build-7"}},
		{input: "role-session-name", name: "wrong", with: the("role").and(inputs{"role-session-name": "build 7"}), fails: `role-session-name "build 7"`},
		{input: "role-skip-session-tagging", name: "true", with: the("role").and(inputs{"role-skip-session-tagging": "true", "custom-tags": `{"Team":"a"}`}), want: []string{"RoleSessionName=GitHubActions\n", "custom-tags of configure-aws-credentials is ignored"}},
		{input: "role-skip-session-tagging", name: "false", with: the("role").and(inputs{"role-skip-session-tagging": "false"}), want: []string{jobTags + "\n"}},
		{input: "transitive-tag-keys", name: "one of them", with: the("role").and(inputs{"transitive-tag-keys": "Repository\nJob\nnone"}), want: []string{"TransitiveTagKeys.member.1=Repository", "TransitiveTagKeys.member.2=Job", `transitive-tag-keys of configure-aws-credentials is ignored: no tag has the key "none"`}},
		{input: "transitive-tag-keys", name: "none", with: the("role").and(inputs{"transitive-tag-keys": "none"}), not: []string{"TransitiveTagKeys"}},
		{input: "transitive-tag-keys", name: "parted by a comma", with: the("role").and(inputs{"transitive-tag-keys": "Repository,Job"}), want: []string{`no tag has the key "Repository,Job"`}, not: []string{"TransitiveTagKeys"}},

		{input: "inline-session-policy", name: "given", with: the("role").and(inputs{"inline-session-policy": `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`}), want: []string{`Policy={"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*","Resource":"*"}]}`}},
		{input: "inline-session-policy", name: "with GitHub's token", with: the("oidc").and(inputs{"inline-session-policy": `{"Version":"2012-10-17","Statement":[]}`}), oidc: true, want: []string{`Policy={"Version":"2012-10-17","Statement":[]}`}},
		{input: "managed-session-policies", name: "two", with: the("role").and(inputs{"managed-session-policies": "arn:aws:iam::aws:policy/ReadOnlyAccess\narn:aws:iam::aws:policy/ViewOnlyAccess\n"}), want: []string{"PolicyArns.member.1.arn=arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyArns.member.2.arn=arn:aws:iam::aws:policy/ViewOnlyAccess"}},

		{input: "output-credentials", name: "true", with: the("role").and(inputs{"output-credentials": "true"}), want: []string{"output aws-access-key-id=ASIA", "output aws-secret-access-key=SECRET", "output aws-session-token=SECRET", `output aws-expiration="TIME.000Z"`, "env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "output-env-credentials", name: "false", with: the("role").and(inputs{"output-env-credentials": "false", "output-credentials": "true"}), want: []string{"output aws-secret-access-key=SECRET", "output aws-account-id=111111111111"}, not: []string{"env AWS"}},
		{input: "output-env-credentials", name: "no word", with: the("role").and(inputs{"output-env-credentials": "perhaps"}), fails: `output-env-credentials "perhaps": write true or false`},

		{input: "unset-current-credentials", name: "with a role", with: the("agent").and(inputs{"unset-current-credentials": "true"}), env: staleKeys, want: []string{"asked sts AssumeRole agent → reader"}},
		{input: "unset-current-credentials", name: "without", with: the("region").and(inputs{"unset-current-credentials": "true"}), env: staleKeys, want: []string{"asked sts GetCallerIdentity agent", "env AWS_ACCESS_KEY_ID=\n", "env AWS_SECRET_ACCESS_KEY=\n"}},
		{input: "unset-current-credentials", name: "for a profile only", with: the("role").and(inputs{"unset-current-credentials": "true", "aws-profile": "build"}), want: []string{"unset-current-credentials of configure-aws-credentials is ignored"}},

		{input: "disable-retry", name: "true", with: the("role").and(inputs{"disable-retry": "true"}), fault: "sts:AssumeRole=throttle*3", fails: "Throttling"},
		{input: "disable-retry", name: "true, with the patience of the SDK", with: the("role").and(inputs{"disable-retry": "true"}), fault: "sts:AssumeRole=throttle*2", want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "disable-retry", name: "not given", with: the("role"), fault: "sts:AssumeRole=throttle*3", want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "retry-max-attempts", name: "enough", with: the("role").and(inputs{"retry-max-attempts": "2"}), fault: "sts:AssumeRole=throttle*5", want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "retry-max-attempts", name: "too few", with: the("role").and(inputs{"retry-max-attempts": "1"}), fault: "sts:AssumeRole=throttle*3", fails: "Throttling"},
		{input: "retry-max-attempts", name: "many", with: the("role").and(inputs{"retry-max-attempts": "100"}), want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "retry-max-attempts", name: "0", with: the("role").and(inputs{"retry-max-attempts": "0"}), fault: "sts:AssumeRole=throttle*3", want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "retry-max-attempts", name: "no number", with: the("role").and(inputs{"retry-max-attempts": "some"}), fails: `retry-max-attempts "some"`},
		{input: "action-timeout-s", name: "over", with: the("role").and(inputs{"action-timeout-s": "1"}), fault: "sts:AssumeRole=slow:9s", fails: "gave up after 1s"},
		{input: "action-timeout-s", name: "0", with: the("role").and(inputs{"action-timeout-s": "0"}), want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "special-characters-workaround", name: "true", with: the("role").and(inputs{"special-characters-workaround": "true"}), plain: true, want: []string{"asked sts AssumeRole ci → reader", "again     asked"}},
		{input: "special-characters-workaround", name: "without a role", with: the("keys").and(inputs{"special-characters-workaround": "true"}), want: []string{"special-characters-workaround of configure-aws-credentials is ignored"}},

		{input: "use-existing-credentials", name: "valid ones", with: the("oidc").and(inputs{"use-existing-credentials": "true"}), env: userKeys, oidc: true, want: []string{"asked sts GetCallerIdentity ci", "env AWS_REGION=eu-west-1", "output aws-account-id=111111111111"}, not: []string{"AssumeRole", "env AWS_ACCESS_KEY_ID"}},
		{input: "use-existing-credentials", name: "no valid ones", with: the("oidc").and(inputs{"use-existing-credentials": "true"}), env: staleKeys, oidc: true, want: []string{"asked sts AssumeRoleWithWebIdentity", "env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "use-existing-credentials", name: "false", with: the("oidc").and(inputs{"use-existing-credentials": "false"}), env: userKeys, oidc: true, want: []string{"asked sts AssumeRoleWithWebIdentity", "env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "use-existing-credentials", name: "of another account", with: the("oidc").and(inputs{"use-existing-credentials": "true", "allowed-account-ids": "222222222222"}), env: userKeys, oidc: true, fails: "allowed-account-ids has 222222222222 only"},

		{input: "allowed-account-ids", name: "the right one", with: the("role").and(inputs{"allowed-account-ids": "222222222222, 111111111111"}), want: []string{"env AWS_ACCESS_KEY_ID=ASIA"}},
		{input: "allowed-account-ids", name: "another", with: the("role").and(inputs{"allowed-account-ids": "222222222222"}), fails: "is in account 111111111111"},
		{input: "allowed-account-ids", name: "a comma too many", with: the("role").and(inputs{"allowed-account-ids": ",222222222222"}), fails: "is in account 111111111111"},
		{input: "allowed-account-ids", name: "of what the job has", with: the("region").and(inputs{"allowed-account-ids": "222222222222"}), fails: "is in account 111111111111"},

		{input: "force-skip-oidc", name: "true", with: the("agent").and(inputs{"force-skip-oidc": "true"}), oidc: true, want: []string{"asked sts AssumeRole agent → reader"}, not: []string{"asked oidc"}},
		{input: "http-proxy", name: "not there", with: the("role").and(inputs{"http-proxy": "http://127.0.0.1:9", "sts-endpoint": "http://sts.example.test", "disable-retry": "true"}), fails: "connection refused"},
		{input: "no-proxy", name: "given", with: the("role").and(inputs{"http-proxy": "http://127.0.0.1:9", "no-proxy": ".example.test", "sts-endpoint": "http://sts.example.test", "disable-retry": "true"}), fails: "sts.example.test", not: []string{"connection refused"}},
		{input: "custom-tags", name: "of all kinds", with: the("role").and(inputs{"custom-tags": `{"Team": "a b", "n": 1.0, "big": 1e21, "on": true}`}), want: []string{"Team:a b", " n:1", " big:1e+21", " on:true", "GitHub:Actions"}},
		{input: "custom-tags", name: "no object", with: the("role").and(inputs{"custom-tags": `["a"]`}), fails: "takes a JSON object"},
		{input: "custom-tags", name: "of a list", with: the("role").and(inputs{"custom-tags": `{"Team": ["a"]}`}), fails: `custom-tags "Team"`},
		{input: "custom-tags", name: "in place of a fact", with: the("role").and(inputs{"custom-tags": `{"BaseRef": "main"}`}), fails: `custom-tags "BaseRef"`},
		{input: "custom-tags", name: "with GitHub's token", with: the("oidc").and(inputs{"custom-tags": `{"Team": "a"}`}), oidc: true, want: []string{"custom-tags of configure-aws-credentials is ignored"}, not: []string{"Team:a"}},
		{input: "custom-tags", name: "too large together", with: the("role").and(inputs{"custom-tags": `{"Team": "a"}`}), fault: "sts:AssumeRole=code:PackedPolicyTooLarge*4", want: []string{"Commit:0123456789abcdef0123456789abcdef01234567 GitHub:Actions Repository:octo-org/octo-repo Team:a Workflow:build _ deploy _prod_\n", "RunId left out"}},
		{input: "sts-endpoint", name: "given", with: the("role").and(inputs{"sts-endpoint": "$STS"}), env: []string{"AWS_ENDPOINT_URL_STS=http://127.0.0.1:9"}, want: []string{"asked sts AssumeRole ci → reader"}},
	}
}
