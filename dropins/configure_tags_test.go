package dropins

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"
)

func TestTagText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", 300)
	for text, want := range map[string]string{
		"refs/heads/main": "refs/heads/main",
		"build & deploy":  "build _ deploy",
		"dependabot[bot]": "dependabot_bot_",
		"wip#1=ä@b+c-d:_": "wip_1=ä@b+c-d:_",
		"a\nb\x00c":       "a_b_c",
		"🚀 ship":          "_ ship",
		"\xff":            "_",
		long:              strings.Repeat("ä", 256),
		// A letter of two halves in UTF-16 is not cut in two.
		strings.Repeat("a", 255) + "𝔸": strings.Repeat("a", 255),
	} {
		if got := tagText(text); got != want {
			t.Errorf("%q becomes %q, want %q", text, got, want)
		}
	}
}

// FuzzTagText looks for a text that becomes one which AWS does not take.
func FuzzTagText(f *testing.F) {
	for _, seed := range []string{"refs/heads/main", "a b\x00", "\xff\xfe", "𝔸🚀", strings.Repeat("𝔸", 200)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := tagText(text)
		if !utf8.ValidString(got) || len(utf16.Encode([]rune(got))) > 256 || tagText(got) != got {
			t.Errorf("%q becomes %q", text, got)
		}
	})
}

// FuzzCustomTags looks for an object that is changed on its way, or that takes
// the place of what the step says of the job.
func FuzzCustomTags(f *testing.F) {
	for _, seed := range []string{`{"Team":"a, b=c"}`, `{"n":1.0,"on":true,"e":1e-7}`, `{"GitHub":"x"}`, `{"a":null}`, `{`, `[]`, `{"a":"\u2028<\"\n"}`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		found := Translate("github", given("sts", "task=sts", "aws-region=eu-west-1", "role-to-assume=r", "custom-tags="+text, "GITHUB_REF=refs/heads/main"))
		input, ok := found.Source("custom-tags")
		if len(found.Faults) > 0 || !ok {
			return
		}
		var sent, want map[string]any
		if err := json.Unmarshal([]byte(input.Text.Open()), &sent); err != nil {
			t.Fatalf("%q becomes no JSON", text)
		}
		if sent["GitHub"] != "Actions" || sent["Branch"] != "refs/heads/main" {
			t.Errorf("%q takes the place of a fact", text)
		}
		if json.Unmarshal([]byte(text), &want) != nil {
			return
		}
		for key, value := range want {
			if is, isText := value.(string); isText && sent[key] != is {
				t.Errorf("%q: %q becomes %q", key, is, sent[key])
			}
		}
	})
}
