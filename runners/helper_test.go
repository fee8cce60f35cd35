package runners

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/variables"
)

// missing ends a test that needs something of the machine: quietly at home,
// as a failure in CI, where everything must have run.
func missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s", what)
	}
	t.Skipf("no %s here", what)
}

func need(t testing.TB, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return path
}

// machine is a Host with an environment of its own.
type machine struct {
	Host
	out, log *bytes.Buffer
}

func newMachine(t testing.TB, environment map[string]string) *machine {
	t.Helper()
	m := &machine{out: new(bytes.Buffer), log: new(bytes.Buffer)}
	m.Host = Host{
		Lookup: func(name string) (string, bool) { text, ok := environment[name]; return text, ok },
		Environ: func() []string {
			var pairs []string
			for _, name := range slices.Sorted(maps.Keys(environment)) {
				pairs = append(pairs, name+"="+environment[name])
			}
			return pairs
		},
		Stdout: m.out, Stderr: m.log, Dir: t.TempDir(),
	}
	return m
}

func open(t testing.TB, name string, h Host) Runner {
	t.Helper()
	r, err := Open(name, h)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func settings(t testing.TB, given map[string]string) variables.Values {
	t.Helper()
	source := func(name string) (variables.Input, bool) {
		text, ok := given[name]
		return variables.Input{Text: variables.NewSecret(text), Origin: "--" + name}, ok
	}
	v, faults := variables.Fill(Settings(), os.ReadFile, source)
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	fakeKey    = "AKIAIOSFODNN7EXAMPLE"
	fakeSecret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
)

// stsSet is a set like the one of the task sts.
func stsSet(t testing.TB) *variables.Set {
	t.Helper()
	set := variables.NewSet("custom.aws")
	set.Facts = []variables.Fact{
		{Kind: "identity", Name: "instance role agent"},
		{Kind: "hop", Name: "arn:aws:iam::222222222222:role/deployer", Until: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
	}
	for _, v := range []variables.Variable{
		{Name: "accessKeyId", Value: variables.NewSecret(fakeKey), Output: "aws-access-key-id", Standard: []string{"AWS_ACCESS_KEY_ID"}, OnRequest: true},
		{Name: "secretAccessKey.password", Value: variables.NewSecret(fakeSecret), Output: "aws-secret-access-key", Standard: []string{"AWS_SECRET_ACCESS_KEY"}, OnRequest: true},
		{Name: "region", Value: variables.NewSecret("eu-west-1"), Output: "aws-region", Standard: []string{"AWS_REGION", "AWS_DEFAULT_REGION"}},
		{Name: "accountId", Value: variables.NewSecret("222222222222"), Output: "aws-account-id", OutputOnly: true},
	} {
		if err := set.AddVariable(v); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// setOf holds the given values as custom.v0, custom.v1 …
func setOf(t testing.TB, values ...string) *variables.Set {
	t.Helper()
	set := variables.NewSet("custom")
	for i, value := range values {
		if err := set.Add(fmt.Sprintf("v%d", i), variables.NewSecret(value)); err != nil {
			t.Fatal(err)
		}
	}
	return set
}

// nasty are values that some reader is known to stumble over.
func nasty() []string {
	return []string{
		"", "plain", " ", "  both ends  ", "\tboth tabs\t", "'", "''", `"`, `""`, `'"'"'`, `it's "so"`, "`id`", "$(id)", "$HOME", "${HOME}", "$$",
		"%PATH%", "%", "%%", "100% of %d", "!", "hello!", "!!", "!PATH!", `\`, `\\`, `\\\`, `\n`, `\t`, `a\`, `a\'`, `\'`, `\"`, `\$`, `C:\new\table`,
		"#", "# comment", "a # b", "a#b", "=", "a=b", "==", "&", "a & b", "a|b", "a>b<c", "^", "a^b^^", "(x)", "a;b", "*", "?", "~", "[a]", "{a,b}",
		`"a&b"`, `x"&"y`, `"`, `a"b`, `a" & echo "b`, "-n", "-e", "--", "@", "`", "a`b`c", "'`\"", `{"a":"b","c":["d"]}`, `{"a":"it's"}`,
		"é", "日本語", "😀", "\u00a0x\u00a0", "\u2018x\u2019", "\ufeffx", "a\u2028b", "a\u0085b", "\u200b", "ｆｕｌｌ",
		"a\nb", "\n", "a\n", "\na", "a\n\n", "a\n\nb", "a\r\nb", "a\r", "\r", "a\rb", "a\tb", "a\vb\fc", "\x01\x7f\x1b[0m", "a\nV1=x\nb", "a'\nb", "a\"\nb", "'\n'", "a\\\nb",
		"_GitHubActionsFileCommandDelimeter_", "true", "no", "0", "null", "export X=1",
		"QVdTOmV5SnBZWGwxYjJGa0lqb2k=", fakeSecret, strings.Repeat("x", 100_000), strings.Repeat("a 'b\" ", 10_000),
	}
}

// random returns values made of the characters that matter, the same ones on
// every run.
func random(seed uint64, n int) []string {
	alphabet := []rune("'\"`$\\%!#&|<>^()=; \t\nabn0é{}~*-😀‘’\r")
	r := rand.New(rand.NewPCG(seed, 1))
	values := make([]string, n)
	for i := range values {
		length := r.IntN(12)
		var b strings.Builder
		for range length {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		values[i] = b.String()
	}
	return values
}

// formatCalled finds a format.
func formatCalled(name string) format {
	i := slices.IndexFunc(formats(), func(f format) bool { return f.name == name })
	return formats()[i]
}

// write puts all values that the format carries and keep wants into a file,
// as V0, V1 … It returns the file and what a reader must find.
func write(t testing.TB, f format, values []string, keep func(string) bool) (string, map[string]string) {
	t.Helper()
	want := map[string]string{}
	var entries []entry
	for i, value := range values {
		name := fmt.Sprintf("V%d", i)
		if _, err := f.line(name, value); err != nil || keep != nil && !keep(value) {
			continue
		}
		want[name] = value
		entries = append(entries, entry{name, name, variables.NewSecret(value)})
	}
	content, err := f.encode(entries)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), f.file)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path, want
}

func compare(t testing.TB, reader string, got, want map[string]string) {
	t.Helper()
	for name, value := range want {
		if found, ok := got[name]; !ok || found != value {
			t.Errorf("%s read %.200q for %.200q (there: %t)", reader, found, value, ok)
		}
	}
}

// run starts a reader and returns its stdout.
func run(t testing.TB, environment []string, program string, arguments ...string) []byte {
	t.Helper()
	command := exec.Command(program, arguments...)
	command.Env = append([]string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "LC_ALL=C.UTF-8"}, environment...)
	var problems bytes.Buffer
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, problems.String())
	}
	return out
}

func readText(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return ""
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
