package docker

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	dockerconfig "github.com/docker/cli/cli/config"
)

// logInPrivately returns the private directory.
func logInPrivately(t testing.TB, c Config, parent string, logins ...Login) (private Config, undo func() error) {
	t.Helper()
	placed, undo, err := c.Private(t.Context(), parent, ProcessOf(os.Getpid()), logins)
	if err != nil {
		t.Fatal(err)
	}
	if !placed.Private || filepath.Dir(placed.Directory) != parent || len(placed.Hosts) != len(logins) {
		t.Errorf("placed %+v", placed)
	}
	private = c
	private.Directory = placed.Directory
	return private, undo
}

func TestPrivateDirectoryHasWhatDockerNeeds(t *testing.T) {
	t.Parallel()
	text := `{"auths":{"a":{"auth":"QVdTOm9sZA=="}}, "currentContext":"builder","proxies":{"default":{"httpProxy":"http://proxy"}},"new":[1 ]}`
	c := configOf(t, text)
	for name, content := range map[string]string{
		"contexts/meta/x/meta.json": `{"Name":"builder"}`, "cli-plugins/docker-x": "#!/bin/sh\n", "buildx/current": "{}", "ca.pem": "x", "config.json123": "temporary", stateName: "[]",
	} {
		path := filepath.Join(c.Directory, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	parent := t.TempDir()
	private, undo := logInPrivately(t, c, parent, loginTo(ireland), loginTo(public))
	c.holds(t, text)
	onlyIn(t, private.Directory, "config.json", markName, stateName, "contexts", "cli-plugins", "buildx", "ca.pem")
	for path, want := range map[string]os.FileMode{private.Directory: 0o700, private.file(): 0o600, filepath.Join(private.Directory, markName): 0o600} {
		if got := modeOf(t, path); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
	private.gives(t, loginTo(ireland))
	private.gives(t, loginTo(public))
	for _, part := range []string{`"a":{"auth":"QVdTOm9sZA=="}`, `"currentContext":"builder","proxies":{"default":{"httpProxy":"http://proxy"}},"new":[1 ]`} {
		if !strings.Contains(textOf(t, private.file()), part) {
			t.Errorf("the copy lacks %s", part)
		}
	}
	if got := textOf(t, filepath.Join(private.Directory, "contexts", "meta", "x", "meta.json")); got != `{"Name":"builder"}` {
		t.Errorf("Docker finds the context %q", got)
	}
	noSecret(t, textOf(t, filepath.Join(private.Directory, markName))+textOf(t, private.stateFile()))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	onlyIn(t, parent)
	if err := undo(); err != nil {
		t.Errorf("undone twice: %v", err)
	}
	if got := textOf(t, filepath.Join(c.Directory, "ca.pem")); got != "x" {
		t.Error("what a link led to was removed")
	}
}

func TestPrivateWithoutAConfiguration(t *testing.T) {
	t.Parallel()
	c := Config{Directory: filepath.Join(t.TempDir(), "no")}
	private, _ := logInPrivately(t, c, t.TempDir(), loginTo(ireland))
	private.holds(t, dockersText)
	private.gives(t, loginTo(ireland))
	if _, err := os.Stat(c.Directory); err == nil {
		t.Error("the directory of the user was made")
	}
}

func TestPrivateLogout(t *testing.T) {
	t.Parallel()
	c, parent := configOf(t, "{}"), t.TempDir()
	private, _ := logInPrivately(t, c, parent, loginTo(ireland), loginTo(virginia))
	// A later step logs in there too.
	logIn(t, private, loginTo(public))
	stranger := private
	stranger.Job = "job 2"
	logOut(t, stranger, nil)
	logOut(t, private, []string{ireland}, ireland+": removed")
	private.gives(t, loginTo(virginia))
	logOut(t, private, nil, virginia+": removed", public+": removed")
	onlyIn(t, parent)
	logOut(t, private, nil)
	c.holds(t, "{}")
}

// TestPrivateLeavesStoresToOthers: only the hosts of the logins lose theirs.
func TestPrivateLeavesStoresToOthers(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		`{"credsStore":"one","credHelpers":{"` + ireland + `":"two","b":"three"}}`: {ireland: "", public: "", "b": "three", "c": "one"},
		`{"credsStore":"gone","credHelpers":{"` + ireland + `":"two","b":"one"}}`:  {ireland: "", public: "", "b": "one", "c": ""},
		`{"credHelpers":{"` + ireland + `":"two"}}`:                                {ireland: "", public: "", "b": ""},
		`{"credsStore":"one"}`: {ireland: "", public: "", "b": "one"},
	} {
		c := configOf(t, text)
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, programPrefix+"one"), []byte("#!/bin/sh\n"), 0o700); err != nil {
			t.Fatal(err)
		}
		c.Environ = []string{"PATH=" + dir}
		private, _ := logInPrivately(t, c, t.TempDir(), loginTo(ireland), loginTo(public))
		read, err := dockerconfig.Load(private.Directory)
		if err != nil {
			t.Fatal(err)
		}
		for host, store := range want {
			if got := (document{read: read}).store(host); got != store {
				t.Errorf("%s: %s has the store %q, want %q", text, host, got, store)
			}
		}
		private.Environ = nil
		private.gives(t, loginTo(ireland))
		private.gives(t, loginTo(public))
	}
}

