package profiles

import (
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/awsvars/awsvars/variables"
)

const (
	fakeKey    = "ASIAIOSFODNN7EXAMPLE"
	fakeSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
	fakeToken  = "IQoJb3JpZ2luX2VjEXAMPLE//+token=="
)

func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return path
}

// missing ends a test that needs something of the machine: quietly at home,
// as a failure in CI, where everything must have run.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s", what)
	}
	t.Skipf("no %s here", what)
}

// filesWith are files in a directory of the test's. An empty text is no file.
func filesWith(t testing.TB, config, credentials string) Files {
	t.Helper()
	dir := filepath.Join(t.TempDir(), ".aws")
	f := Files{Config: filepath.Join(dir, "config"), Credentials: filepath.Join(dir, "credentials")}
	f.fill(t, config, credentials)
	return f
}

func (f Files) fill(t testing.TB, config, credentials string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(f.Config), 0o700); err != nil {
		t.Fatal(err)
	}
	for path, text := range map[string]string{f.Config: config, f.Credentials: credentials} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func textOf(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	return string(content)
}

// holds compares both files byte for byte.
func (f Files) holds(t testing.TB, config, credentials string) {
	t.Helper()
	for path, want := range map[string]string{f.Config: config, f.Credentials: credentials} {
		if got := textOf(t, path); got != want {
			t.Errorf("%s holds\n%q, want\n%q", filepath.Base(path), got, want)
		}
	}
}

func keysOf(name, region string) Profile {
	return Profile{
		Name: name, AccessKeyID: fakeKey, SecretAccessKey: variables.NewSecret(fakeSecret), SessionToken: variables.NewSecret(fakeToken),
		Expires: time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC), Region: region,
	}
}

func processOf(name, region string) Profile {
	return Profile{Name: name, Process: variables.NewSecret("/opt/awsvars sts"), Region: region}
}

func write(t testing.TB, f Files, p Profile, overwrite bool) (undo func() error) {
	t.Helper()
	undo, err := f.Write(t.Context(), p, overwrite)
	if err != nil {
		t.Fatal(err)
	}
	return undo
}

// wantError checks the message as a user would read it.
func wantError(t testing.TB, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error; want one with %q", parts)
	}
	for _, part := range parts {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error lacks %q: %v", part, err)
		}
	}
	for _, secret := range []string{fakeSecret, fakeToken, "private"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error shows a secret: %v", err)
		}
	}
}

// sdkReads is false where the SDK has no such profile, refuses the files, or
// panics, as it does at a value of one quote.
func (f Files) sdkReads(t testing.TB, name string) (p config.SharedConfig, ok bool) {
	t.Helper()
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	p, err := config.LoadSharedConfigProfile(t.Context(), name, func(o *config.LoadSharedConfigOptions) {
		o.ConfigFiles = []string{f.Config}
		o.CredentialsFiles = []string{f.Credentials}
	})
	return p, err == nil
}

// gives checks that the SDK reads p, and nothing of credentials besides.
func (f Files) gives(t testing.TB, p Profile) {
	t.Helper()
	got, ok := f.sdkReads(t, p.Name)
	if !ok {
		t.Errorf("the SDK does not read profile %s", p.Name)
		return
	}
	want := config.SharedConfig{Region: p.Region, CredentialProcess: p.Process.Open()}
	want.Credentials.AccessKeyID, want.Credentials.SecretAccessKey, want.Credentials.SessionToken = p.AccessKeyID, p.SecretAccessKey.Open(), p.SessionToken.Open()
	if got.Credentials.AccessKeyID != want.Credentials.AccessKeyID || got.Credentials.SecretAccessKey != want.Credentials.SecretAccessKey ||
		got.Credentials.SessionToken != want.Credentials.SessionToken || got.CredentialProcess != want.CredentialProcess {
		t.Errorf("profile %s: the SDK reads other credentials", p.Name)
	}
	if got.RoleARN+got.SourceProfileName+got.CredentialSource+got.WebIdentityTokenFile+got.SSOSessionName+got.SSOAccountID+got.LoginSession != "" {
		t.Errorf("profile %s: something of an older profile counts", p.Name)
	}
	if p.Region != "" && got.Region != want.Region {
		t.Errorf("profile %s: region %q, want %q", p.Name, got.Region, want.Region)
	}
}
