package docker

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
)

const (
	hostA = "222222222222.dkr.ecr.eu-west-1.amazonaws.com"
	hostB = "public.ecr.aws"
)

// holding is a configuration directory whose config.json holds text; an empty
// one is not there.
func holding(t *testing.T, text string) Config {
	t.Helper()
	c := Config{Directory: filepath.Join(t.TempDir(), "docker")}
	if text == "" {
		return c
	}
	if err := os.Mkdir(c.Directory, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(c.file(), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return c
}

func held(t *testing.T, c Config) string {
	t.Helper()
	text, err := os.ReadFile(c.file())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestHelpersAreNamedAndNothingElseChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, added, removed string }{
		{"no file", "", "{\n\t\"credHelpers\": {\n\t\t\"A\": \"awsvars\",\n\t\t\"B\": \"awsvars\"\n\t}\n}", "{}"},
		{"Docker's own layout", "{\n\t\"auths\": {}\n}", "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"A\": \"awsvars\",\n\t\t\"B\": \"awsvars\"\n\t}\n}", "{\n\t\"auths\": {}\n}"},
		{"a newline at the end", "{\n  \"x\": [1,  2]\n}\n\n", "{\n  \"x\": [1,  2],\n  \"credHelpers\": {\n    \"A\": \"awsvars\",\n    \"B\": \"awsvars\"\n  }\n}\n\n", "{\n  \"x\": [1,  2]\n}\n\n"},
		{"one line", ` {"x":1} `, ` {"x":1,"credHelpers":{"A":"awsvars","B":"awsvars"}} `, ` {"x":1} `},
		{"another helper's host", "{\n \"credHelpers\": {\n  \"gcr.io\": \"gcloud\"\n },\n \"x\": \"\\u00e4\"\n}", "{\n \"credHelpers\": {\n  \"gcr.io\": \"gcloud\",\n  \"A\": \"awsvars\",\n  \"B\": \"awsvars\"\n },\n \"x\": \"\\u00e4\"\n}", "{\n \"credHelpers\": {\n  \"gcr.io\": \"gcloud\"\n },\n \"x\": \"\\u00e4\"\n}"},
		{"lines of Windows", "{\r\n  \"x\": 1\r\n}\r\n", "{\r\n  \"x\": 1,\r\n  \"credHelpers\": {\r\n    \"A\": \"awsvars\",\r\n    \"B\": \"awsvars\"\r\n  }\r\n}\r\n", "{\r\n  \"x\": 1\r\n}\r\n"},
		{"the first of the list", `{"credHelpers":{"A":"awsvars", "gcr.io":"gcloud"}}`, `{"credHelpers":{"A":"awsvars", "gcr.io":"gcloud", "B":"awsvars"}}`, `{"credHelpers":{ "gcr.io":"gcloud"}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			names := strings.NewReplacer(`"A"`, `"`+hostA+`"`, `"B"`, `"`+hostB+`"`)
			config := holding(t, names.Replace(c.text))
			if _, err := config.NameHelper(t.Context(), "awsvars", []string{hostA, hostB, hostB}, false); err != nil {
				t.Fatal(err)
			}
			if got, want := held(t, config), names.Replace(c.added); got != want {
				t.Errorf("with helpers %q, want %q", got, want)
			}
			if changed, err := config.NameHelper(t.Context(), "awsvars", []string{hostA, hostB}, false); err != nil || len(changed) > 0 {
				t.Errorf("again: %v, %v", changed, err)
			}
			removed, err := config.DropHelper(t.Context(), "awsvars")
			if err != nil || len(removed) != 2 {
				t.Errorf("removed %v, %v", removed, err)
			}
			if got, want := held(t, config), names.Replace(c.removed); got != want {
				t.Errorf("without them %q, want %q", got, want)
			}
		})
	}
}

func TestAnotherHelperStaysUnlessItIsOverwritten(t *testing.T) {
	t.Parallel()
	const text = `{"credHelpers": {"public.ecr.aws": "ecr-login"}}`
	c := holding(t, text)
	if _, err := c.NameHelper(t.Context(), "awsvars", []string{hostA, hostB}, false); err == nil || !strings.Contains(err.Error(), `it names the helper "ecr-login" for public.ecr.aws`) {
		t.Errorf("the error is %v", err)
	}
	if removed, err := c.DropHelper(t.Context(), "awsvars", hostB); err != nil || len(removed) > 0 || held(t, c) != text {
		t.Errorf("removed %v, %v, and the file holds %s", removed, err, held(t, c))
	}
	changed, err := c.NameHelper(t.Context(), "awsvars", []string{hostB}, true)
	if err != nil || !slices.Equal(changed, []string{hostB}) || held(t, c) != `{"credHelpers": {"public.ecr.aws": "awsvars"}}` {
		t.Errorf("changed %v, %v, and the file holds %s", changed, err, held(t, c))
	}
}

func TestHelpersAreNotNamedWhereDockerReadsSomethingElse(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[]`, `{"credHelpers":{}`, `{"credHelpers":[]}`, `{"credHelpers":{},"credhelpers":{}}`, `{"credHelpers":{"a":"b","a":"c"}}`, "\ufeff{}"} {
		c := holding(t, text)
		if _, err := c.NameHelper(t.Context(), "awsvars", []string{hostA}, true); err == nil || held(t, c) != text {
			t.Errorf("%s: %v, and it became %s", text, err, held(t, c))
		}
	}
	c := holding(t, "")
	if _, err := c.NameHelper(t.Context(), "awsvars", []string{"a/b"}, true); err == nil {
		t.Error("a path is taken for a host")
	}
	if removed, err := c.DropHelper(t.Context(), "awsvars"); err != nil || removed != nil {
		t.Errorf("where no directory is: %v, %v", removed, err)
	}
	if _, err := os.Stat(c.Directory); err == nil {
		t.Error("a directory was made to take nothing out")
	}
}

func TestFiftyNamedAtOnceAreAllThere(t *testing.T) {
	t.Parallel()
	c := holding(t, "")
	var group sync.WaitGroup
	for i := range 50 {
		group.Go(func() {
			if _, err := c.NameHelper(context.Background(), "awsvars", []string{fmt.Sprintf("host-%d.example", i)}, false); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	var read struct{ CredHelpers map[string]string }
	if err := json.Unmarshal([]byte(held(t, c)), &read); err != nil || len(read.CredHelpers) != 50 {
		t.Errorf("%d are there, %v", len(read.CredHelpers), err)
	}
}

func FuzzHelpers(f *testing.F) {
	for _, text := range []string{`{"credHelpers":{"a":"b"}}`, "{\n\t\"auths\": {},\n\t\"credHelpers\": {\n\t\t\"public.ecr.aws\": \"x\"\n\t}\n}\n", `{"x":{"credHelpers":{}}}`, `{"credhelpers":null}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		before, err := parse(text)
		if err != nil || before.text == "" {
			return
		}
		list, _ := before.list(helpersKey)
		var hosts []string
		for _, m := range list.members {
			hosts = append(hosts, m.key)
		}
		if before.checkHosts(append(hosts, hostA)) != nil || slices.Contains(hosts, hostA) {
			return
		}
		named, err := parse(before.put(helpersKey, hostA, `"awsvars"`).text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		dropped, err := parse(named.drop(helpersKey, hostA).text)
		if err != nil {
			t.Fatalf("%q: %v", named.text, err)
		}
		if name, _ := named.helperOf(hostA); name != "awsvars" {
			t.Fatalf("%q became %q", text, named.text)
		}
		if len(hosts) > 0 && !reflect.DeepEqual(dropped.read.CredentialHelpers, before.read.CredentialHelpers) {
			t.Fatalf("%q became %q", named.text, dropped.text)
		}
	})
}
