package profiles

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What the sections of keysOf and processOf look like.
const (
	marked      = "# written by awsvars, do not edit\n"
	markedUntil = "# written by awsvars, do not edit; keys until 2026-11-25T12:00:00Z\n"
	keysLines   = "aws_access_key_id = " + fakeKey + "\naws_secret_access_key = " + fakeSecret + "\naws_session_token = " + fakeToken + "\n"
	ourKeys     = "[deploy]\n" + markedUntil + keysLines
	ourRegion   = "[profile deploy]\n" + markedUntil + "region = eu-west-1\n"
	ourProcess  = "[profile deploy]\n" + marked + "credential_process = /opt/awsvars sts\nregion = eu-west-1\n"
	// oldKeys is a section of ours from before, shorter and with other keys.
	oldKeys = "[deploy]\n" + marked + "aws_access_key_id = OLD\naws_secret_access_key = old\n"
)

func crlf(text string) string { return strings.ReplaceAll(text, "\n", "\r\n") }

// edits are what is written into a file that holds something. The rest of it
// must be there again, byte for byte.
var edits = []struct{ name, before, after string }{
	{"no file", "", ourKeys},
	{"behind others", "[a]\nx = y\n", "[a]\nx = y\n\n" + ourKeys},
	{"no line end", "[a]\nx = y", "[a]\nx = y\n\n" + ourKeys},
	{"blank lines at the end", "[a]\n\n\n", "[a]\n\n\n\n" + ourKeys},
	{"comments only", "# mine\n", "# mine\n\n" + ourKeys},
	{"CRLF", "[a]\r\nx = y\r\n", "[a]\r\nx = y\r\n\r\n" + crlf(ourKeys)},
	{"CRLF without line end", "[a]\r\nx = y", "[a]\r\nx = y\r\n\r\n" + crlf(ourKeys)},
	{"half a line end", "[a]\r", "[a]\r\n\r\n" + crlf(ourKeys)},
	{"byte order mark", "\ufeff[a]\nx = y\n", "\ufeff[a]\nx = y\n\n" + ourKeys},
	{"byte order mark alone", "\ufeff", "\ufeff\n\n" + ourKeys},
	{"what nobody understands", "\x00\xff = \n]]\n[a\n  [b] c\n\t= =\n\r\n", "\x00\xff = \n]]\n[a\n  [b] c\n\t= =\n\r\n\n" + ourKeys},
	{"sections twice", "[a]\nx = 1\n[b]\n[a]\nx = 2\n", "[a]\nx = 1\n[b]\n[a]\nx = 2\n\n" + ourKeys},
	{"names that are alike", "[profile deploy]\n[deploy2]\n[Deploy]\n[de]\n", "[profile deploy]\n[deploy2]\n[Deploy]\n[de]\n\n" + ourKeys},
	{"in place", "[a]\n\n" + oldKeys + "\n[b]\n", "[a]\n\n" + ourKeys + "\n[b]\n"},
	{"in place, first", oldKeys + "[b]\n", ourKeys + "[b]\n"},
	{"in place, last without line end", "[a]\n" + strings.TrimSuffix(oldKeys, "\n"), "[a]\n" + ourKeys},
	{"in place, CRLF", crlf("[a]\n\n" + oldKeys + "# b\n[b]\n"), crlf("[a]\n\n" + ourKeys + "# b\n[b]\n")},
	{"comments around it", "# of a\n\n# of ours\n" + oldKeys + "\n# of b\n  ; of b\n[b]\n", "# of a\n\n# of ours\n" + ourKeys + "\n# of b\n  ; of b\n[b]\n"},
	{"comments at the end", oldKeys + "\n# end", ourKeys + "\n# end"},
	{"blanks in the header", " [ deploy\t] ; mine\n" + marked + "aws_access_key_id = OLD\n[b]\n", ourKeys + "[b]\n"},
	{"nothing but the mark", "[deploy]\n" + marked + "# of b\n[b]\n", ourKeys + "# of b\n[b]\n"},
	{"ours three times", oldKeys + "\n[b]\n\n" + oldKeys + "\n" + oldKeys, ourKeys + "\n[b]\n"},
}

