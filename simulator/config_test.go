package simulator_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

func TestWrongConfigurationsAreExplained(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"regoin: eu-west-1":                                                     `unknown field "regoin"`,
		"region: Ireland":                                                       `region "Ireland": not a region's name`,
		"instance-id: box":                                                      `instance-id "box": not an instance's ID`,
		"github: {event: Pull Request}":                                         `github: event "Pull Request": not an event's name`,
		"github: {owner-id: octo-org}":                                          `github: owner-id "octo-org": not a number`,
		"github: {immutable: true, owner-id: 1}":                                "github: immutable needs owner-id and repository-id, and repository-id is missing",
		"accounts: {\"123\": {}}":                                               `account "123": not 12 digits in quotes`,
		"accounts: {012345670123: {}}":                                          `not 12 digits in quotes`,
		"instance-role: arn:aws:iam::1:role/nobody":                             `instance-role "arn:aws:iam::1:role/nobody": no such role among the accounts`,
		"container-role: agent":                                                 `container-role "agent": no such role among the accounts`,
		role("max-session-duration: 13h"):                                       "max-session-duration must be 1h to 12h, not 13h0m0s",
		role("max-session-duration: 3600"):                                      "[1:63] cannot unmarshal uint64",
		role("path: team"):                                                      `path "team" must begin and end in a slash`,
		role("trust: [{}]"):                                                     "a trust has one of principal, service and web-identity",
		role("trust: [{principal: '*', service: x}]"):                           "a trust has one of principal, service and web-identity",
		role("trust: [{principal: agent}]"):                                     `principal "agent" is no ARN, no account ID in quotes and not *`,
		role("trust: [{service: x, external-id: y}]"):                           "an external-id goes with a principal only",
		role("trust: [{web-identity: {subject: x}}]"):                           "a web-identity needs issuer and audience",
		role("trusts: []"):                                                      `unknown field "trusts"`,
		role("trust: [{service: x, mfa: true}]"):                                "mfa and without go with a principal only",
		role("trust: [{service: x, without: ['sts:TagSession']}]"):              "mfa and without go with a principal only",
		role("trust: [{principal: '*', without: ['ecr:*']}]"):                   `without "ecr:*": must be sts:TagSession or sts:SetSourceIdentity`,
		user("access-key-id: AKIA"):                                             "access-key-id and secret-access-key go together",
		user("root: true, allow: []"):                                           "a root user takes neither allow nor mfa nor policies",
		user("mfa: {serial: x, code: '123456'}"):                                `mfa serial "x" is neither an ARN of a device of the account nor a number`,
		user("mfa: {serial: 'arn:aws:iam::2:mfa/ci', code: '123456'}"):          `mfa serial "arn:aws:iam::2:mfa/ci" is neither`,
		user("mfa: {serial: GAHT12345678, code: 012345}"):                       "mfa code must be six digits in quotes",
		repositories("ireland: {}"):                                             `repositories of 111111111111 in "ireland": not a region's name`,
		repositories("eu-west-1: {App: {}}"):                                    `repository "App" of 111111111111: not a repository's name`,
		repositories("eu-west-1: {app: {tag-mutability: SOLID}}"):               "tag mutability must be MUTABLE, IMMUTABLE",
		repositories("eu-west-1: {app: {tag-exclusions: [x]}}"):                 "tag exclusions go with MUTABLE_WITH_EXCLUSION and IMMUTABLE_WITH_EXCLUSION only",
		repositories("eu-west-1: {app: {shared-with: ['x']}}"):                  `shared-with "x": not 12 digits in quotes`,
		"accounts: {\"111111111111\": {public: {app: {}}}}":                     `repository "app" of 111111111111: a public one begins with its registry's alias`,
		account("oidc-providers: [{issuer: oidc.example.com, audiences: [a]}]"): `oidc-providers of 111111111111: issuer "oidc.example.com" is no https URL without a query`,
		account("oidc-providers: [{issuer: 'https://oidc.example.com'}]"):       "an OIDC provider needs audiences, and none may be empty",
		"region: [": "",
	} {
		_, err := simulator.ParseConfig([]byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\ngot  %v\nwant %s", text, err, want)
		}
	}
}

func role(text string) string {
	return "accounts: {\"111111111111\": {roles: {r: {" + text + "}}}}"
}

func repositories(text string) string {
	return "accounts: {\"111111111111\": {repositories: {" + text + "}}}"
}

func account(text string) string { return "accounts: {\"111111111111\": {" + text + "}}" }

func user(text string) string {
	return "accounts: {\"111111111111\": {users: {ci: {" + text + "}}}}"
}

func TestAllFaultsOfAConfigurationAreToldAtOnce(t *testing.T) {
	t.Parallel()
	_, err := simulator.ParseConfig([]byte("region: Ireland\ninstance-id: box"))
	if err == nil || !strings.Contains(err.Error(), "region") || !strings.Contains(err.Error(), "instance-id") {
		t.Errorf("got %v", err)
	}
}

func TestStaticKeysMayBeFixed(t *testing.T) {
	t.Parallel()
	w := configured(t, `accounts: {"111111111111": {users: {ci: {access-key-id: AKIAEXAMPLEEXAMPLE00, secret-access-key: very-secret}}}}`)
	id, secret := w.StaticKeys("111111111111/ci")
	if id != "AKIAEXAMPLEEXAMPLE00" || secret != "very-secret" {
		t.Error(id, secret)
	}
	if fromSTS, _ := w.both(w.user("ci")); fromSTS != nil {
		t.Error(fromSTS)
	}
	if w.UserEnv("nobody") != nil {
		t.Error("an unknown user has keys")
	}
}

func TestAllowTellsNothingFromEverything(t *testing.T) {
	t.Parallel()
	config, err := simulator.ParseConfig([]byte("accounts:\n  '111111111111':\n    users:\n      all: {}\n      none: {allow: []}\n" +
		"      some:\n        allow:\n          - sts:AssumeRole\n          - ecr:*\n"))
	if err != nil {
		t.Fatal(err)
	}
	users := config.Accounts["111111111111"].Users
	if users["all"].Allow != nil || users["none"].Allow == nil || len(users["some"].Allow) != 2 {
		t.Errorf("got %+v", users)
	}
}

func TestTheBuiltInConfigurationIsTheDefault(t *testing.T) {
	t.Parallel()
	config, err := simulator.ParseConfig([]byte(simulator.BuiltIn()))
	if err != nil {
		t.Fatal(err)
	}
	if config.Accounts["222222222222"].Roles["deployer"].Trust[0].ExternalID != "secret-handshake" {
		t.Error("deployer does not ask for its external ID")
	}
}

func TestOneConfigurationServesSeveralSimulators(t *testing.T) {
	t.Parallel()
	config, err := simulator.ParseConfig([]byte(simulator.BuiltIn()))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		t.Run(strconv.Itoa(i), func(t *testing.T) {
			t.Parallel()
			w := start(t, simulator.Options{Config: config})
			w.assume(w.user("ci"), readerRole, "")
		})
	}
}
