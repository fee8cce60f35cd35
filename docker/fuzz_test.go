package docker

import (
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	dockerconfig "github.com/docker/cli/cli/config"
	"github.com/docker/cli/cli/config/types"
)

// FuzzEdit logs in in a config.json with any content, takes it back, logs in
// again and out.
func FuzzEdit(f *testing.F) {
	for _, texts := range edits() {
		f.Add(texts[0])
		f.Add(texts[1])
	}
	f.Add(`{"credHelpers":{"` + ireland + `":""},"credsStore":"x","auths":{"https://` + ireland + `":{"auth":"QVdTOm9sZA=="}}}`)
	f.Add("\v")
	f.Add("{\"\\ud800\":{},\"auth\u017f\":{\"a\":{\"auth\":\"QVdTOm9sZA==\"}}}")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) < 1<<15 {
			edited(t, text)
		}
	})
}

// dockerAuths is what Docker's reader finds; is is false if it refuses text.
func dockerAuths(text string) (found map[string]types.AuthConfig, is bool) {
	file, err := dockerconfig.LoadFromReader(strings.NewReader(text))
	if err != nil {
		return nil, false
	}
	return file.AuthConfigs, true
}

func edited(t *testing.T, text string) {
	t.Helper()
	others, reads := dockerAuths(text)
	others = maps.Clone(others)
	_, had := others[ireland]
	c := configOf(t, text)
	_, undo, err := c.Login(t.Context(), []Login{loginTo(ireland)})
	if err != nil {
		noSecret(t, err.Error())
		c.holds(t, text)
		// What is refused at first sight is not locked.
		if err := os.Remove(filepath.Join(c.Directory, lockName)); err != nil && !os.IsNotExist(err) {
			t.Error(err)
		}
		onlyIn(t, c.Directory, "config.json")
		return
	}
	if !reads {
		t.Error("a text that Docker refuses was taken")
	}
	c.gives(t, loginTo(ireland))
	after := textOf(t, c.file())
	outside(t, text, after)
	sameOthers(t, others, after)
	if err := undo(); err != nil {
		t.Error(err)
	}
	c.holds(t, text)

	logIn(t, c, loginTo(ireland))
	c.holds(t, after)
	logOut(t, c, nil, ireland+": removed")
	rest := textOf(t, c.file())
	sameOthers(t, others, rest)
	if now, is := dockerAuths(rest); !is || now[ireland] != (types.AuthConfig{}) {
		t.Error("Docker still reads the login")
	}
	// What the login added goes, but for an empty list.
	if list, _ := mustParse(t, text).list(authsKey); !had && len(list.members) > 0 {
		c.holds(t, text)
	}
}

func mustParse(t *testing.T, text string) document {
	t.Helper()
	d, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// sameOthers checks that Docker reads every other entry as before.
func sameOthers(t *testing.T, before map[string]types.AuthConfig, text string) {
	t.Helper()
	after, is := dockerAuths(text)
	before, after = maps.Clone(before), maps.Clone(after)
	delete(before, ireland)
	delete(after, ireland)
	if !is || len(before)+len(after) > 0 && !maps.Equal(before, after) {
		t.Errorf("Docker reads other entries in\n%s", text)
	}
}

// outside checks that one piece of the text was replaced, and that it was
// nothing but an entry of ours, null, or blanks.
func outside(t *testing.T, before, after string) {
	t.Helper()
	if before == after {
		return
	}
	start := 0
	for start < min(len(before), len(after)) && before[start] == after[start] {
		start++
	}
	end := 0
	for end < min(len(before), len(after))-start && before[len(before)-1-end] == after[len(after)-1-end] {
		end++
	}
	gone := before[start : len(before)-end]
	entry, had := mustParse(t, before).entry(authsKey, ireland)
	if gone != "" && strings.TrimSpace(gone) != "" && !strings.Contains("null", gone) && !(had && strings.Contains(entry, gone)) {
		t.Errorf("%q is gone from\n%q, which is\n%q", gone, before, after)
	}
}

func TestEditRandomTexts(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for range 400 {
		text := randomObject(random, 0)
		edited(t, text)
		if t.Failed() {
			t.Fatalf("in\n%q", text)
		}
	}
}

// randomObject is JSON with keys that mean something, at any depth.
func randomObject(random *rand.Rand, depth int) string {
	blank := func() string { return []string{"", "", " ", "\n\t", "\r\n  ", "\t"}[random.IntN(6)] }
	keys := []string{authsKey, `Auths`, `\u0061uths`, helpersKey, "x", "", `a\"b`, `}{`, "é", "psFormat"}
	if depth == 1 {
		keys = []string{ireland, public, "a", "https://" + ireland, `\u0032` + ireland[1:]}
	}
	if depth == 2 {
		keys = []string{"auth", "email", "x"}
	}
	var b strings.Builder
	b.WriteString(blank() + "{" + blank())
	for i := range random.IntN(4) {
		if i > 0 {
			b.WriteString("," + blank())
		}
		key := keys[random.IntN(len(keys))]
		value := []string{"null", `""`, `"QVdTOm9sZA=="`, "[1, {}]", "1e3"}[random.IntN(5)]
		if depth < 2 && random.IntN(3) > 0 {
			value = randomObject(random, depth+1)
		} else if depth == 2 && key == "auth" {
			value = `"QVdTOm9sZA=="`
		}
		b.WriteString(`"` + key + `"` + blank() + ":" + blank() + value + blank())
	}
	b.WriteString("}" + blank())
	return b.String()
}