func TestEverythingElseSurvives(t *testing.T) {
	t.Parallel()
	for _, e := range edits {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f := filesWith(t, "", e.before)
			p := keysOf("deploy", "")
			undo := write(t, f, p, false)
			f.holds(t, "", e.after)
			f.gives(t, p)
			write(t, f, p, false)
			f.holds(t, "", e.after)
			if err := undo(); err != nil {
				t.Fatal(err)
			}
			f.holds(t, "", e.before)
		})
	}
}

func TestRemovingGivesBackWhatWasThere(t *testing.T) {
	t.Parallel()
	for _, e := range edits {
		if strings.Contains(e.before, mark) {
			continue
		}
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f := filesWith(t, "", e.before)
			write(t, f, keysOf("deploy", "eu-west-1"), false)
			if removed, err := f.Remove(t.Context(), "deploy"); err != nil || !removed {
				t.Fatalf("removed %v, %v", removed, err)
			}
			// Nobody remembers that the last line was open.
			f.holds(t, "", closed(e.before))
		})
	}
}

// closed is a text after a section was put behind it and removed again.
func closed(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	if first, _, is := strings.Cut(text, "\n"); is && strings.HasSuffix(first, "\r") && !strings.HasSuffix(text, "\r") {
		return text + "\r\n"
	}
	return text + "\n"
}

func TestRemovingLeavesWhatFollows(t *testing.T) {
	t.Parallel()
	for before, after := range map[string]string{
		"[a]\n\n" + oldKeys + "\n# of b\n[b]\n":                 "[a]\n\n# of b\n[b]\n",
		oldKeys + "\n[b]\n":                                     "\n[b]\n",
		"[a]\n" + oldKeys + "[b]\n":                             "[a]\n[b]\n",
		"\ufeff" + oldKeys + "[b]\n":                            "\ufeff\n[b]\n",
		"[deploy]\nx = y\n\n" + oldKeys + "\n[b]\n\n" + oldKeys: "[deploy]\nx = y\n\n[b]\n",
	} {
		f := filesWith(t, "", before)
		if removed, err := f.Remove(t.Context(), "deploy"); err != nil || !removed {
			t.Errorf("removed %v, %v", removed, err)
		}
		f.holds(t, "", after)
	}
}

func TestRemovingNothing(t *testing.T) {
	t.Parallel()
	for _, credentials := range []string{"", "[deploy]\naws_access_key_id = MINE\n", "[other]\n" + marked} {
		f := filesWith(t, credentials, credentials)
		if removed, err := f.Remove(t.Context(), "deploy"); err != nil || removed {
			t.Errorf("removed %v, %v", removed, err)
		}
		f.holds(t, credentials, credentials)
	}
	f := Files{Config: filepath.Join(t.TempDir(), "a", "config"), Credentials: filepath.Join(t.TempDir(), "b", "credentials")}
	if removed, err := f.Remove(t.Context(), "deploy"); err != nil || removed {
		t.Errorf("removed %v, %v", removed, err)
	}
	if _, err := os.Stat(filepath.Dir(f.Config)); err == nil {
		t.Error("a directory was made to remove something from it")
	}
}

