//go:build e2e

// Package formats reads what awsvars writes with readers that are not on
// every machine: a Docker engine and Windows' cmd (in wine). It needs docker,
// an engine that DOCKER_HOST or the default socket reaches, busybox-static,
// and wine.
package formats

import (
	"bytes"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	if err != nil {
		missing(t, program)
	}
	return path
}

func missing(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("CI must have %s", what)
	}
	t.Skipf("no %s here", what)
}

// deliver writes values to a file as the command does. It leaves out those
// that the format refuses and returns what a reader must find.
func deliver(t *testing.T, format, file string, values []string) (string, map[string]string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), file)
	given := map[string]string{"format": format, "output": path}
	v, faults := variables.Fill(runners.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
		return variables.Input{Text: variables.NewSecret(given[name]), Origin: "--" + name}, given[name] != ""
	})
	if err := faults.Err(); err != nil {
		t.Fatal(err)
	}
	h := runners.Host{Lookup: func(string) (string, bool) { return "", false }, Environ: func() []string { return nil }, Dir: t.TempDir()}
	runner, err := runners.Open("envfile", h)
	if err != nil {
		t.Fatal(err)
	}
	set, want := variables.NewSet("custom"), map[string]string{}
	for i, value := range values {
		alone := variables.NewSet("custom")
		name := fmt.Sprintf("v%d", i)
		if err := alone.Add(name, variables.NewSecret(value)); err != nil {
			t.Fatal(err)
		}
		if _, err := runner.Deliver(alone, v); err != nil {
			continue
		}
		if err := set.Add(name, variables.NewSecret(value)); err != nil {
			t.Fatal(err)
		}
		want["custom_"+name] = value
	}
	if _, err := runner.Deliver(set, v); err != nil {
		t.Fatal(err)
	}
	return path, want
}

// values are the ones that some reader is known to stumble over, and random
// mixtures of their characters.
func values() []string {
	all := []string{
		"plain", " ", "  both ends  ", "\tboth tabs\t", "'", "''", `"`, `""`, `'"'"'`, `it's "so"`, "`id`", "$(id)", "$HOME", "${HOME}", "%PATH%", "%", "%%", "%%PATH%%", "100% of %d",
		"!", "!!", "!PATH!", `\`, `\\`, `\n`, `a\`, `C:\new\table`, "#", "# comment", "a # b", "=", "a=b", "&", "a & b", "a|b", "a>b<c", "^", "a^b^^", "^^^", "(x)", ")", "a;b", "*", "?", "~",
		`"a&b"`, `x"&"y`, `a"b`, `a" & echo "b`, `"^"`, `a"^b`, `"%PATH%"`, `a"%PATH%`, `a"(b)|c>d<e&f^g`, `"" & "`, "/?", "-n", "@", `{"a":"b","c":["d"]}`, `{"a":"it's & <more>"}`,
		"é", "日本語", "😀", "\u2018x\u2019", "\ufeffx", "a\rb", "\x01\x7f\x1b[0m", "a\vb\fc", "true",
		"QVdTOmV5SnBZWGwxYjJGa0lqb2k=", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", strings.Repeat("x", 7000), strings.Repeat(`a "b& `, 1000), strings.Repeat("x", 65_000),
	}
	alphabet := []rune("'\"`$\\%!#&|<>^()=; \tabn0é{}~*-")
	r := rand.New(rand.NewPCG(1, 1))
	for range 400 {
		var b strings.Builder
		for range 1 + r.IntN(12) {
			b.WriteRune(alphabet[r.IntN(len(alphabet))])
		}
		all = append(all, b.String())
	}
	return all
}

func run(t *testing.T, program string, arguments ...string) []byte {
	t.Helper()
	command := exec.Command(program, arguments...)
	var problems bytes.Buffer
	command.Stderr = &problems
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s", program, err, problems.String())
	}
	return out
}

func compare(t *testing.T, got, want map[string]string) {
	t.Helper()
	if len(want) < 50 {
		t.Errorf("only %d values are carried", len(want))
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if found, ok := got[name]; !ok || found != want[name] {
			t.Errorf("read %.200q for %.200q (there: %t)", found, want[name], ok)
		}
	}
}
