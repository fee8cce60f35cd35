package connectors

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/google/go-cmp/cmp"
)

// pair are the two files, and a name for what they are about.
type pair struct{ name, config, credentials string }

// corpus is what people write. Our answers must be the SDK's.
var corpus = []pair{
	{"nothing", "", ""},
	{"default", "[default]\nregion = eu-west-1\n", "[default]\naws_access_key_id=AKIDONE\naws_secret_access_key=one+/=\n"},
	{"blanks and comments", "# c\n; c\n\n  # c\n[ default ] ; c\nregion = eu-west-1 # c\nexternal_id = a#b;c\nrole_arn = r\t; c\n", ""},
	{"profile prefix", "[deploy]\nregion = wrong\n[profile deploy]\nregion = right\n", "[profile deploy]\nregion = wrong\n"},
	{"profile default wins", "[profile default]\nregion = a\n[default]\nregion = b\nrole_arn = r\n", ""},
	{"tabs in a header", "[profile\t \tdeploy]\nregion = a\n", ""},
	{"a name with blanks", "[profile deploy] ;x\nregion = a\n[profile  deploy ]\nregion = b\n", ""},
	{"CRLF", "[default]\r\nregion = eu-west-1\r\nrole_arn = 'r'\r\n", "[default]\r\naws_access_key_id = AKID\r\naws_secret_access_key = s\r\naws_session_token = t\r\n"},
	{"keys in any case", "[default]\nREGION = a\nRole_Arn : r\n", ""},
	{"a colon", "[default]\nregion: eu-west-1\nendpoint_url = https://x:1/y=z\nrole_arn: arn:aws:iam::1:role/x\n", ""},
	{"quotes", "[default]\nregion = \"a\"\nexternal_id = 'b'\nrole_arn = \"c'\nmfa_serial = \"\"\n", ""},
	{"twice in one file", "[default]\nregion = a\nregion = b\n[profile deploy]\n[default]\nexternal_id = x\nregion = c\n", ""},
	{"credentials win", "[default]\nregion = a\nrole_arn = r\naws_access_key_id = A\naws_secret_access_key = a\n", "[default]\nregion = b\naws_access_key_id = B\naws_secret_access_key = b\naws_session_token = t\n"},
	{"endpoints of a profile in both files", "[default]\nendpoint_url = https://a\n", "[default]\nendpoint_url = https://b\nservices = s\nignore_configured_endpoint_urls = true\n"},
	{"endpoints of a profile in credentials", "", "[default]\nendpoint_url = https://b\nservices = s\n[services s]\nsts =\n  endpoint_url = https://c\n"},
	{"services", "[default]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = https://sts # c\necr = \n\tendpoint_url : 'https://ecr'\n\tother = 1\necr_public =\n  endpoint_url =\n", ""},
	{"services twice", "[default]\nservices = mine\n[services mine]\nsts =\n  endpoint_url = https://one\nsts =\n  max_attempts = 2\n", ""},
	{"no such services", "[default]\nservices = none\n", ""},
	{"indented properties", "[default]\n  region = a\n  role_arn = b # c\n", "[deploy]\n\taws_access_key_id = A\n\taws_secret_access_key = b\n"},
	{"indented header", "  [default]\nregion = a\n", ""},
	{"continuation", "[default]\nregion = a\n  b c\ncredential_process = run\n  more\n  and more\nexternal_id =\n  lost\n", ""},
	{"below nothing", "[default]\nregion =\n  nested = x\n", ""},
	{"before any section", "region = a\n  b\n[default]\nrole_arn = r\n", ""},
	{"flags", "[default]\nuse_fips_endpoint = TRUE\nuse_dualstack_endpoint = maybe\nignore_configured_endpoint_urls = False\n", ""},
	{"source profile", "[default]\nrole_arn = r\nsource_profile = deploy\n", "[deploy]\naws_access_key_id = A\naws_secret_access_key = b\n"},
	{"a profile that names itself", "[default]\nrole_arn = r\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = b\n", ""},
	{"keys before a further source", "[default]\nrole_arn = r\nsource_profile = deploy\n[profile deploy]\nrole_arn = q\nsource_profile = default\naws_access_key_id = A\naws_secret_access_key = b\n", ""},
	{"round to the keys", "[default]\nrole_arn = r\nsource_profile = deploy\naws_access_key_id = A\naws_secret_access_key = b\n[profile deploy]\nrole_arn = q\nsource_profile = default\n", ""},
	{"process", "[default]\ncredential_process = \"/opt/my tool\" --x ; c\nduration_seconds = 3600\n", ""},
	{"web identity", "[default]\nrole_arn = r\nweb_identity_token_file = /t\nrole_session_name = s\nduration_seconds = x\n", ""},
	{"sso", "[default]\nsso_session = mine\nsso_account_id = 1\nsso_role_name = r\n[sso-session mine]\nsso_region = a\nsso_start_url = https://x\n", ""},
	{"login", "[default]\nlogin_session = arn\nregion = a\n", ""},
}