// kinds say which sections the two kinds of profile have in which file, and
// what becomes of sections that stand there.
var kinds = []struct {
	name                string
	config, credentials string
	profile             Profile
	overwrite           bool
	wantConfig, want    string
}{
	{name: "keys", profile: keysOf("deploy", "eu-west-1"), wantConfig: ourRegion, want: ourKeys},
	{name: "keys without a region", profile: keysOf("deploy", ""), want: ourKeys},
	{name: "the default profile", profile: keysOf("default", "eu-west-1"), wantConfig: "[default]\n" + markedUntil + "region = eu-west-1\n", want: "[default]\n" + markedUntil + keysLines},
	{name: "a process", profile: processOf("deploy", "eu-west-1"), wantConfig: ourProcess},
	{name: "a process after keys", config: ourRegion, credentials: ourKeys + "\n[b]\n", profile: processOf("deploy", "eu-west-1"), wantConfig: ourProcess, want: "\n[b]\n"},
	{name: "keys after a process", config: "[a]\n\n" + ourProcess, profile: keysOf("deploy", ""), wantConfig: "[a]\n", want: ourKeys},
	{
		name: "somebody's region stays", config: "[profile deploy] # mine\noutput = json\nregion = us-east-1\n", profile: keysOf("deploy", "eu-west-1"),
		wantConfig: "[profile deploy] # mine\noutput = json\nregion = us-east-1\n", want: ourKeys,
	},
	{
		name: "one section is left beside somebody's", config: "[profile deploy]\noutput = json\n\n" + ourRegion, profile: keysOf("deploy", "eu-west-1"),
		wantConfig: "[profile deploy]\noutput = json\n", want: ourKeys,
	},
	{
		name: "other sections of the name", config: "[deploy]\nrole_arn = x\n[services deploy]\nx = y\n[sso-session deploy]\nsso_region = x\n", profile: keysOf("deploy", ""),
		wantConfig: "[deploy]\nrole_arn = x\n[services deploy]\nx = y\n[sso-session deploy]\nsso_region = x\n", want: ourKeys,
	},
	{
		name: "overwriting both", config: "# a\n[profile deploy]\n# b\nrole_arn = x\nsource_profile = y\n# c\n[b]\n", credentials: "[deploy]\naws_access_key_id = MINE\n", overwrite: true,
		profile: keysOf("deploy", "eu-west-1"), wantConfig: "# a\n" + ourRegion + "# c\n[b]\n", want: ourKeys,
	},
	{
		name: "overwriting a role without a region", config: "[a]\n[profile deploy]\nrole_arn = x\n[b]\n", overwrite: true,
		profile: keysOf("deploy", ""), wantConfig: "[a]\n[b]\n", want: ourKeys,
	},
	{
		name: "overwriting leaves an output format", config: "[profile deploy]\noutput = json\n", credentials: "[deploy]\nx = y\n", overwrite: true,
		profile: keysOf("deploy", ""), wantConfig: "[profile deploy]\noutput = json\n", want: ourKeys,
	},
	{
		name: "overwriting every section of the name", config: "[default]\nrole_arn = x\n[profile default]\nsso_session = x\n[profile 'default']\nregion = x\n", credentials: "[default]\n[b]\n[default]\nx = y\n", overwrite: true,
		profile: keysOf("default", "eu-west-1"), wantConfig: "[default]\n" + markedUntil + "region = eu-west-1\n", want: "[default]\n" + markedUntil + keysLines + "[b]\n",
	},
	{
		name: "overwriting keys by a process", config: "[profile deploy]\noutput = json\n", credentials: "[deploy]\naws_access_key_id = MINE\n", overwrite: true,
		profile: processOf("deploy", "eu-west-1"), wantConfig: ourProcess,
	},
}

func TestSectionsOfBothKinds(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			f := filesWith(t, k.config, k.credentials)
			if err := f.Check(k.profile, k.overwrite); err != nil {
				t.Error(err)
			}
			f.holds(t, k.config, k.credentials)
			undo := write(t, f, k.profile, k.overwrite)
			f.holds(t, k.wantConfig, k.want)
			if k.name == "somebody's region stays" {
				k.profile.Region = "us-east-1"
			}
			if k.name == "one section is left beside somebody's" {
				k.profile.Region = ""
			}
			f.gives(t, k.profile)
			if err := undo(); err != nil {
				t.Error(err)
			}
			f.holds(t, k.config, k.credentials)
		})
	}
}

func TestProfileOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ config, credentials, process, place, key string }{
		{credentials: "[a]\n[deploy]\naws_access_key_id = private\n", place: "credentials:3", key: "aws_access_key_id"},
		{credentials: "\ufeff[deploy]\n", place: "credentials:1"},
		{credentials: oldKeys + "[ deploy ]\n", place: "credentials:5"},
		{credentials: "[deploy]\n\n" + marked, place: "credentials:1"},
		{credentials: "[deploy]\nregion = x\n", process: "/x", place: "credentials:1"},
		{config: "[profile deploy]\nregion = x\n", process: "/x", place: "config:1"},
		{config: "[profile \t deploy]\nregion = x\nRole_Arn : private\n", place: "config:3", key: "role_arn"},
		{config: "[profile deploy]\n\n[profile deploy]\n# x\nsource_profile=private", place: "config:5", key: "source_profile"},
		{config: "\ufeff[profile \"deploy\"]\ncredential_source = private", place: "config:2", key: "credential_source"},
		{config: "[profile 'deploy']\ncredential_process = private", place: "config:2", key: "credential_process"},
		{config: "[profile deploy]\n  web_identity_token_file = private", place: "config:2", key: "web_identity_token_file"},
		{config: "[profile deploy]\nsso_private = private", place: "config:2", key: "sso_*"},
		{config: "[profile deploy]\nlogin_session = private", place: "config:2", key: "login_session"},
		{config: "[profile deploy]\r\naws_access_key_id = private\r\n", place: "config:2", key: "aws_access_key_id"},
		{config: "[profile deploy]\naws_secret_access_key = private", place: "config:2", key: "aws_secret_access_key"},
		{config: "[profile deploy]\naws_session_token = private", place: "config:2", key: "aws_session_token"},
	} {
		f := filesWith(t, c.config, c.credentials)
		p := keysOf("deploy", "eu-west-1")
		if c.process != "" {
			p = processOf("deploy", "")
		}
		_, err := f.Write(t.Context(), p, false)
		for _, err := range []error{err, f.Check(p, false)} {
			wantError(t, err, `writing profile "deploy"`, c.place+": awsvars did not write this profile", c.key)
			var taken *Taken
			if !errors.As(err, &taken) || taken.Profile != "deploy" || taken.Key != c.key || !strings.Contains(taken.Hint(), "overwrite-profile") {
				t.Errorf("%#v", err)
			}
		}
		f.holds(t, c.config, c.credentials)
		write(t, f, p, true)
		f.gives(t, p)
	}
}