func TestPrivateParentThatIsMissing(t *testing.T) {
	t.Parallel()
	parent := filepath.Join(t.TempDir(), "no")
	_, _, err := configOf(t, "{}").Private(t.Context(), parent, Process{}, []Login{loginTo(ireland)})
	wantError(t, err, "logging in in a private directory: ", parent)
	_, _, err = configOf(t, "{}").Private(t.Context(), "", Process{}, []Login{loginTo(ireland)})
	wantError(t, err, `"" is no absolute path`)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	parent = t.TempDir()
	_, _, err = configOf(t, "{}").Private(ctx, parent, Process{}, []Login{loginTo(ireland)})
	wantError(t, err, "context canceled")
	onlyIn(t, parent)
}

// dead is the owner of a directory that its job left behind.
func dead() Process { return Process{PID: os.Getpid(), Boot: "another boot", Started: "1"} }

func TestCleanRemovesWhatKilledJobsLeft(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	long := time.Now().Add(-time.Hour)
	made := func(name string, mark *Mark) {
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if mark != nil {
			if err := mark.write(dir); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, "config.json"), []byte(dockersText), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chtimes(dir, long, long); err != nil {
			t.Fatal(err)
		}
	}
	made(privatePrefix+"killed", &Mark{"job", long, dead()})
	made(privatePrefix+"running", &Mark{"job", long, ProcessOf(os.Getpid())})
	made(privatePrefix+"young", &Mark{"job", time.Now(), dead()})
	made(privatePrefix+"empty", nil)
	made(privatePrefix+"foreign", nil)
	made("somebodys", &Mark{"job", long, dead()})
	if err := os.WriteFile(filepath.Join(parent, privatePrefix+"foreign", "file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chtimes(filepath.Join(parent, privatePrefix+"foreign"), long, long); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(parent, privatePrefix+"file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	private, _ := logInPrivately(t, configOf(t, "{}"), parent, loginTo(ireland))

	removed, err := Clean(t.Context(), []string{filepath.Join(parent, "no"), parent}, 30*time.Minute, nil)
	want := []string{filepath.Join(parent, privatePrefix+"empty"), filepath.Join(parent, privatePrefix+"killed")}
	if err != nil || !slices.Equal(removed, want) {
		t.Errorf("removed %q, %v", removed, err)
	}
	onlyIn(t, parent, "somebodys", privatePrefix+"file", privatePrefix+"foreign", privatePrefix+"running", privatePrefix+"young", filepath.Base(private.Directory))
	removed, err = Clean(t.Context(), []string{parent}, 0, func(m Mark) bool { return m.Job == "job 1" })
	if err != nil || len(removed) != 2 {
		t.Errorf("removed %q, %v", removed, err)
	}
	private.gives(t, loginTo(ireland))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Clean(ctx, []string{parent}, 0, nil); err == nil {
		t.Error("it went on after the end of the context")
	}
}

// TestMarkInADirectoryOfTheUser: nothing is removed by a mark alone.
func TestMarkInADirectoryOfTheUser(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	if err := (Mark{c.Job, time.Now(), dead()}).write(c.Directory); err != nil {
		t.Fatal(err)
	}
	logOut(t, c, nil)
	c.holds(t, "{}")
}

func TestMarkThatSomebodyBroke(t *testing.T) {
	t.Parallel()
	parent := t.TempDir()
	private, _ := logInPrivately(t, configOf(t, "{}"), parent, loginTo(ireland))
	if err := os.WriteFile(filepath.Join(private.Directory, markName), []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := Clean(t.Context(), []string{parent}, 0, nil)
	wantError(t, err, "removing "+private.Directory+": ", markName+" is not as awsvars wrote it")
	private.gives(t, loginTo(ireland))
}

func TestProcessIsKnownAgain(t *testing.T) {
	t.Parallel()
	me := ProcessOf(os.Getpid())
	if !me.Alive() {
		t.Error("this process does not run")
	}
	text, err := json.Marshal(me)
	var read Process
	if err != nil || json.Unmarshal(text, &read) != nil || read != me {
		t.Errorf("%s is read as %+v", text, read)
	}
	if me.Boot == "" {
		missing(t, "/proc")
	}
	gone := me
	gone.Started += "0"
	if gone.Alive() || dead().Alive() || (Process{PID: 1 << 30, Boot: me.Boot, Started: "1"}).Alive() {
		t.Error("a process that ended counts as running")
	}
}

// TestWhereNothingCanBeLinked: what Docker cannot do without is copied.
func TestWhereNothingCanBeLinked(t *testing.T) {
	t.Parallel()
	from, to := t.TempDir(), t.TempDir()
	for _, name := range []string{"contexts/meta/x/meta.json", "contexts/tls/x/key.pem", "buildx/current", "cli-plugins/docker-x", "ca.pem", "scout/large", "other"} {
		path := filepath.Join(from, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"contexts", "buildx", "cli-plugins", "ca.pem", "scout", "other"} {
		if err := copyNeeded(filepath.Join(from, name), filepath.Join(to, name)); err != nil {
			t.Error(err)
		}
	}
	onlyIn(t, to, "contexts", "buildx", "cli-plugins", "ca.pem")
	for _, name := range []string{"contexts/meta/x/meta.json", "contexts/tls/x/key.pem", "buildx/current", "cli-plugins/docker-x", "ca.pem"} {
		if got := textOf(t, filepath.Join(to, filepath.FromSlash(name))); got != name {
			t.Errorf("%s holds %q", name, got)
		}
	}
}