func TestFilesMeanWhatTheyMeanToTheSDK(t *testing.T) {
	t.Parallel()
	for _, c := range corpus {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if !compareWithSDK(t, c) && c.name != "nothing" {
				t.Error("nothing was compared: one of both did not take the files")
			}
		})
	}
}

func FuzzFilesMeanWhatTheyMeanToTheSDK(f *testing.F) {
	for _, c := range corpus {
		f.Add(c.config, c.credentials)
	}
	f.Fuzz(func(t *testing.T, config, credentials string) {
		compareWithSDK(t, pair{"fuzzed", config, credentials})
	})
}

// compareWithSDK tells whether both sides took a profile of the files.
func compareWithSDK(t *testing.T, c pair) (compared bool) {
	t.Helper()
	dir := t.TempDir()
	at := map[string]string{"AWS_CONFIG_FILE": filepath.Join(dir, "config"), "AWS_SHARED_CREDENTIALS_FILE": filepath.Join(dir, "credentials")}
	for path, text := range map[string]string{at["AWS_CONFIG_FILE"]: c.config, at["AWS_SHARED_CREDENTIALS_FILE"]: c.credentials} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	connector := &Connector{source: sourceProfile, machine: Machine{Lookup: func(name string) (string, bool) { text, ok := at[name]; return text, ok }}}
	shared, err := connector.readShared()
	if err != nil {
		// The SDK skips lines that make no sense.
		return false
	}
	for _, name := range []string{"default", "deploy"} {
		theirs, ok := sdkProfile(t, name, at)
		ours, found := shared.profile(name)
		if !ok || !found {
			if ok != found && !sdkRefuses(t, name, at) && !strings.HasPrefix(c.config+c.credentials, "\ufeff") {
				t.Errorf("profile %s: found %v, the SDK %v", name, found, ok)
			}
			continue
		}
		if _, err := ours.hasKeys(); err != nil {
			continue
		}
		compared = true
		if diff := cmp.Diff(seenBySDK(theirs), seenByUs(ours, theirs)); diff != "" {
			t.Errorf("profile %s (-SDK +ours):\n%s", name, diff)
		}
		comparePlans(t, connector, shared, name, theirs)
	}
	return compared
}

// sdkProfile is false where the SDK has no such profile, refuses the files, or
// panics, as it does at a value of one quote.
func sdkProfile(t *testing.T, name string, at map[string]string) (p config.SharedConfig, ok bool) {
	t.Helper()
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	p, err := loadBySDK(t, name, at)
	return p, err == nil
}

func sdkRefuses(t *testing.T, name string, at map[string]string) (refuses bool) {
	t.Helper()
	defer func() { refuses = refuses || recover() != nil }()
	_, err := loadBySDK(t, name, at)
	_, missing := err.(config.SharedConfigProfileNotExistError)
	return err != nil && !missing
}

func loadBySDK(t *testing.T, name string, at map[string]string) (config.SharedConfig, error) {
	t.Helper()
	return config.LoadSharedConfigProfile(t.Context(), name, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles = []string{at["AWS_CONFIG_FILE"]}
		o.CredentialsFiles = []string{at["AWS_SHARED_CREDENTIALS_FILE"]}
	})
}

