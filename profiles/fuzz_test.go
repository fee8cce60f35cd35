package profiles

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/google/go-cmp/cmp"
)

// FuzzEdit writes a profile into files with any content, takes it back, writes
// it again and removes it.
func FuzzEdit(f *testing.F) {
	for i, e := range edits {
		f.Add(e.before, e.before, "deploy", i%2 == 0, i%3 == 0)
	}
	for _, k := range kinds {
		f.Add(k.config, k.credentials, k.profile.Name, k.profile.Process.Empty(), k.overwrite)
	}
	f.Add("[profile a]\nrole_arn = x\nsource_profile = b\n[profile b]\naws_access_key_id = A\naws_secret_access_key = B", "[b]\nx = y", "a", false, true)
	f.Fuzz(func(t *testing.T, config, credentials, name string, keys, overwrite bool) {
		if CheckName(name) != nil || max(len(config), len(credentials)) > 1<<15 {
			return
		}
		p := processOf(name, "eu-west-1")
		if keys {
			p = keysOf(name, "eu-west-1")
		}
		edited(t, filesWith(t, config, credentials), config, credentials, p, overwrite)
	})
}

func edited(t *testing.T, f Files, config, credentials string, p Profile, overwrite bool) {
	t.Helper()
	others := f.others(t, p.Name)
	checked := f.Check(p, overwrite)
	undo, err := f.Write(t.Context(), p, overwrite)
	if fmt.Sprint(checked) != fmt.Sprint(err) {
		t.Errorf("Check says %v, Write %v", checked, err)
	}
	if err != nil {
		f.holds(t, config, credentials)
		return
	}
	if !strings.Contains(strings.ReplaceAll(textOf(t, f.Config), "\r", ""), strings.Join(p.inConfig(), "\n")) {
		// A section of somebody else stays.
		p.Region = ""
	}
	f.gives(t, p)
	if diff := cmp.Diff(others, f.others(t, p.Name)); diff != "" {
		t.Errorf("other profiles changed (-before +after):\n%s", diff)
	}
	f.keeps(t, p, config, credentials)

	written, also := textOf(t, f.Config), textOf(t, f.Credentials)
	p.Region = "eu-west-1"
	again := write(t, f, p, false)
	f.holds(t, written, also)
	if err := again(); err != nil {
		t.Error(err)
	}
	f.holds(t, written, also)
	if err := undo(); err != nil {
		t.Error(err)
	}
	f.holds(t, config, credentials)

	write(t, f, p, overwrite)
	if _, err := f.Remove(t.Context(), p.Name); err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff(others, f.others(t, p.Name)); diff != "" {
		t.Errorf("other profiles changed by removing (-before +after):\n%s", diff)
	}
	if !strings.Contains(config+credentials, p.Name) {
		if p.Process.Empty() {
			credentials = closed(credentials)
		}
		f.holds(t, closed(config), credentials)
	}
}

// keeps checks that files without the name are in the written ones as they
// were, before what was written and byte for byte.
func (f Files) keeps(t testing.TB, p Profile, config, credentials string) {
	t.Helper()
	if strings.Contains(config+credentials, p.Name) {
		return
	}
	for path, before := range map[string]string{f.Config: config, f.Credentials: credentials} {
		rest, found := strings.CutPrefix(textOf(t, path), before)
		lines := strings.Split(strings.Trim(strings.ReplaceAll(rest, "\r", ""), "\n"), "\n")
		want := p.inConfig()
		if path == f.Credentials {
			want = p.inCredentials()
		}
		if !found || rest != "" && !slices.Equal(lines, want) {
			t.Errorf("the file held %q and holds %q", before, textOf(t, path))
		}
	}
}

