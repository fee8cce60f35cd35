package runners

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/files"
)

// TestBlankTakesBackWhatIsStillThere plays GitHub's runner between a step and
// its post step.
func TestBlankTakesBackWhatIsStillThere(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, since map[string]string
		blanked       string
		renewed       string
	}{
		"all of it":          {nil, nil, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION", ""},
		"not the job's own":  {map[string]string{"AWS_REGION": "eu-west-1"}, nil, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION", ""},
		"another before":     {map[string]string{"AWS_REGION": "us-east-1"}, nil, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION", ""},
		"keys of the step":   {map[string]string{"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "its own"}, map[string]string{"AWS_ACCESS_KEY_ID": "AKIA", "AWS_SECRET_ACCESS_KEY": "its own"}, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION", ""},
		"the same keys":      {map[string]string{"AWS_ACCESS_KEY_ID": fakeKey, "AWS_SECRET_ACCESS_KEY": fakeSecret}, nil, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_REGION AWS_DEFAULT_REGION", ""},
		"some blank by now":  {nil, map[string]string{"AWS_REGION": ""}, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_DEFAULT_REGION", ""},
		"nothing of renewed": {nil, map[string]string{"AWS_SECRET_ACCESS_KEY": "newer"}, "", "AWS_SECRET_ACCESS_KEY"},
	} {
		state := filepath.Join(t.TempDir(), "state")
		more := map[string]string{"GITHUB_STATE": state}
		for name, text := range c.before {
			more[name] = text
		}
		s := newStep(t, more)
		deliver(t, "github", s.Host, stsSet(t), settings(t, nil))
		text := readText(t, state)
		if strings.Contains(text, fakeKey) || strings.Contains(text, fakeSecret) {
			t.Errorf("%s: the state holds a value", name)
		}
		for variable, value := range parse(t, readText(t, s.env)) {
			more[variable] = value
		}
		for variable, value := range c.since {
			more[variable] = value
		}
		more["STATE_exported"] = parse(t, text)["exported"]
		post := newStep(t, more)
		blanked, renewed, err := Blank(post.Host)
		if err != nil || strings.Join(blanked, " ") != c.blanked || renewed != c.renewed {
			t.Errorf("%s: blanked %v, renewed %q, %v", name, blanked, renewed, err)
		}
		env := parse(t, readText(t, post.env))
		for _, variable := range blanked {
			if value, is := env[variable]; !is || value != "" {
				t.Errorf("%s: %s is not blank", name, variable)
			}
		}
		if len(env) != len(blanked) {
			t.Errorf("%s: %d variables were written", name, len(env))
		}
	}
}

func TestStateOfAnotherIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", "AWS_REGION,PATH", `{"name":"PATH"}`, `[{"name":3}]`} {
		s := newStep(t, map[string]string{"STATE_exported": text})
		_, _, err := Blank(s.Host)
		wantError(t, err, "reading $STATE_exported: it is not as awsvars wrote it")
	}
	// A name that no environment takes sets nothing else either.
	hostile := "X\nPATH=/evil"
	s := newStep(t, map[string]string{"STATE_exported": `[{"name":"X\nPATH=/evil"},{"name":"PATH"}]`, hostile: "x", "PATH": "/bin"})
	if blanked, renewed, err := Blank(s.Host); err != nil || len(blanked) > 0 || renewed != "PATH" || readText(t, s.env) != "" {
		t.Errorf("blanked %v, renewed %q, %v", blanked, renewed, err)
	}
}

func TestStateIsSavedWhereAPostStepComes(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	state := filepath.Join(dir, "state")
	for _, c := range []struct {
		actions, path string
		comes         bool
	}{{"true", state, true}, {"", state, false}, {"true", "", false}, {"true", filepath.Join(dir, "no", "such"), false}} {
		if err := os.WriteFile(state, []byte("earlier=1"), 0o600); err != nil {
			t.Fatal(err)
		}
		s := newStep(t, map[string]string{"GITHUB_ACTIONS": c.actions, "GITHUB_STATE": c.path})
		if err := SaveState(s.Host, "login", map[string]string{"directory": "a\n" + delimiter + "\nb"}); err != nil {
			t.Fatal(err)
		}
		got := strings.TrimPrefix(readText(t, state), "earlier=1")
		if (got != "") != c.comes {
			t.Errorf("%+v: wrote %q", c, got)
		}
		if !c.comes {
			continue
		}
		s = newStep(t, map[string]string{"STATE_login": parse(t, strings.TrimPrefix(got, "\n"))["login"]})
		var read map[string]string
		if is, err := State(s.Host, "login", &read); !is || err != nil || read["directory"] != "a\n"+delimiter+"\nb" {
			t.Errorf("read %v, %v", read, err)
		}
	}
}

// FuzzStateSetsNothing: whatever a state says, variables get an empty value in
// the post step, or stay as they are.
func FuzzStateSetsNothing(f *testing.F) {
	good, err := json.Marshal([]export{{Name: "AWS_REGION", Value: files.StampOf([]byte("eu-west-1"))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(good), "AWS_REGION", "eu-west-1")
	f.Add(`[{"name":"X\nPATH=/evil"}]`, "X\nPATH=/evil", "x")
	f.Fuzz(func(t *testing.T, state, name, value string) {
		s := newStep(t, map[string]string{"STATE_exported": state, name: value})
		if name == "GITHUB_ENV" || name == "STATE_exported" {
			return
		}
		blanked, _, _ := Blank(s.Host)
		written := parse(t, readText(t, s.env))
		for _, got := range written {
			if got != "" {
				t.Fatalf("%q was written", got)
			}
		}
		for _, one := range blanked {
			if _, is := written[one]; !is {
				t.Fatalf("%q is not blank", one)
			}
		}
	})
}
