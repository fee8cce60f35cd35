//go:build unix

package docker

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// aStore is a credential helper that keeps each login in a file beside it, and
// notes how it was called.
const aStore = `#!/bin/sh
dir=${0%/*}/${0##*-}.d
mkdir -p "$dir"
echo "$# $*" >> "$dir.calls"
input=$(cat)
case $1 in
store) host=$(printf %s "$input" | sed 's/.*"ServerURL":"\([^"]*\)".*/\1/'); printf '%s\n' "$input" > "$dir/$host";;
get) cat "$dir/$input" 2>&- || { echo "credentials not found in native keychain"; exit 1; };;
erase) rm "$dir/$input";;
esac
`

// withHelpers puts programs into a directory of the test's, and it into PATH.
func (c Config) withHelpers(t testing.TB, helpers map[string]string) Config {
	t.Helper()
	need(t, "sh")
	dir := t.TempDir()
	for name, script := range helpers {
		if err := os.WriteFile(filepath.Join(dir, programPrefix+name), []byte(script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	c.Environ = []string{"PATH=relative:" + dir + ":" + os.Getenv("PATH"), "HELPERS=" + dir, "PASSWORD=" + fakePassword}
	return c
}

// kept is what a store has, by host.
func (c Config) kept(t testing.TB, store string) map[string]string {
	t.Helper()
	dir := filepath.Join(c.variable("HELPERS"), store+".d")
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	found := map[string]string{}
	for _, entry := range entries {
		found[entry.Name()] = textOf(t, filepath.Join(dir, entry.Name()))
	}
	return found
}

func TestStoreIsTheOneThatDockerUses(t *testing.T) {
	t.Parallel()
	text := `{"credsStore":"one", "credHelpers":{"` + ireland + `":"two","` + public + `":""}}`
	c := configOf(t, text).withHelpers(t, map[string]string{"one": aStore, "two": aStore})
	placed, undo, err := c.Login(t.Context(), []Login{loginTo(ireland), loginTo(virginia), loginTo(public)})
	if err != nil {
		t.Fatal(err)
	}
	if want := []Place{{ireland, "two"}, {virginia, "one"}, {public, ""}}; placed.Hosts[0] != want[0] || placed.Hosts[1] != want[1] || placed.Hosts[2] != want[2] {
		t.Errorf("placed %+v", placed)
	}
	if one, two := c.kept(t, "one"), c.kept(t, "two"); len(one) != 1 || len(two) != 1 || one[virginia] == "" || two[ireland] == "" {
		t.Errorf("%d logins in one, %d in two", len(one), len(two))
	}
	for _, host := range []string{ireland, virginia, public} {
		c.gives(t, loginTo(host))
	}
	for _, store := range []string{"one", "two"} {
		calls := textOf(t, filepath.Join(c.variable("HELPERS"), store+".d.calls"))
		if !strings.HasPrefix(calls, "1 get\n1 store\n1 get\n") {
			t.Errorf("called with %s", calls)
		}
	}
	noSecret(t, textOf(t, c.stateFile()))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	c.holds(t, text)
	if len(c.kept(t, "one"))+len(c.kept(t, "two")) > 0 {
		t.Error("a login stayed in a store")
	}
	onlyIn(t, c.Directory, "config.json", lockName)
}

// TestLoginInAStoreOnly: config.json is not touched, whatever its mode.
func TestLoginInAStoreOnly(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credsStore":"one"}`).withHelpers(t, map[string]string{"one": aStore})
	before, err := os.Stat(c.file())
	if err != nil {
		t.Fatal(err)
	}
	logIn(t, c, loginTo(ireland))
	c.gives(t, loginTo(ireland))
	after, err := os.Stat(c.file())
	if err != nil || !os.SameFile(before, after) {
		t.Errorf("config.json was replaced: %v", err)
	}
	logOut(t, c, nil, ireland+" in one: removed")
	c.givesNone(t, ireland)
	logOut(t, c, nil)
}

func TestLogoutFromAStore(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credsStore":"one"}`).withHelpers(t, map[string]string{"one": aStore})
	hosts := []string{ireland, virginia, public}
	logIn(t, c, loginTo(ireland), loginTo(virginia), loginTo(public))
	h, _ := c.helper("one")
	// Somebody else renews one and removes another.
	if err := errors.Join(h.store(t.Context(), virginia, otherLogin(virginia).pair()), h.erase(t.Context(), public)); err != nil {
		t.Fatal(err)
	}
	logOut(t, c, hosts, ireland+" in one: removed", virginia+" in one: renewed by somebody else", public+" in one: already gone")
	c.gives(t, otherLogin(virginia))
	logOut(t, c, hosts[1:2], virginia+": not written by this job")
}

func TestStoresThatCannotTakeALogin(t *testing.T) {
	t.Parallel()
	for name, k := range map[string]struct {
		script, says string
		reason       Reason
	}{
		"absent":     {"", "", NotInstalled},
		"../one":     {aStore, "", NotInstalled},
		"ecr-login":  {aStore, "", NotImplemented},
		"readonly":   {"#!/bin/sh\n[ $1 = get ] && echo 'credentials not found in native keychain' || echo 'not implemented'\nexit 1", `"not implemented"`, NotImplemented},
		"locked":     {"#!/bin/sh\necho 'User interaction is not allowed. (-25308)'; exit 1", `"User interaction is not allowed. (-25308)"`, Failed},
		"mute":       {"#!/bin/sh\nexit 3", "", Failed},
		"verbose":    {"#!/bin/sh\n[ $1 = get ] && { echo 'credentials not found in native keychain'; exit 1; }\nset -x; cat; cat >&2; exit 1", "", Failed},
		"leaking":    {"#!/bin/sh\nprintf '{\"Secret\":\"%s\"}' $PASSWORD; exit 1", "", Failed},
		"forgetful":  {strings.Replace(aStore, "store)", "store) exit;;\nx)", 1), "", Forgetful},
		"no json":    {"#!/bin/sh\necho hello", "its answer is not the protocol's", Failed},
		"truncating": {strings.Replace(aStore, `'%s\n' "$input"`, `'{"Username":"AWS","Secret":"short"}'`, 1), "", Forgetful},
	} {
		text := `{"auths":{},"credHelpers":{"` + ireland + `":"one","` + virginia + `":"` + name + `"}}`
		helpers := map[string]string{"one": aStore}
		if k.script != "" && name != "../one" {
			helpers[name] = k.script
		}
		c := configOf(t, text).withHelpers(t, helpers)
		h, _ := c.helper("one")
		if err := h.store(t.Context(), ireland, otherLogin(ireland).pair()); err != nil {
			t.Fatal(err)
		}
		_, _, err := c.Login(t.Context(), []Login{loginTo(public), loginTo(ireland), loginTo(virginia)})
		var unfit *Unfit
		if !errors.As(err, &unfit) || unfit.Host != virginia || unfit.Store != name || unfit.Reason != k.reason || unfit.Says != k.says {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		wantError(t, err, `storing the login to "`+virginia+`" in docker-credential-`+name+": "+string(k.reason))
		if !strings.Contains(unfit.Hint(), "private") {
			t.Errorf("no remedy in %q", unfit.Hint())
		}
		c.holds(t, text)
		if text := c.kept(t, "one")[ireland]; !strings.Contains(text, otherLogin("").Password.Open()) {
			t.Errorf("%s: the login that was in another store is lost", name)
		}
		if records, err := c.readState(); err != nil || len(records) > 0 {
			t.Errorf("%d logins are noted, %v", len(records), err)
		}
	}
}

func TestWindowsStoreIsNotAskedForMoreThanItTakes(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credsStore":"wincred"}`).withHelpers(t, map[string]string{"wincred": aStore})
	for size, reason := range map[int]Reason{windowsMost: "", windowsMost + 1: TooLarge} {
		l := loginTo(ireland)
		l.Password = variables.NewSecret(strings.Repeat("x", size))
		_, _, err := c.Login(t.Context(), []Login{l})
		var unfit *Unfit
		if errors.As(err, &unfit); (err == nil) != (reason == "") || unfit != nil && unfit.Reason != reason {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}

// TestInterruptedWhileAStoreIsAsked: that is no fault of the store.
func TestInterruptedWhileAStoreIsAsked(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "asked")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	c := configOf(t, `{"credsStore":"slow"}`).withHelpers(t, map[string]string{"slow": "#!/bin/sh\necho asked > " + fifo + "\nexec sleep 600"})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() {
		_, _, err := c.Login(ctx, []Login{loginTo(ireland)})
		done <- err
	}()
	if text := textOf(t, fifo); text != "asked\n" {
		t.Errorf("the helper said %q", text)
	}
	cancel()
	err := <-done
	var unfit *Unfit
	if !errors.Is(err, context.Canceled) || errors.As(err, &unfit) {
		t.Errorf("got %v", err)
	}
}

func TestLogoutWithAStoreThatFails(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credHelpers":{"`+ireland+`":"one"}}`).withHelpers(t, map[string]string{"one": aStore})
	logIn(t, c, loginTo(ireland), loginTo(public))
	program := filepath.Join(c.variable("HELPERS"), programPrefix+"one")
	if err := os.Rename(program, program+".off"); err != nil {
		t.Fatal(err)
	}
	outcomes, err := c.Logout(t.Context())
	wantError(t, err, `removing the login to "`+ireland+`": docker-credential-one is not installed`)
	if len(outcomes) != 1 || outcomes[0] != (Outcome{Place{Host: public}, Removed}) {
		t.Errorf("outcomes %v", outcomes)
	}
	if err := os.WriteFile(program, []byte("#!/bin/sh\necho 'the keychain is locked'; exit 1"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err = c.Logout(t.Context())
	wantError(t, err, "the keychain is locked")
	if err := os.Rename(program+".off", program); err != nil {
		t.Fatal(err)
	}
	logOut(t, c, nil, ireland+" in one: removed")
}

func TestUndoLeavesWhatAStoreGotSince(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credsStore":"one"}`).withHelpers(t, map[string]string{"one": aStore})
	h, _ := c.helper("one")
	if err := h.store(t.Context(), public, otherLogin(public).pair()); err != nil {
		t.Fatal(err)
	}
	undo := logIn(t, c, loginTo(ireland), loginTo(virginia), loginTo(public))
	if err := h.store(t.Context(), ireland, otherLogin(ireland).pair()); err != nil {
		t.Fatal(err)
	}
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, otherLogin(ireland))
	c.givesNone(t, virginia)
	c.gives(t, otherLogin(public))
}

// TestHelperOfTheWorkingDirectory: what a repository holds is not run.
func TestHelperOfTheWorkingDirectory(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"credsStore":"one"}`).withHelpers(t, map[string]string{"one": aStore})
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	relative, err := filepath.Rel(here, c.variable("HELPERS"))
	if err != nil {
		t.Fatal(err)
	}
	c.Environ = []string{"PATH=" + relative + ":"}
	_, _, err = c.Login(t.Context(), []Login{loginTo(ireland)})
	wantError(t, err, "docker-credential-one: it is not installed")
}
