package runners

import (
	"slices"
	"strings"
	"testing"
)

// posixShells read the format shell; each with the arguments before -c.
func posixShells() map[string][]string {
	return map[string][]string{
		"bash": {"--norc", "--noprofile"}, "dash": nil, "busybox": {"sh"}, "zsh": {"-f"}, "mksh": nil,
	}
}

// environmentOf reads what env -0 printed.
func environmentOf(out []byte) map[string]string {
	got := map[string]string{}
	for pair := range strings.SplitSeq(string(out), "\x00") {
		if name, value, ok := strings.Cut(pair, "="); ok {
			got[name] = value
		}
	}
	return got
}

// shellsRead gives one file to every shell, sourced and by eval. Only what
// fits into an environment can be asked for: an argument has 128 KiB at most.
func shellsRead(t *testing.T, values []string) {
	t.Helper()
	path, want := write(t, formatCalled("shell"), values, nil)
	for name, arguments := range posixShells() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shell := need(t, name)
			for _, script := range []string{`. "$0"; exec env -0`, `eval "$(cat "$0")"; exec env -0`} {
				out := run(t, nil, shell, slices.Concat(arguments, []string{"-c", script, path})...)
				compare(t, name+" "+script, environmentOf(out), want)
			}
		})
	}
}

func TestShellsReadEveryValue(t *testing.T) {
	t.Parallel()
	values := append(nasty(), "\xff\xfe", "\x80a\x88", "\x81'\x82")
	for _, value := range values {
		if _, err := shellLine("V", value); err != nil {
			t.Errorf("%q is refused: %v", value, err)
		}
	}
	shellsRead(t, values)
}

func TestFishReadsEveryValue(t *testing.T) {
	t.Parallel()
	fishReads(t, append(nasty(), "\xff\xfe"))
}

func fishReads(t *testing.T, values []string) {
	t.Helper()
	fish := need(t, "fish")
	path, want := write(t, formatCalled("fish"), values, nil)
	for _, script := range []string{"source $argv[1]; exec env -0", "eval (cat $argv[1] | string collect); exec env -0"} {
		compare(t, "fish "+script, environmentOf(run(t, nil, fish, "-N", "-c", script, path)), want)
	}
}

// The fuzz tests take many values at once, with NUL between them, since a
// process for each would be slow.

func FuzzShell(f *testing.F) {
	f.Add(strings.Join(random(1, 1500), "\x00"))
	f.Add("a\x00'\x00\\\x00\"\x00$x")
	f.Fuzz(func(t *testing.T, joined string) { shellsRead(t, parts(joined)) })
}

func FuzzFish(f *testing.F) {
	f.Add(strings.Join(random(2, 1500), "\x00"))
	f.Add("a\x00'\x00\\\x00\"\x00$x")
	f.Fuzz(func(t *testing.T, joined string) { fishReads(t, parts(joined)) })
}

func parts(joined string) []string {
	values := strings.Split(joined, "\x00")
	return values[:min(len(values), 2000)]
}
