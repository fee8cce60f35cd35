package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// write makes the directory that bench/run leaves, with one round of each.
func write(t *testing.T, awsvars, floor string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"https-20.J1.1.awsvars.json":     `{"results":[{"times":[9,` + awsvars + `,0.001]}]}`,
		"https-20.J1.1.floor-ahead.json": `{"results":[{"times":[` + floor + `]}]}`,
		"facts":                          "binary awsvars - - 18000001\nmemory awsvars J1 https-20 20000\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestTargetsAreCheckedByMedians(t *testing.T) {
	t.Parallel()
	m, err := read(write(t, "0.0730", "0.0700"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for _, found := range targets(m) {
		lines = append(lines, found.String())
	}
	want := "met     J1 over https at 20 ms, to the floor that connects ahead: 1.04 ×, at most 1.1 ×\n" +
		"met     peak memory: 20.5 MB, at most 24 MB\n" +
		"missed  binary, stripped: 18 MB, at most 18 MB"
	if got := strings.Join(lines, "\n"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if table := times(m); !strings.Contains(table, "| https, 20 ms | J1 | 1.00 × (70.0 ms) | 1.04 × (73.0 ms) |") {
		t.Errorf("the table is\n%s", table)
	}
}
