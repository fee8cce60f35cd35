package docker

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// dockersText is config.json as docker login writes it.
const dockersText = `{
	"auths": {
		"` + ireland + `": {
			"auth": "` + fakeAuth + `"
		}
	}
}`

func TestDirectoryIsDockers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ variable, home, want string }{
		{"", "/home/ci", "/home/ci/.docker"},
		{"/etc/docker/", "/home/ci", "/etc/docker"},
		{"here", "/home/ci", "/job/here"},
		{"/etc/docker", "", "/etc/docker"},
		{"", "", ""},
	} {
		got, err := Directory(filepath.FromSlash(c.variable), filepath.FromSlash(c.home), filepath.FromSlash("/job"))
		if got != filepath.FromSlash(c.want) || (err == nil) != (c.want != "") {
			t.Errorf("%q, %q: %q, %v", c.variable, c.home, got, err)
		}
	}
}

func TestFirstLogin(t *testing.T) {
	t.Parallel()
	c := Config{Directory: filepath.Join(t.TempDir(), "a", ".docker"), Job: "job 1"}
	logIn(t, c, loginTo(ireland))
	c.holds(t, dockersText)
	c.gives(t, loginTo(ireland))
	onlyIn(t, c.Directory, "config.json", lockName, stateName)
	for path, want := range map[string]fs.FileMode{filepath.Dir(c.Directory): 0o700, c.Directory: 0o700, c.file(): 0o600, c.stateFile(): 0o600} {
		if got := modeOf(t, path); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
	noSecret(t, textOf(t, c.stateFile()))
	logOut(t, c, nil, ireland+": removed")
	c.holds(t, "{\n\t\"auths\": {}\n}")
	onlyIn(t, c.Directory, "config.json", lockName)
}

// edits are texts, and what they are with a login to ireland. Without a third
// text the logout gives the first one back.
func edits() map[string][]string {
	const entry = `"` + ireland + `":{"auth":"` + fakeAuth + `"}`
	return map[string][]string{
		"empty":             {"", dockersText, "{\n\t\"auths\": {}\n}"},
		"blank":             {" \r\n", dockersText, "{\n\t\"auths\": {}\n}"},
		"no members":        {"{}", dockersText, "{\n\t\"auths\": {}\n}"},
		"no members, ended": {"{}\n", dockersText + "\n", "{\n\t\"auths\": {}\n}\n"},
		"one line":          {`{"auths":{"a":{}},"x":[1, 2]}`, `{"auths":{"a":{},` + entry + `},"x":[1, 2]}`},
		"no auths":          {`{"x":{"auths":{}}}`, `{"x":{"auths":{}},"auths":{` + entry + `}}`, `{"x":{"auths":{}},"auths":{}}`},
		"auths null":        {`{"auths": null, "x":1e9}`, `{"auths": {` + entry + `}, "x":1e9}`, `{"auths": {}, "x":1e9}`},
		"no auths yet":      {"{\n  \"psFormat\": \"x\",\n  \"auths\": {}\n}\n", "{\n  \"psFormat\": \"x\",\n  \"auths\": {\n    \"" + ireland + "\": {\n      \"auth\": \"" + fakeAuth + "\"\n    }\n  }\n}\n"},
		"CRLF":              {"{\r\n\t\"auths\": {\r\n\t\t\"a\": {}\r\n\t}\r\n}\r\n", "{\r\n\t\"auths\": {\r\n\t\t\"a\": {},\r\n\t\t\"" + ireland + "\": {\r\n\t\t\t\"auth\": \"" + fakeAuth + "\"\r\n\t\t}\r\n\t}\r\n}\r\n"},
		"odd blanks":        {"{ \"auths\" :\t{ \"a\" : {} , \"b\":{} } , \"k\\u0065y\" : \"\\u00e9\" }", "{ \"auths\" :\t{ \"a\" : {} , \"b\":{}, " + entry + " } , \"k\\u0065y\" : \"\\u00e9\" }"},
		"other case":        {`{"AUTHS":{}}`, `{"AUTHS":{` + entry + `}}`},
		"escaped key":       {`{"\u0061uths":{}}`, `{"\u0061uths":{` + entry + `}}`},
		"an old login":      {`{"auths":{"` + ireland + `":{"auth":"QVdTOm9sZA==","email":"x"},"a":{}}}`, `{"auths":{` + entry + `,"a":{}}}`, `{"auths":{"a":{}}}`},
		"escaped host":      {`{"auths":{"\u0032` + ireland[1:] + `":null}}`, `{"auths":{"\u0032` + ireland[1:] + `":{"auth":"` + fakeAuth + `"}}}`, `{"auths":{}}`},
		"with dots":         {`{"auths":{"222222222222":{"dkr":{}}}}`, `{"auths":{"222222222222":{"dkr":{}},` + entry + `}}`},
		"unknown":           {"{\"z\":{\"b\":1,\"a\":[ ]},\"auths\":{\"a\":{\"new\":true}},\"HttpHeaders\":{\"X\":\"y\"}}\n\n", "{\"z\":{\"b\":1,\"a\":[ ]},\"auths\":{\"a\":{\"new\":true}," + entry + "},\"HttpHeaders\":{\"X\":\"y\"}}\n\n"},
	}
}

func TestLoginLeavesEveryOtherByte(t *testing.T) {
	t.Parallel()
	for name, texts := range edits() {
		c := configOf(t, texts[0])
		undo := logIn(t, c, loginTo(ireland))
		c.holds(t, texts[1])
		c.gives(t, loginTo(ireland))
		if err := undo(); err != nil {
			t.Error(err)
		}
		c.holds(t, texts[0])
		logIn(t, c, loginTo(ireland))
		logOut(t, c, nil, ireland+": removed")
		c.holds(t, append(texts[:1:1], texts[2:]...)[len(texts)-2])
		onlyIn(t, c.Directory, "config.json", lockName)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

func TestSeveralHostsAtOnce(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"auths":{}}`)
	hosts := []string{
		ireland, public, "ecr-public.aws.com", "222222222222.dkr-ecr.eu-west-1.on.aws", "222222222222.dkr.ecr-fips.us-east-1.amazonaws.com",
		"222222222222.dkr.ecr.cn-north-1.amazonaws.com.cn", "localhost:5000", "127.0.0.1:5000",
	}
	var logins []Login
	var want []string
	for _, host := range hosts {
		logins = append(logins, loginTo(host))
		want = append(want, host+": removed")
	}
	logIn(t, c, logins...)
	for _, l := range logins {
		c.gives(t, l)
	}
	// Once more changes nothing.
	text := textOf(t, c.file())
	logIn(t, c, logins...)
	c.holds(t, text)
	logOut(t, c, nil, want...)
	c.holds(t, `{"auths":{}}`)
}

func TestTextsThatAreRefused(t *testing.T) {
	t.Parallel()
	for text, problem := range map[string]string{
		"\ufeff{}":                    "it begins with a byte order mark, which Docker does not read",
		"{\n// mine\n}":               "it is not JSON from line 2 on",
		"{\n\"a\": " + fakeAuth + "}": "it is not JSON from line 2 on",
		`{"auths":{},}`:               "it is not JSON from line 1 on",
		`{} {}`:                       "it is not JSON from line 1 on",
		`{`:                           "it is not JSON from line 1 on",
		`null`:                        "it is no JSON object",
		`[]`:                          "it is no JSON object",
		`"` + fakePassword + `"`:      "it is no JSON object",
		`{"auths":[]}`:                `it is not what Docker reads: key "auths" has a value of the wrong kind`,
		`{"credsStore":1}`:            `it is not what Docker reads: key "credsStore" has a value of the wrong kind`,
		`{"auths":{"a":{"auth":"` + fakePassword[1:] + `"}}}`:               "it is not what Docker reads: an auth in auths is no base64 of USER:PASSWORD",
		`{"auths":{"a":{}},"Auths":{}}`:                                     `it has the key "auths" 2 times; leave one`,
		`{"credsStore":"a","credsStore":""}`:                                `it has the key "credsStore" 2 times; leave one`,
		`{"auths":{"` + ireland + `":{},"\u0032` + ireland[1:] + `":{}}}`:   `its auths have the key "` + ireland + `" 2 times; leave one`,
		`{"credHelpers":{"` + ireland + `":"a","` + ireland + `":"b"}}`:     `its credHelpers have the key "` + ireland + `" 2 times; leave one`,
		`{"auths":{"a":"` + fakePassword + `"},"x":"` + fakePassword + `"}`: `it is not what Docker reads: key "`,
	} {
		c := configOf(t, text)
		_, undo, err := c.Login(t.Context(), []Login{loginTo(public), loginTo(ireland)})
		wantError(t, err, "logging in to Docker's registries: "+c.file()+": "+problem)
		if undo != nil {
			t.Error("there is something to undo")
		}
		c.holds(t, text)
		_, _, err = c.Private(t.Context(), t.TempDir(), ProcessOf(os.Getpid()), []Login{loginTo(public), loginTo(ireland)})
		wantError(t, err, "logging in in a private directory: "+c.file()+": "+problem)
	}
}

func TestLoginsThatAreRefused(t *testing.T) {
	t.Parallel()
	c := Config{Directory: filepath.Join(t.TempDir(), "no")}
	for host, problem := range map[string]string{
		"": "a registry is written as in the names of images", "https://" + ireland: "a registry is written", ireland + "/app": "a registry is written",
		"a b": "a registry is written", "a:": "a registry is written", "a:b": "a registry is written", `a"`: "a registry is written",
		"docker.io": "logins to Docker Hub are left to the docker command",
	} {
		_, _, err := c.Login(t.Context(), []Login{loginTo(host)})
		wantError(t, err, fmt.Sprintf("registry %q: %s", host, problem))
	}
	for _, l := range []Login{{Host: ireland, Username: "AWS"}, {Host: ireland, Username: "A:S", Password: loginTo("").Password}, {Host: ireland, Password: loginTo("").Password}} {
		_, _, err := c.Login(t.Context(), []Login{l})
		wantError(t, err, "is no word of printable ASCII")
	}
	_, _, err := c.Login(t.Context(), []Login{loginTo(public), loginTo(public)})
	wantError(t, err, `registry "public.ecr.aws": there are two logins for it`)
	_, _, err = c.Login(t.Context(), nil)
	wantError(t, err, "there is no registry to log in to")
	_, _, err = Config{Directory: ".docker"}.Login(t.Context(), []Login{loginTo(public)})
	wantError(t, err, `".docker" is no absolute path`)
	if _, err := os.Stat(c.Directory); err == nil {
		t.Error("a directory was made")
	}
}

// TestOthersLoseTheirRights: the file holds a secret from now on.
func TestOthersLoseTheirRights(t *testing.T) {
	t.Parallel()
	for before, want := range map[fs.FileMode]fs.FileMode{0o600: 0o600, 0o644: 0o600, 0o666: 0o600, 0o640: 0o600, 0o700: 0o700} {
		c := configOf(t, "{}")
		for range 2 {
			if err := os.Chmod(c.file(), before); err != nil {
				t.Fatal(err)
			}
			logIn(t, c, loginTo(ireland))
			if got := modeOf(t, c.file()); got != want {
				t.Errorf("mode %o became %o", before, got)
			}
		}
	}
}

func TestUndoLeavesWhatOthersDid(t *testing.T) {
	t.Parallel()
	c := configOf(t, `{"auths":{"`+ireland+`":{"auth":"QVdTOm9sZA=="}}}`)
	undo := logIn(t, c, loginTo(ireland), loginTo(public), loginTo(virginia))
	logIn(t, c, otherLogin(public), loginTo("a"))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, otherLogin(public))
	c.gives(t, loginTo("a"))
	c.givesNone(t, virginia)
	if text := textOf(t, c.file()); !strings.HasPrefix(text, `{"auths":{"`+ireland+`":{"auth":"QVdTOm9sZA=="},"`+public) {
		t.Errorf("config.json holds %s", text)
	}
	logOut(t, c, nil, public+": removed", "a: removed")
	undo = logIn(t, Config{Directory: filepath.Join(c.Directory, "new")}, loginTo(ireland))
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	onlyIn(t, filepath.Join(c.Directory, "new"), lockName)
}

// TestUndoLeavesTheLoginOfAnotherJob: both wrote the same.
func TestUndoLeavesTheLoginOfAnotherJob(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	other := c
	other.Job = "job 2"
	undo := logIn(t, c, loginTo(ireland), loginTo(public))
	text := textOf(t, c.file())
	undoOther := logIn(t, other, loginTo(ireland))
	c.holds(t, text)
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, loginTo(ireland))
	c.givesNone(t, public)
	logIn(t, c, loginTo(ireland))
	if err := undoOther(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, loginTo(ireland))
	logOut(t, other, nil)
	logOut(t, c, nil, ireland+": removed")
}

