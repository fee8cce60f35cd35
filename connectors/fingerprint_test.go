package connectors_test

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// caller is a run of a connector on a machine.
type caller struct {
	settings settings
	env      env
	config   string
	boot     string
	session  string
	job      variables.Job
}

const secretOfTests = "hushhushhushhushhushhushhushhushhushhush"

// fingerprint is that of the caller's connector. Home is the directory of its
// AWS files.
func (c caller) fingerprint(t *testing.T, home string) (string, bool) {
	t.Helper()
	if c.config != "" {
		path := filepath.Join(home, ".aws", "config")
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(c.config), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	values, faults := variables.Fill(connectors.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
		text, ok := c.settings[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: "--" + name}, ok
	})
	machine := connectors.Machine{
		Lookup:      func(name string) (string, bool) { text, ok := c.env[name]; return text, ok },
		Home:        home,
		SessionName: c.session,
		Job:         c.job,
		Boot:        func() string { return c.boot },
	}
	connector, more := connectors.New(values, machine, connectors.NewNetwork(machine.Lookup, 0, quiet()))
	if faults = faults.And(more); len(faults) > 0 {
		t.Fatal(faults)
	}
	text, known := connector.Fingerprint(t.Context())
	if strings.Contains(text, "hush") {
		t.Errorf("the fingerprint holds a secret: %s", text)
	}
	return text, known
}

// tokenOf is a token that says so.
func tokenOf(payload string) string {
	return "e30." + base64.RawURLEncoding.EncodeToString([]byte(payload)) + ".c2lnbmF0dXJl"
}

func keysOf(id, secret string) env {
	return env{"AWS_ACCESS_KEY_ID": id, "AWS_SECRET_ACCESS_KEY": secret}
}

const (
	idA = "AKIAIOSFODNN7EXAMPLE"
	idB = "AKIAIOSFODNN7EXAMPLF"
)

