package e2e

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// teamcity is an agent of TeamCity, as far as the steps of a build notice it.
type teamcity struct {
	*kitchen
	parameters map[string]string
}

// step replaces references to parameters, runs the script, and obeys the
// messages on its stdout. Only declared parameters can be set, as the page
// "Service Messages" has it.
func (a teamcity) step(t *testing.T, script string) {
	t.Helper()
	script = regexp.MustCompile(`%([\w.]+)%`).ReplaceAllStringFunc(script, func(reference string) string {
		value, ok := a.parameters[strings.Trim(reference, "%")]
		if !ok || value == "" {
			t.Errorf("%s refers to nothing", reference)
		}
		return value
	})
	env := append([]string{}, a.env...)
	for name, value := range a.parameters {
		if name, is := strings.CutPrefix(name, "env."); is {
			env = append(env, name+"="+value)
		}
	}
	r := a.run(t, env, "sh", "-c", script)
	a.sees(t, r)
	for _, match := range regexp.MustCompile(`(?m)^##teamcity\[setParameter name='([\w.]+)' value='([^|'\[\]]*)'\]$`).FindAllStringSubmatch(r.stdout, -1) {
		if _, declared := a.parameters[match[1]]; declared {
			a.parameters[match[1]] = match[2]
		}
	}
}

// TestTeamCityPipeline runs the steps of docs/teamcity.md.
func TestTeamCityPipeline(t *testing.T) {
	t.Parallel()
	text := blockOf(t, "teamcity.md", "teamcity-push").text
	a := teamcity{newKitchen(t, "instance"), map[string]string{"build.number": "7"}}
	temporary := t.TempDir()
	stub(t, a.stubs, "docker")
	a.set("TEAMCITY_VERSION=2025.07", "TMPDIR="+temporary)
	for _, match := range regexp.MustCompile(`param\("([\w.]+)", "(.*)"\)`).FindAllStringSubmatch(text, -1) {
		a.parameters[match[1]] = match[2]
	}
	steps := regexp.MustCompile(`(?s)scriptContent = (?:"""(.*?)"""\.trimIndent\(\)|"([^"\n]*)")`).FindAllStringSubmatch(text, -1)
	if len(steps) != 2 {
		t.Fatalf("%d steps", len(steps))
	}
	for _, step := range steps {
		if strings.Contains(step[1], "$") {
			t.Error("Kotlin reads $ before a shell sees it")
		}
		a.step(t, step[1]+step[2])
	}
	a.pushed(t)
	a.warned(t, "TeamCity")
	if left, err := filepath.Glob(filepath.Join(temporary, "*")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
	if strings.Contains(a.log.String(), "_password' value=") {
		t.Error("a secret is a parameter")
	}
}
