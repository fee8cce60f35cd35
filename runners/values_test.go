package runners

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

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
	path := filepath.Join(t.TempDir(), "aws"+f.ending)
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