// TestUndoOfARepeatedLogin: the job's earlier one stays, and is known.
func TestUndoOfARepeatedLogin(t *testing.T) {
	t.Parallel()
	c := configOf(t, "{}")
	logIn(t, c, loginTo(ireland))
	if err := logIn(t, c, loginTo(ireland))(); err != nil {
		t.Fatal(err)
	}
	c.gives(t, loginTo(ireland))
	logOut(t, c, nil, ireland+": removed")
}

func TestCheckChangesNothing(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := Config{Directory: filepath.Join(dir, "a", ".docker")}
	if err := c.Check(ireland, public); err != nil {
		t.Error(err)
	}
	onlyIn(t, dir)
	wantError(t, c.Check("docker.io"), `registry "docker.io": logins to Docker Hub`)
	wantError(t, Config{Directory: "x"}.Check(ireland), `"x" is no absolute path`)
	c = configOf(t, `{"credHelpers":{"`+public+`":"ecr-login"}}`)
	if err := c.Check(ireland); err != nil {
		t.Error(err)
	}
	var unfit *Unfit
	if err := c.Check(ireland, public); !errors.As(err, &unfit) || unfit.Host != public || unfit.Reason != NotInstalled {
		t.Errorf("got %v", err)
	}
	onlyIn(t, c.Directory, "config.json")
	wantError(t, configOf(t, "{").Check(ireland), "logging in to Docker's registries: ", "it is not JSON")
	wantError(t, configOf(t, `{"auths":{"a":{},"a":{}}}`).Check("a"), "2 times")
	wantError(t, Config{Directory: filepath.Join(c.file(), "below")}.Check(ireland), "not a directory")
}

func TestVariableThatComesFirst(t *testing.T) {
	t.Parallel()
	c := Config{Environ: []string{`DOCKER_AUTH_CONFIG={"auths":{"` + ireland + `":{"auth":"` + fakeAuth + `"}}}`}}
	if got := c.Overridden(ireland, public); len(got) != 1 || got[0] != ireland {
		t.Errorf("got %q", got)
	}
	if got := (Config{Environ: []string{"DOCKER_AUTH_CONFIG=x"}}).Overridden(ireland); got != nil {
		t.Errorf("got %q", got)
	}
}
