package docker

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	dockerconfig "github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"

	"github.com/awsvars/awsvars/variables"
)

const (
	ireland  = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	virginia = "111111111111.dkr.ecr.us-east-1.amazonaws.com"
	public   = "public.ecr.aws"
	// fakePassword is base64, as the passwords of ECR are.
	fakePassword = "eyJwYXlsb2FkIjoiRVhBTVBMRS1QQVNTV09SRC8rIiwidHlwZSI6IkRBVEFfS0VZIn0="
	fakeAuth     = "QVdTOmV5SndZWGxzYjJGa0lqb2lSVmhCVFZCTVJTMVFRVk5UVjA5U1JDOHJJaXdpZEhsd1pTSTZJa1JCVkVGZlMwVlpJbjA9"
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

// configOf is a directory of the test's with a config.json.
func configOf(t testing.TB, text string) Config {
	t.Helper()
	c := Config{Directory: filepath.Join(t.TempDir(), ".docker"), Job: "job 1"}
	if err := os.MkdirAll(c.Directory, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.file(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func loginTo(host string) Login {
	return Login{Host: host, Username: "AWS", Password: variables.NewSecret(fakePassword)}
}

func otherLogin(host string) Login {
	return Login{Host: host, Username: "AWS", Password: variables.NewSecret("another" + fakePassword)}
}

func logIn(t testing.TB, c Config, logins ...Login) (undo func() error) {
	t.Helper()
	placed, undo, err := c.Login(t.Context(), logins)
	if err != nil {
		t.Fatal(err)
	}
	if placed.Directory != c.Directory || placed.Private || len(placed.Hosts) != len(logins) {
		t.Errorf("placed %+v", placed)
	}
	return undo
}

// logOut compares what became of each login, as "host: fate" or "host in
// store: fate".
func logOut(t testing.TB, c Config, hosts []string, want ...string) {
	t.Helper()
	outcomes, err := c.Logout(t.Context(), hosts...)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, o := range outcomes {
		text := o.Host
		if o.Store != "" {
			text += " in " + o.Store
		}
		got = append(got, text+": "+string(o.Fate))
	}
	if !slices.Equal(got, want) {
		t.Errorf("logged out with\n%q, want\n%q", got, want)
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

// holds compares config.json byte for byte.
func (c Config) holds(t testing.TB, want string) {
	t.Helper()
	if got := textOf(t, c.file()); got != want {
		t.Errorf("config.json holds\n%s\nwant\n%s", got, want)
	}
}

func onlyIn(t testing.TB, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %q, want %q", dir, got, want)
	}
}

func modeOf(t testing.TB, path string) fs.FileMode {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Mode().Perm()
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
	noSecret(t, err.Error())
}

func noSecret(t testing.TB, text string) {
	t.Helper()
	if shows(text, fakePassword) || shows(text, fakeAuth) {
		t.Errorf("a secret is shown: %s", text)
	}
}

const readerVariable = "AWSVARS_TEST_READER"

// TestDockersReader is what dockerReads starts: Docker's own reader finds
// helpers in the PATH of its process.
func TestDockersReader(t *testing.T) {
	dir, host, is := strings.Cut(os.Getenv(readerVariable), "\n")
	if !is {
		return
	}
	file, err := dockerconfig.Load(dir)
	if err != nil {
		t.Fatal(err)
	}
	found, err := file.GetAuthConfig(host)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(found)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(os.Getenv(readerVariable+"_OUT"), text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// dockerReads is what Docker sends to host.
func dockerReads(t testing.TB, c Config, host string) (found types.AuthConfig) {
	t.Helper()
	if len(c.Environ) == 0 {
		file, err := dockerconfig.Load(c.Directory)
		if err != nil {
			t.Fatal(err)
		}
		if found, err = file.GetAuthConfig(host); err != nil {
			t.Fatal(err)
		}
		return found
	}
	out := filepath.Join(t.TempDir(), "out")
	command := exec.Command(os.Args[0], "-test.run=^TestDockersReader$")
	command.Env = append(slices.Clone(c.Environ), readerVariable+"="+c.Directory+"\n"+host, readerVariable+"_OUT="+out)
	if text, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if err := json.Unmarshal([]byte(textOf(t, out)), &found); err != nil {
		t.Fatal(err)
	}
	return found
}

// gives checks that Docker sends this login, and nothing besides.
func (c Config) gives(t testing.TB, l Login) {
	t.Helper()
	if got := dockerReads(t, c, l.Host); got != (types.AuthConfig{Username: l.Username, Password: l.Password.Open(), ServerAddress: l.Host}) {
		t.Errorf("%s: Docker reads another login", l.Host)
	}
}

// givesNone checks that Docker sends nothing.
func (c Config) givesNone(t testing.TB, host string) {
	t.Helper()
	if got := dockerReads(t, c, host); got.Username != "" || got.Password != "" || got.IdentityToken != "" {
		t.Errorf("%s: Docker still reads a login", host)
	}
}

func asHinted(err error, hinted *interface{ Hint() string }) bool { return errors.As(err, hinted) }
