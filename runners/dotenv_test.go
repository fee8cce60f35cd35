package runners

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const npmScript = `
const fs = require('fs'), dotenv = require(process.env.DOTENV + '/dotenv');
const text = fs.readFileSync(process.argv[2], 'utf8');
const slow = dotenv.parse(text), fast = dotenv.parse(text, { fast: true });
for (const [k, v] of Object.entries(slow)) {
  console.log(k, Buffer.from(v).toString('hex'));
  console.log('fast' + k, Buffer.from(fast[k] ?? 'absent').toString('hex'));
}
`

// npmReads asks both parsers of npm's dotenv, the one by regular expression
// and the fast one.
func npmReads(t *testing.T, values []string) {
	t.Helper()
	node, modules := need(t, "node"), os.Getenv("AWSVARS_TEST_NODE_MODULES")
	if modules == "" {
		missing(t, "npm's dotenv, in the directory AWSVARS_TEST_NODE_MODULES")
	}
	path, want := write(t, formatCalled("dotenv"), values, nil)
	both := map[string]string{}
	for name, value := range want {
		both[name], both["fast"+name] = value, value
	}
	script := writeScript(t, "read.cjs", npmScript)
	compare(t, "npm dotenv", hexOf(t, run(t, []string{"DOTENV=" + modules}, node, script, path)), both)
}

func writeScript(t *testing.T, name, text string) string {
	t.Helper()
	path := t.TempDir() + "/" + name
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestNPMReadsEveryValue(t *testing.T) {
	t.Parallel()
	npmReads(t, nasty())
}

func FuzzDotenv(f *testing.F) {
	f.Add(strings.Join(random(6, 3000), "\x00"))
	f.Add("a\x00'\x00\\\x00\"\x00$x")
	f.Fuzz(func(t *testing.T, joined string) { npmReads(t, parts(joined)) })
}

// inQuotes keeps the values that all readers take alike.
func inQuotes(value string) bool {
	return singleAlike(value) || !strings.ContainsAny(value, "\"\\$`\r")
}

func TestShellsReadQuotedDotenv(t *testing.T) {
	t.Parallel()
	bash := need(t, "bash")
	path, want := write(t, formatCalled("dotenv"), append(nasty(), random(7, 1000)...), inQuotes)
	out := run(t, nil, bash, "-c", `set -a; . "$0"; exec env -0`, path)
	compare(t, "bash", environmentOf(out), want)
}

func TestPythonReadsDotenv(t *testing.T) {
	t.Parallel()
	python := need(t, "python3")
	keep := func(value string) bool {
		return !strings.Contains(value, "${") && (inQuotes(value) || bare(value))
	}
	path, want := write(t, formatCalled("dotenv"), append(nasty(), random(8, 1000)...), keep)
	script := "import dotenv,sys\nfor k, v in dotenv.dotenv_values(sys.argv[1], encoding='utf-8').items(): print(k, v.encode().hex())"
	compare(t, "python-dotenv", hexOf(t, run(t, nil, python, "-c", script, path)), want)
}

func TestNodeReadsDotenv(t *testing.T) {
	t.Parallel()
	node := need(t, "node")
	keep := func(value string) bool { return inQuotes(value) || bare(value) }
	path, want := write(t, formatCalled("dotenv"), append(nasty(), random(9, 1000)...), keep)
	script := "for (const [k, v] of Object.entries(process.env)) if (/^V\\d/.test(k)) console.log(k, Buffer.from(v).toString('hex'))"
	compare(t, "node --env-file", hexOf(t, run(t, nil, node, "--env-file="+path, "-e", script)), want)
}

// What AWS hands out must be readable everywhere, and so must the JSON around
// it.
func TestDotenvQuotesWhatAWSHandsOutAlike(t *testing.T) {
	t.Parallel()
	for _, value := range []string{fakeKey, fakeSecret, "QVdTOmV5Sg==", "2026-01-02T03:04:05Z", `{"username":"AWS","password":"a/b+c="}`} {
		if quoted, ok := dotenvQuote(value); !ok || quoted != "'"+value+"'" {
			t.Errorf("%q is written as %q, %t", value, quoted, ok)
		}
	}
	var refused []string
	for _, value := range nasty() {
		if _, ok := dotenvQuote(value); !ok {
			refused = append(refused, value)
		}
	}
	if want := []string{"'`\""}; !slices.Equal(refused, want) {
		t.Errorf("refused: %q", refused)
	}
}
