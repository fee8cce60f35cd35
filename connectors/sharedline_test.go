package connectors

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestWhereWeDifferFromTheSDK holds what the differential test leaves out.
func TestWhereWeDifferFromTheSDK(t *testing.T) {
	t.Parallel()
	at := map[string]string{}
	c := &Connector{source: sourceProfile, machine: Machine{Lookup: func(name string) (string, bool) { text, ok := at[name]; return text, ok }}}
	read := func(config, credentials string) profile {
		t.Helper()
		for name, text := range map[string]string{"AWS_CONFIG_FILE": config, "AWS_SHARED_CREDENTIALS_FILE": credentials} {
			at[name] = filepath.Join(t.TempDir(), "file")
			if err := os.WriteFile(at[name], []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		shared, err := c.readShared()
		if err != nil {
			t.Fatal(err)
		}
		p, _ := shared.profile("default")
		return p
	}
	// The SDK misses the first section of a file that Windows' editors saved.
	if got := read("\ufeff[default]\nregion = a\n", "").text("region"); got != "a" {
		t.Errorf("behind a byte order mark the region is %q", got)
	}
	// The SDK panics.
	if got := read("[default]\nregion = '\n", "").text("region"); got != "'" {
		t.Errorf("one quote is %q", got)
	}
	// The SDK signs with the keys of one file and the token of the other.
	p := read("[default]\naws_access_key_id = A\naws_secret_access_key = a\naws_session_token = of-a\n", "[default]\naws_access_key_id = B\naws_secret_access_key = b\n")
	if k := p.keys(); k.id != "B" || !k.token.Empty() {
		t.Errorf("the keys are %s, with a token of another file: %v", k.id, !k.token.Empty())
	}
	// The SDK takes an empty URL of a service for one.
	p = read("[default]\nservices = s\nendpoint_url = https://all\n[services s]\nsts =\n  endpoint_url =\n", "")
	if url, _, _ := p.GetServiceBaseEndpoint(t.Context(), "STS"); url != "https://all" {
		t.Errorf("the endpoint is %q", url)
	}
}

func TestAFileThatMakesNoSense(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"[default\naws_secret_access_key = hush\n":            ":1: write a section as [name], with nothing but a comment behind it",
		"[default]\n\naws_secret_access_key hush\n":           ":3: this is no [section], no key = value and no # comment",
		"[default]\n[ ] # c\n":                                ":2: the section has no name",
		"[default]\nx = " + strings.Repeat("hush", 1<<18):     " has more than 1048576 bytes",
		"\xff\xfe[\x00d\x00]\x00\n\x00hush\x00":               ":1: this is no [section], no key = value and no # comment",
		"<<<<<<< HEAD\n[default]\naws_secret_access_key=hush": ":1: this is no [section], no key = value and no # comment",
	} {
		path := filepath.Join(t.TempDir(), "config")
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := readSections(path)
		if err == nil || err.Error() != path+want {
			t.Errorf("the message is %v, want %s", err, path+want)
		}
	}
}
