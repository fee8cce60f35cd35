package runners

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// plainFile writes those of values that are carried as V0, V1 …, and returns
// what every reader must find.
func plainFile(t testing.TB, values []string) (string, map[string]string) {
	t.Helper()
	var entries []entry
	want := map[string]string{}
	for i, value := range values {
		if checkPlain(value) == nil {
			e := entry{"v", "V" + strings.Repeat("_", i), variables.NewSecret(value)}
			entries, want[e.name] = append(entries, e), value
		}
	}
	content, err := plainLines(entries, "a file")
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "plain.env")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, want
}

// literal reads as GitLab's server does (parse_dotenv_artifact_service.rb):
// line by line, the first = parts, and both sides are stripped.
func literal(t testing.TB, path string) map[string]string {
	t.Helper()
	got := map[string]string{}
	for line := range strings.Lines(readText(t, path)) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "=")
		got[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	return got
}

// plainRead: readers that have nothing in common but NAME=VALUE.
func plainRead(t *testing.T, values []string) {
	t.Helper()
	path, want := plainFile(t, values)
	compare(t, "a reader that strips", literal(t, path), want)
	modules := os.Getenv("AWSVARS_TEST_NODE_MODULES")
	if modules == "" {
		missing(t, "npm's dotenv, in the directory AWSVARS_TEST_NODE_MODULES")
	}
	both := map[string]string{}
	for name, value := range want {
		both[name], both["fast"+name] = value, value
	}
	compare(t, "npm dotenv", hexOf(t, run(t, []string{"DOTENV=" + modules}, need(t, "node"), writeScript(t, "read.cjs", npmScript), path)), both)
	compare(t, "java.util.Properties", hexOf(t, run(t, nil, need(t, "java"), "-Xshare:auto", "-XX:TieredStopAtLevel=1", writeScript(t, "Read.java", javaSource), path)), want)
}

func TestPlainLinesMeanTheSameEverywhere(t *testing.T) {
	t.Parallel()
	plainRead(t, append(nasty(), random(12, 500)...))
}

func FuzzPlain(f *testing.F) {
	f.Add(strings.Join(random(13, 500), "\x00"))
	f.Add("a=b\x00{\"a\":\"b\"}\x00!x\x00:x\x00a b")
	f.Fuzz(func(t *testing.T, joined string) { plainRead(t, parts(joined)) })
}

func TestPlainLinesCarryWhatAWSHandsOut(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", fakeKey, fakeSecret, "QVdTOmV5Sg==", "2026-01-02T03:04:05Z", `{"username":"AWS","password":"a/b+c="}`, "https://1.dkr.ecr.eu-west-1.amazonaws.com", "arn:aws:sts::1:assumed-role/a/b"} {
		if err := checkPlain(value); err != nil {
			t.Errorf("%q: %v", value, err)
		}
	}
	for value, part := range map[string]string{"a#b": "a #", "$HOME": "a $", "'a": "starts with a quote", `a\b`: "a backslash", " a": "a blank", "a\nb": "U+000A", "é": "U+00E9", "\xff": "only printable ASCII"} {
		_, err := plainLines([]entry{{"custom.x", "X", variables.NewSecret("fine")}, {"custom.v", "V", variables.NewSecret(value)}}, "a file")
		wantError(t, err, "writing custom.v into a file: the value ", part)
	}
}
