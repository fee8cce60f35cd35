package variables_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/awsvars/awsvars/variables"
)

// from is a source that answers from a map.
func from(origin string, given map[string]string) variables.Source {
	return func(name string) (variables.Input, bool) {
		text, ok := given[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: origin + name}, ok
	}
}

func settings() []variables.Setting {
	return []variables.Setting{
		{Name: "text", Type: variables.Text, Default: "standard", Aliases: []string{"old-text"}},
		{Name: "list", Type: variables.List, Check: func(text string) error {
			if strings.HasPrefix(text, "bad") {
				return errors.New("not like this")
			}
			return nil
		}},
		{Name: "arns", Type: variables.ARNList},
		{Name: "flag", Type: variables.Bool, Default: "true"},
		{Name: "time", Type: variables.Duration},
		{Name: "number", Type: variables.Integer},
		{Name: "choice", Type: variables.Choice, Choices: []string{"a", "b"}},
		{Name: "document", Type: variables.JSON},
		{Name: "key", Type: variables.Text, Secret: true},
	}
}

func TestFillTakesTheFirstSource(t *testing.T) {
	t.Parallel()
	values, faults := variables.Fill(
		settings(), os.ReadFile,
		from("--", map[string]string{"list": "a", "text": " "}),
		from("INPUT_", map[string]string{"list": "b", "old-text": " given \n", "flag": "Off", "key": text + "\n"}),
	)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if got := values.List("list"); !cmp.Equal(got, []string{"a"}) || values.Origin("list") != "--list" {
		t.Errorf("list is %v from %s", got, values.Origin("list"))
	}
	if values.Text("text") != "given" || values.Origin("text") != "INPUT_old-text" {
		t.Errorf("an empty text hides the next source: %q from %s", values.Text("text"), values.Origin("text"))
	}
	if values.Bool("flag") || values.Given("time") || !values.Given("flag") {
		t.Error("flag was not read")
	}
	if values.Secret("key").Open() != text {
		t.Error("the secret was not read")
	}
}

func TestFillReadsEveryType(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(path, []byte(`{"a":1}`), 0o600); err != nil {
		t.Fatal(err)
	}
	values, faults := variables.Fill(settings(), os.ReadFile, from("--", map[string]string{
		"list": "a, b\r\nc,,\n", "arns": "arn:aws:iam::1:role/a,b, arn:aws:iam::2:role/c\narn:aws:iam::3:role/d",
		"time": "1h", "number": "-12", "choice": "b", "document": path,
	}))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if diff := cmp.Diff([]string{"a", "b", "c"}, values.List("list")); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"arn:aws:iam::1:role/a,b", "arn:aws:iam::2:role/c", "arn:aws:iam::3:role/d"}, values.List("arns")); diff != "" {
		t.Error(diff)
	}
	if values.Seconds("time") != 3600 || values.Integer("number") != -12 || values.Text("choice") != "b" || string(values.JSON("document")) != `{"a":1}` {
		t.Error("a value was read wrongly")
	}
	if values.Text("text") != "standard" || !values.Bool("flag") {
		t.Error("a default is missing")
	}
}

func TestFillReadsOneValueInManyForms(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		setting, text string
		want          any
	}{
		{"time", "3600", int64(3600)},
		{"time", "3600s", int64(3600)},
		{"time", "90m", int64(5400)},
		{"time", "0", int64(0)},
		{"flag", "YES", true},
		{"flag", "0", false},
		{"list", `["a","012345678901",12]`, []string{"a", "012345678901", "12"}},
		{"list", `[]`, []string(nil)},
		{"document", `{"Version":"2012-10-17"}`, `{"Version":"2012-10-17"}`},
	} {
		values, faults := variables.Fill(settings(), os.ReadFile, from("--", map[string]string{c.setting: c.text}))
		var got any
		switch c.setting {
		case "time":
			got = values.Seconds("time")
		case "flag":
			got = values.Bool("flag")
		case "list":
			got = values.List("list")
		case "document":
			got = string(values.JSON("document"))
		}
		if diff := cmp.Diff(c.want, got); diff != "" || len(faults) > 0 {
			t.Errorf("%s %q: %s %v", c.setting, c.text, diff, faults)
		}
	}
}

func TestFillReportsEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	_, faults := variables.Fill(settings(), os.ReadFile, from("--", map[string]string{
		"text": "one\ntwo", "list": "bad1,good,bad2", "flag": "maybe", "time": "13 hours", "number": "1.2345678901e+10",
		"choice": "c", "document": "/nonexistent/policy.json",
	}), from("INPUT_", map[string]string{"key": "x"}))
	want := `8 settings are wrong
  text "one\ntwo": there is a control character ('\n') in it
  list "bad1": not like this
  list "bad2": not like this
  flag "maybe": write true or false
  time "13 hours": write seconds or a number with a unit: 3600, 3600s, 60m, 1h
  number "1.2345678901e+10": write a whole number; a YAML parser rewrote the number: quote it
  choice "c": choose one of a, b
  document "/nonexistent/policy.json": neither a JSON document nor a file that can be read: open /nonexistent/policy.json: no such file or directory`
	if diff := cmp.Diff(want, faults.Error()); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsNeverShowSecretsOrFiles(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "not.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	_, faults := variables.Fill(settings(), os.ReadFile, from("--", map[string]string{"key": text + "\x00", "document": path}))
	if len(faults) != 2 {
		t.Fatalf("%d faults, want 2", len(faults))
	}
	leaks(t, "the fault", faults.Error())
}

func TestFillRefusesTwoAnswers(t *testing.T) {
	t.Parallel()
	_, faults := variables.Fill(settings(), os.ReadFile, from("INPUT_", map[string]string{"text": "a", "old-text": "b"}))
	if len(faults) != 1 || faults[0].Problem != "given twice with different values, as INPUT_text and as INPUT_old-text; give one" {
		t.Error(faults)
	}
	if _, faults := variables.Fill(settings(), os.ReadFile, from("INPUT_", map[string]string{"text": "a", "old-text": "a"})); len(faults) > 0 {
		t.Error(faults)
	}
}

func TestFillWantsWhatIsRequired(t *testing.T) {
	t.Parallel()
	_, faults := variables.Fill([]variables.Setting{{Name: "must-be", Type: variables.Text, Required: true}}, os.ReadFile)
	if len(faults) != 1 || !strings.Contains(faults.Error(), "must-be: required, and not given: set --must-be, AWSVARS_MUST_BE or PLUGIN_MUST_BE") {
		t.Error(faults)
	}
}

func TestFaultsOfOtherSettingsAreAdded(t *testing.T) {
	t.Parallel()
	first := variables.Faults{{Setting: "a", Problem: "1"}}
	all := first.And(variables.Faults{{Setting: "a", Problem: "2"}, {Setting: "b", Problem: "3"}, {Setting: "b", Problem: "4"}})
	if len(all) != 3 || all[1].Problem != "3" || all[2].Problem != "4" {
		t.Error(all)
	}
	if variables.Faults(nil).Err() != nil {
		t.Error("no fault is an error")
	}
}

// FuzzFill looks for a text that makes a type panic, or that is taken with a
// control character in it.
func FuzzFill(f *testing.F) {
	for _, seed := range []string{"", "a,b", `["a"]`, "[", "{", "1h", "9223372036854775807", "1.2345678901e+10", "e+10", "arn:,arn:", "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		for _, s := range settings() {
			read := func(string) ([]byte, error) { return nil, errors.New("no file") }
			values, faults := variables.Fill([]variables.Setting{s}, read, from("--", map[string]string{s.Name: given}))
			if len(faults) > 0 || !values.Given(s.Name) {
				continue
			}
			taken := append([]string{}, values.List(s.Name)...)
			if s.Type == variables.Text {
				taken = append(taken, values.Text(s.Name))
			}
			for _, one := range taken {
				if strings.ContainsAny(one, "\x00\n\r\x1b") {
					t.Errorf("%s takes %q", s.Name, one)
				}
			}
			if n := values.Seconds(s.Name); n < 0 {
				t.Errorf("%s is %d seconds", s.Name, n)
			}
		}
	})
}