// others is what the SDK reads for every profile that the name is not, and
// that does not take its credentials from it.
func (f Files) others(t testing.TB, name string) map[string]string {
	t.Helper()
	names := map[string]bool{"default": true, "deploy": true}
	for _, path := range []string{f.Config, f.Credentials} {
		for line := range strings.Lines(textOf(t, path)) {
			line, _, _ = strings.Cut(line, "]")
			if i := strings.Index(line, "["); i >= 0 {
				line = strings.TrimSpace(line[i+1:])
				names[line] = true
				names[strings.TrimLeft(strings.TrimPrefix(line, "profile"), " \t")] = true
			}
		}
	}
	seen := map[string]string{}
	for other := range maps.Keys(names) {
		if other == name || other == `"`+name+`"` || other == "'"+name+"'" {
			continue
		}
		read, ok := f.sdkReads(t, other)
		if !ok || restsOn(read, name) {
			continue
		}
		// The SDK leaves \r in a value of several lines: closing the last line
		// of a file adds one.
		seen[other] = strings.ReplaceAll(flat(read), "\r", "")
	}
	return seen
}

func restsOn(p config.SharedConfig, name string) bool {
	for next := &p; next != nil; next = next.Source {
		if next.Profile == name || next.SourceProfileName == name {
			return true
		}
	}
	return false
}

// flat has what pointers point to in place of the pointers.
func flat(p config.SharedConfig) string {
	text := ""
	if p.Source != nil {
		text = flat(*p.Source) + "\x00"
	}
	if p.RoleDurationSeconds != nil {
		text += p.RoleDurationSeconds.String()
	}
	text += fmt.Sprint(p.UseDualStackEndpoint, p.UseFIPSEndpoint, p.Services.ServiceValues)
	return text + strings.Join([]string{
		p.Profile, p.Region, p.RoleARN, p.ExternalID, p.SourceProfileName, p.CredentialSource, p.CredentialProcess, p.WebIdentityTokenFile,
		p.MFASerial, p.RoleSessionName, p.SSOSessionName, p.SSOAccountID, p.SSORoleName, p.LoginSession, p.BaseEndpoint, p.CustomCABundle,
		p.Credentials.AccessKeyID, p.Credentials.SecretAccessKey, p.Credentials.SessionToken,
	}, "\x00")
}

// someLines mean something, alone or together. The fuzzer seldom finds them.
func someLines() []string {
	return []string{
		"[default]", "[deploy]", "[b]", "[profile deploy]", "[profile default]", "[profile b]", "[profile \t deploy]#", "[ deploy ] ; c", `[profile "deploy"]`,
		"[profile 'b']", "[deploy] x", "[b", "[]", "[profile deploy", "  [b]", "[Default]", "[services b]", strings.TrimSpace(marked), strings.TrimSpace(markedUntil),
		"role_arn = x", "source_profile = b", "source_profile = deploy", "aws_access_key_id = A", "aws_secret_access_key = B", "aws_session_token: C", "region = us-east-1",
		"output = json", "services = b", "sso_session = b", "credential_process = x", "s3 =", "  role_arn = x", "\tx y", "x", "", "", " ", "# c", "  ; c", "\ufeff", "x\r",
	}
}

func randomText(random *rand.Rand, lines []string) string {
	ending := []string{"\n", "\r\n"}[random.IntN(2)]
	var b strings.Builder
	for range random.IntN(14) {
		b.WriteString(lines[random.IntN(len(lines))] + ending)
	}
	if random.IntN(3) == 0 {
		return strings.TrimSuffix(b.String(), ending)
	}
	return b.String()
}

func randomProfile(random *rand.Rand) Profile {
	name := []string{"deploy", "default", "b"}[random.IntN(3)]
	if random.IntN(2) == 0 {
		return keysOf(name, "eu-west-1")
	}
	return processOf(name, "eu-west-1")
}

func TestEditRandomFiles(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		config, credentials := randomText(random, someLines()), randomText(random, someLines())
		p, overwrite := randomProfile(random), random.IntN(2) == 0
		edited(t, filesWith(t, config, credentials), config, credentials, p, overwrite)
		if t.Failed() {
			t.Fatalf("profile %s, keys %v, in\n%q\n%q", p.Name, p.Process.Empty(), config, credentials)
		}
	}
}
