package runners

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	dockerconfig "github.com/docker/cli/cli/config"
	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

const ireland, public = "111111111111.dkr.ecr.eu-west-1.amazonaws.com", "public.ecr.aws"

// ecrSet is a set like the one of the task ecr, its first login the one that
// lasts longer.
func ecrSet() *variables.Set {
	noon := time.Date(2026, 1, 2, 12, 0, 0, 0, time.FixedZone("", 3600))
	set := variables.NewSet("custom.aws.ecr")
	set.Logins = []variables.Login{
		{Host: public, Username: "AWS", Password: variables.NewSecret("geheim/+=="), Expires: noon.Add(time.Minute)},
		{Host: ireland, Username: "AWS", Password: variables.NewSecret(fakeSecret), Expires: noon},
	}
	return set
}

// dockerReads is what Docker's own reader finds in a config.json: user and
// password of each host.
func dockerReads(t testing.TB, content []byte) map[string][2]string {
	t.Helper()
	file, err := dockerconfig.LoadFromReader(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string][2]string{}
	for host, login := range file.AuthConfigs {
		got[host] = [2]string{login.Username, login.Password}
	}
	return got
}

// plainReads is what a reader finds that takes the two fields, as Kubernetes'
// does where there is no auth.
func plainReads(t testing.TB, content []byte) map[string][2]string {
	t.Helper()
	var file struct {
		Auths map[string]struct{ Username, Password string }
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	got := map[string][2]string{}
	for host, login := range file.Auths {
		got[host] = [2]string{login.Username, login.Password}
	}
	return got
}

func loginsOf(set *variables.Set) map[string][2]string {
	want := map[string][2]string{}
	for _, l := range set.Logins {
		want[l.Host] = [2]string{l.Username, l.Password.Open()}
	}
	return want
}

func TestDockerReadsTheLogins(t *testing.T) {
	t.Parallel()
	for format, config := range map[string]func(testing.TB, []byte) []byte{
		"dockerconfigjson":  func(_ testing.TB, content []byte) []byte { return content },
		"kubernetes-secret": dataOf,
	} {
		m, set := newMachine(t, nil), ecrSet()
		delivery := deliver(t, "envfile", m.Host, set, settings(t, map[string]string{"format": format}))
		if want := "2 logins to stdout in the format " + format; delivery.Text != want {
			t.Errorf("%q, want %q", delivery.Text, want)
		}
		content := config(t, m.out.Bytes())
		for _, got := range []map[string][2]string{dockerReads(t, content), plainReads(t, content)} {
			if diff := cmp.Diff(loginsOf(set), got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", format, diff)
			}
		}
	}
}

func TestLoginsAreMaskedForPeople(t *testing.T) {
	t.Parallel()
	for format, shows := range map[string]string{"dockerconfigjson": ireland, "kubernetes-secret": "awsvars/expires"} {
		m := newMachine(t, nil)
		m.Terminal = true
		delivery := deliver(t, "envfile", m.Host, ecrSet(), settings(t, map[string]string{"format": format}))
		if want := "2 logins to the terminal, secrets masked; into a pipe or a file they are written out"; delivery.Text != want {
			t.Errorf("%q", delivery.Text)
		}
		text := m.out.String()
		if !strings.Contains(text, `"`+variables.Masked+`"`) || !strings.Contains(text, shows) {
			t.Errorf("%s:\n%s", format, text)
		}
		for _, l := range ecrSet().Logins {
			for _, secret := range masks([]variables.Secret{l.Password}) {
				if strings.Contains(text, secret) {
					t.Errorf("%s shows a password", format)
				}
			}
		}
	}
}

func TestLoginsGoIntoAFile(t *testing.T) {
	t.Parallel()
	m := newMachine(t, map[string]string{"DRONE": "true"})
	deliver(t, "drone", m.Host, ecrSet(), settings(t, map[string]string{"format": "dockerconfigjson", "namespace": "custom.aws.ecr"}))
	path := filepath.Join(m.Dir, placeName, "ecr.json")
	if diff := cmp.Diff(loginsOf(ecrSet()), dockerReads(t, []byte(readText(t, path)))); diff != "" {
		t.Error(diff)
	}
}

func TestLoginsThatNoReaderGivesBackAreRefused(t *testing.T) {
	t.Parallel()
	login := func(host, username, password string) variables.Login {
		return variables.Login{Host: host, Username: username, Password: variables.NewSecret(password)}
	}
	for want, logins := range map[string][]variables.Login{
		"writing logins: there are none":                      nil,
		`writing the login to "": it names no host`:           {login("", "AWS", "geheim")},
		`"a": it has no username`:                             {login("a", "", "geheim")},
		`"a": the username has a colon`:                       {login("a", "A:WS", "geheim")},
		`"a": it has no password`:                             {login("a", "AWS", "")},
		`"a": the value has a NUL byte`:                       {login("a", "AWS", "geheim\x00")},
		`"a": the value is not valid UTF-8`:                   {login("a", "AWS", "geheim\xff")},
		`"a": there are two`:                                  {login("a", "AWS", "geheim"), login("a", "AWS", "geheim")},
		"it has no password\nwriting the login to \"b\": it ": {login("a", "AWS", ""), login("b", "", "geheim")},
	} {
		m := newMachine(t, nil)
		for _, format := range []string{"dockerconfigjson", "kubernetes-secret"} {
			_, err := open(t, "envfile", m.Host).Deliver(&variables.Set{Logins: logins}, settings(t, map[string]string{"format": format}))
			wantError(t, err, want)
			if strings.Contains(fmt.Sprint(err), "geheim") || m.out.Len() > 0 {
				t.Errorf("%s: the error quotes a password, or something was written", want)
			}
		}
	}
}

func TestSettingsThatLoginsHaveNoUseForAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		runner string
		given  map[string]string
		want   string
	}{
		{"envfile", map[string]string{"format": "dockerconfigjson", "prefix": "x_"}, "prefix: the format dockerconfigjson holds logins and no variables"},
		{"envfile", map[string]string{"format": "dockerconfigjson", "secret-name": "x"}, "secret-name: it is for the format kubernetes-secret"},
		{"drone", map[string]string{"format": "json", "secret-namespace": "x"}, "secret-namespace: it is for the format kubernetes-secret"},
		{"envfile", map[string]string{"secret-name": "x", "prefix": "x_"}, "secret-name: it is"},
		{"github", map[string]string{"secret-name": "x"}, "secret-name: it is"},
		{"bamboo", map[string]string{"secret-name": "x"}, "secret-name: it is"},
		{"harness", map[string]string{"secret-name": "x"}, "secret-name: it is"},
	} {
		err := open(t, c.runner, newMachine(t, nil).Host).Check(settings(t, c.given))
		wantError(t, err, c.want)
		var faults variables.Faults
		if !errors.As(err, &faults) {
			t.Errorf("%v: %v is no fault of a setting", c.given, err)
		}
	}
}