// TestHeadersThatToolsReadDifferently: keys below them would be ours to some
// tools, or the section would be there twice.
func TestHeadersThatToolsReadDifferently(t *testing.T) {
	t.Parallel()
	for credentials, place := range map[string]string{
		oldKeys + "\n[b] private\naws_access_key_id = MINE\n":  "credentials:6",
		oldKeys + "[b\nx = y\n[c]\n":                           "credentials:5",
		"[a]\n[deploy] private\naws_access_key_id = private\n": "credentials:2",
		"\ufeff[a]\n  [ deploy ] private\nx = y\n" + oldKeys:   "credentials:2",
	} {
		f := filesWith(t, "", credentials)
		_, err := f.Write(t.Context(), keysOf("deploy", ""), true)
		wantError(t, err, place+": AWS tools read this section header differently")
		wantError(t, f.Check(keysOf("deploy", ""), true), place)
		_, err = f.Remove(t.Context(), "deploy")
		wantError(t, err, place)
		f.holds(t, "", credentials)
	}
}

func TestUndoAfterSomebodyElse(t *testing.T) {
	t.Parallel()
	const mine = "[deploy]\nregion = x\naws_access_key_id = MINE\naws_secret_access_key = mine"
	for _, c := range []struct {
		name, before string
		change       func(string) string
		want         string
		problem      string
	}{
		{"another profile came", "[a]\n", func(s string) string { return s + "\n[b]\n" }, "[a]\n\n[b]\n", ""},
		{"another profile came into a new file", "", func(s string) string { return s + "\n[b]\n" }, "\n[b]\n", ""},
		{"another profile went", "[a]\n\n" + mine, func(s string) string { return strings.TrimPrefix(s, "[a]\n\n") }, mine + "\n", ""},
		{"ours went", "[a]\n", func(string) string { return "[a]\nx = y\n" }, "[a]\nx = y\n", ""},
		{"ours was changed", "[a]\n", func(s string) string { return s + "region = x\n" }, "[a]\n\n" + ourKeys + "region = x\n", "somebody has changed the profile"},
		{"ours went, and there was one before", mine, func(string) string { return "[a]\n" }, "[a]\n", "somebody has changed the profile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f := filesWith(t, "", c.before)
			undo := write(t, f, keysOf("deploy", ""), true)
			f.fill(t, "", c.change(textOf(t, f.Credentials)))
			err := undo()
			if c.problem != "" {
				wantError(t, err, `taking profile "deploy" back`, f.Credentials+": "+c.problem)
			} else if err != nil {
				t.Error(err)
			}
			f.holds(t, "", c.want)
		})
	}
}

func TestUndoRemovesFilesThatWereNotThere(t *testing.T) {
	t.Parallel()
	f := filesWith(t, "", "")
	if err := write(t, f, keysOf("deploy", "eu-west-1"), false)(); err != nil {
		t.Fatal(err)
	}
	onlyIn(t, filepath.Dir(f.Config), lockName)
}

// onlyIn checks that nothing else, such as a temporary file, stays behind.
func onlyIn(t testing.TB, dir string, names ...string) {
	t.Helper()
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(found) != len(names) {
		t.Errorf("in the directory: %v; want %v", found, names)
	}
}