// TestOtherCallersHaveOtherFingerprints: all callers of a row are others to
// AWS.
func TestOtherCallersHaveOtherFingerprints(t *testing.T) {
	t.Parallel()
	roleWith := func(name, text string) settings {
		return settings{"source": "instance", "role-arn": deployer, name: text}
	}
	tagged := func(repository string) caller {
		return caller{boot: "one", settings: roleWith("session-tags", "repository"), job: variables.Job{Repository: repository}}
	}
	container := func(path, token string) caller {
		return caller{boot: "one", settings: settings{"source": "container"}, env: env{"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://169.254.170.23" + path, "AWS_CONTAINER_AUTHORIZATION_TOKEN": token}}
	}
	identity := func(payload string) caller {
		return caller{settings: settings{"role-arn": deployer, "web-identity-token": tokenOf(payload)}}
	}
	gitHub := func(job, bearer string) caller {
		return caller{settings: settings{"source": "web-identity", "role-arn": deployer}, env: env{"GITHUB_ACTIONS": "true", "ACTIONS_ID_TOKEN_REQUEST_URL": "https://example.com/" + job, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": bearer}}
	}
	profile := func(config string) caller {
		return caller{boot: "one", settings: settings{"profile": "p"}, config: config}
	}
	inProfile := "[profile p]\naws_access_key_id = " + idA + "\naws_secret_access_key = " + secretOfTests + "\n"
	for name, row := range map[string][]caller{
		"keys of the environment": {
			{env: keysOf(idA, secretOfTests)},
			{env: keysOf(idB, secretOfTests)},
			{env: keysOf(idA, secretOfTests+"1")},
			{env: env{"AWS_ACCESS_KEY_ID": idA, "AWS_SECRET_ACCESS_KEY": secretOfTests, "AWS_SESSION_TOKEN": "hush"}},
		},
		"static keys": {
			{settings: settings{"access-key-id": idA, "secret-access-key": secretOfTests}},
			{settings: settings{"access-key-id": idB, "secret-access-key": secretOfTests}},
			{settings: settings{"access-key-id": idA, "secret-access-key": secretOfTests + "1"}},
			{settings: settings{"access-key-id": idA, "secret-access-key": secretOfTests, "session-token": "hush"}},
		},
		"roles": {
			{boot: "one", settings: settings{"source": "instance"}},
			{boot: "one", settings: roleWith("role-arn", deployer)},
			{boot: "one", settings: roleWith("role-arn", pusher)},
			{boot: "one", settings: roleWith("role-arn", deployer+","+pusher)},
			{boot: "one", settings: roleWith("external-id", "one")},
			{boot: "one", settings: roleWith("external-id", "two")},
			{boot: "one", settings: roleWith("policy", `{"Version":"2012-10-17","Statement":[]}`)},
			{boot: "one", settings: roleWith("policy-arns", "arn:aws:iam::aws:policy/ReadOnlyAccess")},
			{boot: "one", settings: roleWith("source-identity", "me")},
			{boot: "one", settings: roleWith("custom-tags", "a b=c")},
			{boot: "one", settings: roleWith("custom-tags", "a=b c")},
			{boot: "one", settings: roleWith("role-session-name", "one")},
			{boot: "one", session: "build-7", settings: roleWith("role-arn", deployer)},
			{boot: "one", settings: roleWith("duration", "15m")},
			{boot: "one", settings: roleWith("allowed-account-ids", "222222222222")},
		},
		"jobs that name themselves": {tagged("a/one"), tagged("a/two")},
		"machines":                  {{boot: "one", settings: settings{"source": "instance"}}, {boot: "two", settings: settings{"source": "instance"}}, {boot: "one", settings: settings{"source": "instance"}, env: env{"AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"}}},
		"services":                  {{env: keysOf(idA, secretOfTests)}, {env: env{"AWS_ACCESS_KEY_ID": idA, "AWS_SECRET_ACCESS_KEY": secretOfTests, "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:1"}}},
		"containers": {
			container("/v1/credentials", "hush-1"), container("/v1/credentials", "hush-2"), container("/v2/credentials", "hush-1"),
			container("/v1/credentials", tokenOf(`{"iss":"i","sub":"system:serviceaccount:a:x"}`)), container("/v1/credentials", tokenOf(`{"iss":"i","sub":"system:serviceaccount:b:x"}`)),
		},
		"web identities": {
			identity(`{"iss":"i","sub":"one","aud":"a"}`), identity(`{"iss":"i","sub":"two","aud":"a"}`), identity(`{"iss":"j","sub":"one","aud":"a"}`), identity(`{"iss":"i","sub":"one","aud":"b"}`),
			identity(`{"iss":"i","sub":"one","aud":"a","https://aws.amazon.com/tags":{"principal_tags":{"Team":["x"]}}}`), identity(`{"no":"issuer"}`), identity(`{"no":"subject"}`),
		},
		"jobs of GitHub": {gitHub("one", "hush-1"), gitHub("two", "hush-1"), gitHub("one", "hush-2")},
		"profiles": {
			profile(inProfile), profile(strings.Replace(inProfile, idA, idB, 1)), profile(strings.Replace(inProfile, secretOfTests, secretOfTests+"1", 1)),
			profile(inProfile + "[profile q]\nrole_arn = " + deployer + "\nsource_profile = p\n" + "[profile p2]\n"),
		},
		"MFA codes": {
			{settings: settings{"access-key-id": idA, "secret-access-key": secretOfTests, "role-arn": deployer, "mfa-serial": "arn:aws:iam::111111111111:mfa/x", "mfa-code": "123456"}},
			{settings: settings{"access-key-id": idA, "secret-access-key": secretOfTests, "role-arn": deployer, "mfa-serial": "arn:aws:iam::111111111111:mfa/x", "mfa-code": "123457"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[string]int{}
			for i, c := range row {
				if name == "profiles" && i == 3 {
					c.settings = settings{"profile": "q"}
				}
				text, known := c.fingerprint(t, t.TempDir())
				if !known {
					t.Errorf("caller %d: not known", i)
				}
				if before, twice := seen[text]; twice {
					t.Errorf("callers %d and %d have one fingerprint: %s", before, i, text)
				}
				seen[text] = i
				if again, _ := c.fingerprint(t, t.TempDir()); again != text {
					t.Errorf("caller %d: %s, then %s", i, text, again)
				}
			}
		})
	}
}

// TestOneCallerHasOneFingerprint, however the same is said. That is all that
// makes a cache worth having.
func TestOneCallerHasOneFingerprint(t *testing.T) {
	t.Parallel()
	identity := func(payload string) caller {
		return caller{settings: settings{"role-arn": deployer, "web-identity-token": tokenOf(payload)}}
	}
	for name, row := range map[string][]caller{
		"tokens of one bearer": {identity(`{"iss":"i","sub":"one","exp":1,"iat":1,"nbf":1,"jti":"x"}`), identity(`{"sub":"one","iss":"i","exp":2,"iat":2,"jti":"y"}`)},
		"auto and the source":  {{env: keysOf(idA, secretOfTests)}, {env: keysOf(idA, secretOfTests), settings: settings{"source": "environment"}}},
		"another profile's keys": {
			{settings: settings{"profile": "p"}, config: "[profile p]\naws_access_key_id = " + idA + "\naws_secret_access_key = " + secretOfTests},
			{settings: settings{"profile": "p"}, config: "[profile p]\naws_access_key_id = " + idA + "\naws_secret_access_key = " + secretOfTests + "\n[profile other]\naws_access_key_id = " + idB + "\naws_secret_access_key = " + secretOfTests},
		},
	} {
		first, _ := row[0].fingerprint(t, t.TempDir())
		for i, c := range row {
			if text, known := c.fingerprint(t, t.TempDir()); !known || text != first {
				t.Errorf("%s: caller %d has %s, %t, and not %s", name, i, text, known, first)
			}
		}
	}
}

// TestAutoTakesTheSourceThatIsAsked: the order is that of the search itself.
func TestAutoTakesTheSourceThatIsAsked(t *testing.T) {
	t.Parallel()
	everything := func() env {
		return env{
			"AWS_ACCESS_KEY_ID": idA, "AWS_SECRET_ACCESS_KEY": secretOfTests, "AWS_WEB_IDENTITY_TOKEN_FILE": "token", "AWS_ROLE_ARN": deployer,
			"AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/x", "AWS_PROFILE": "p",
		}
	}
	const config = "[profile p]\naws_access_key_id = " + idB + "\naws_secret_access_key = " + secretOfTests
	for _, c := range []struct {
		name, want string
		gone       []string
		known      bool
	}{
		{"the environment", `keys "` + idA, nil, true},
		{"half a pair", "", []string{"AWS_ACCESS_KEY_ID"}, false},
		{"a service account", `token {"iss":"i","sub":"s"}`, []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}, true},
		{"the profile", `keys "` + idB, []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE"}, true},
		{"the container", `on "one" container`, []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE"}, true},
		{"the instance", `on "one" instance`, []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_PROFILE", "AWS_CONTAINER_CREDENTIALS_FULL_URI"}, true},
	} {
		home, given := t.TempDir(), everything()
		given["AWS_WEB_IDENTITY_TOKEN_FILE"] = filepath.Join(home, "token")
		if err := os.WriteFile(given["AWS_WEB_IDENTITY_TOKEN_FILE"], []byte(tokenOf(`{"iss":"i","sub":"s"}`)), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, name := range c.gone {
			delete(given, name)
		}
		text, known := caller{env: given, config: config, boot: "one"}.fingerprint(t, home)
		if known != c.known || !strings.HasPrefix(text, c.want) {
			t.Errorf("%s: %s, %t", c.name, text, known)
		}
	}
}

// TestWhoCannotBeToldHasNoFingerprint, rather than somebody else's.
func TestWhoCannotBeToldHasNoFingerprint(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]caller{
		"a program":                        {boot: "one", settings: settings{"profile": "p"}, config: "[profile p]\ncredential_process = whoami"},
		"a sign-in":                        {boot: "one", settings: settings{"profile": "p"}, config: "[profile p]\nsso_account_id = 111111111111\nsso_role_name = x\nsso_region = eu-west-1\nsso_start_url = https://example.com"},
		"no such profile":                  {boot: "one", settings: settings{"profile": "q"}, config: "[profile p]\nregion = eu-west-1"},
		"an instance on no known machine":  {settings: settings{"source": "instance"}},
		"a container on no known machine":  {settings: settings{"source": "container"}, env: env{"AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/x"}},
		"no metadata":                      {boot: "one", env: env{"AWS_EC2_METADATA_DISABLED": "true"}},
		"no keys":                          {boot: "one", settings: settings{"source": "environment"}},
		"a token that is none":             {settings: settings{"role-arn": deployer, "web-identity-token": "hush"}},
		"a job that may not ask":           {settings: settings{"source": "web-identity", "role-arn": deployer}, env: env{"GITHUB_ACTIONS": "true"}},
		"a job of Buildkite without token": {settings: settings{"source": "web-identity", "role-arn": deployer}, env: env{"BUILDKITE": "true", "BUILDKITE_JOB_ID": "7"}},
		"an endpoint that is none":         {env: env{"AWS_ACCESS_KEY_ID": idA, "AWS_SECRET_ACCESS_KEY": secretOfTests, "AWS_ENDPOINT_URL": "nowhere"}},
	} {
		if text, known := c.fingerprint(t, t.TempDir()); known {
			t.Errorf("%s: %s", name, text)
		}
	}
}
