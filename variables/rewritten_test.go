package variables_test

import (
	"os"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// TestARewrittenTextIsRecognised in every kind of setting, also in one that
// would take it. The forms are those of e2e's test of the plugin's settings.
func TestARewrittenTextIsRecognised(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"1.2345678901e+10":       "a YAML parser rewrote the number: quote it",
		"1.234567e+14":           "a YAML parser rewrote the number: quote it",
		"9e+09":                  "a YAML parser rewrote the number: quote it",
		`"2026-11-25T00:00:00Z"`: "a YAML parser made a time of the date: quote it",
		"2026-11-25T00:00:00Z":   "a YAML parser made a time of the date: quote it",
		"2026-11-25T10:00:00Z":   "",
		"1e+10x":                 "",
		"e+10":                   "",
		"2026-11-25":             "",
		"ab1e+10":                "",
	} {
		for _, name := range []string{"text", "list", "arns"} {
			_, faults := variables.Fill(settings(), os.ReadFile, from("PLUGIN_", map[string]string{name: text}))
			if (want == "") != (len(faults) == 0) || len(faults) > 0 && faults[0].Problem != want {
				t.Errorf("%s %s: %v, want %q", name, text, faults, want)
			}
		}
	}
	given := map[string]string{"list": `["a", 1.5e+10]`, "time": "1.2345678901e+10", "key": "1.2345678901e+10"}
	_, faults := variables.Fill(settings(), os.ReadFile, from("PLUGIN_", given))
	if len(faults) != 2 || faults[0].Given != "1.5e+10" || !strings.HasSuffix(faults[1].Problem, "quote it") {
		t.Errorf("%v", faults)
	}
}

func TestASecretThatWasNotPutInIsRecognised(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`[{"from_secret":"id"},"plain"]`, `[{"from_secret":"id"}]`} {
		_, faults := variables.Fill(settings(), os.ReadFile, from("PLUGIN_", map[string]string{"list": text}))
		if len(faults) != 1 || !strings.Contains(faults[0].Problem, "keep the whole setting in one secret") {
			t.Errorf("%s: %v", text, faults)
		}
	}
	for text, recognised := range map[string]bool{`{"Team":{"from_secret":"id"}}`: true, `{"Team":{"from_secret":1}}`: false, `{"Team":{"other":"id"}}`: false} {
		_, faults := fillPairs(text)
		if len(faults) != 1 || strings.Contains(faults[0].Problem, "one secret") != recognised {
			t.Errorf("%s: %v", text, faults)
		}
	}
}