func seenBySDK(p config.SharedConfig) map[string]string {
	seen := map[string]string{
		"region": p.Region, roleKey: p.RoleARN, externalIDKey: p.ExternalID, sessionNameKey: p.RoleSessionName, mfaKey: p.MFASerial,
		sourceProfileKey: p.SourceProfileName, credentialSourceKey: p.CredentialSource, processKey: p.CredentialProcess,
		webIdentityKey: p.WebIdentityTokenFile, loginKey: p.LoginSession, endpointKey: p.BaseEndpoint,
		"sso_session": p.SSOSessionName, "sso_account_id": p.SSOAccountID,
		accessKeyIDKey: p.Credentials.AccessKeyID, secretAccessKeyKey: p.Credentials.SecretAccessKey, sessionTokenKey: p.Credentials.SessionToken,
	}
	for _, service := range []string{"sts", "ecr", "ecr_public"} {
		seen[service] = p.Services.ServiceValues[service][endpointKey]
	}
	ignore := p.IgnoreConfiguredEndpoints
	seen["ignore"] = strconv.FormatBool(ignore != nil && *ignore) + strconv.FormatBool(ignore != nil)
	seen["fips"], seen["dual"] = strconv.Itoa(int(p.UseFIPSEndpoint)), strconv.Itoa(int(p.UseDualStackEndpoint))
	if d := p.RoleDurationSeconds; d != nil && *d > 0 {
		seen[durationKey] = strconv.Itoa(int(*d / time.Second))
	}
	return seen
}

// seenByUs leaves out what the SDK forgets once a source_profile is there, and
// what differs on purpose: a token without keys, or with keys of the other
// file, and durations that are no decimal number.
func seenByUs(p profile, theirs config.SharedConfig) map[string]string {
	seen := map[string]string{}
	for key := range seenBySDK(config.SharedConfig{}) {
		seen[key] = p.text(key)
	}
	for _, service := range []string{"sts", "ecr", "ecr_public"} {
		seen[service] = p.services[service].endpoint
	}
	k := p.keys()
	seen[secretAccessKeyKey], seen[sessionTokenKey], seen[processKey] = k.secret.Open(), k.token.Open(), p.section[processKey].secret.Open()
	if k.id == "" || k.token.Empty() {
		seen[sessionTokenKey] = theirs.Credentials.SessionToken
	}
	if theirs.SourceProfileName != "" {
		seen["sso_account_id"] = ""
		seen[accessKeyIDKey], seen[secretAccessKeyKey], seen[sessionTokenKey] = "", "", ""
	}
	on, found := p.flag(ignoreEndpointsKey)
	seen["ignore"] = strconv.FormatBool(on) + strconv.FormatBool(found)
	seen["fips"], seen["dual"] = state(p.flag("use_fips_endpoint")), state(p.flag("use_dualstack_endpoint"))
	if d := theirs.RoleDurationSeconds; d != nil && *d > 0 {
		seen[durationKey] = strconv.Itoa(int(*d / time.Second))
		if n, err := strconv.Atoi(p.text(durationKey)); err == nil && p.text(durationKey)[0] != '0' {
			seen[durationKey] = strconv.Itoa(n)
		}
	}
	return seen
}

func state(on, found bool) string {
	switch {
	case on:
		return "1"
	case found:
		return "2"
	}
	return "0"
}

// comparePlans: where both get through, they pass the same profiles.
func comparePlans(t *testing.T, c *Connector, shared sharedFiles, name string, theirs config.SharedConfig) {
	t.Helper()
	plan, err := c.planProfile(shared, name)
	if err != nil {
		// It checks more than the SDK does: ARNs, durations, MFA.
		return
	}
	var path []string
	for p := &theirs; p != nil; p = p.Source {
		path = append(path, p.Profile)
	}
	if diff := cmp.Diff(path, plan.path); diff != "" {
		t.Errorf("profile %s: another path (-SDK +ours):\n%s", name, diff)
	}
}