// FuzzLogins: what is written is exactly what Docker's reader finds, or it is
// refused.
func FuzzLogins(f *testing.F) {
	f.Add(ireland, "AWS", fakeSecret, public, "geheim")
	f.Add("https://a/v1/", "é", "<&>\u2028\"\\\n", "A", ":")
	f.Add("a\x00", "AWS", "\x00x\x00", "a", "\xff")
	f.Fuzz(func(t *testing.T, host, username, password, other, more string) {
		set := &variables.Set{Logins: []variables.Login{
			{Host: host, Username: username, Password: variables.NewSecret(password)},
			{Host: other, Username: "AWS", Password: variables.NewSecret(more)},
		}}
		v := settings(t, nil)
		config, err := dockerConfig(set.Logins, v, program)
		if err != nil {
			return
		}
		manifest, err := kubernetesSecret(set.Logins, v, program)
		if err != nil {
			t.Fatal(err)
		}
		for _, content := range [][]byte{config, dataOf(t, manifest)} {
			for _, got := range []map[string][2]string{dockerReads(t, content), plainReads(t, content)} {
				if diff := cmp.Diff(loginsOf(set), got); diff != "" {
					t.Fatal(diff)
				}
			}
		}
		shown, err := dockerConfig(set.Logins, v, people)
		if err != nil {
			t.Fatal(err)
		}
		for of, login := range plainReads(t, shown) {
			if login[1] != variables.Masked {
				t.Errorf("the password for %q is shown", of)
			}
		}
	})
}
