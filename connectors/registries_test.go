package connectors_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/variables"
)

// served parses a file and asks who serves what one pattern names.
func served(text, pattern string) (string, bool, error) {
	file := connectors.ParseFile("awsvars.yaml", "/nonexistent", []byte(text))
	return file.Serving(func(other string) bool { return other == pattern })
}

func TestTheFirstConnectorThatNamesARegistryServesIt(t *testing.T) {
	t.Parallel()
	const text = `connectors:
  all: {source: instance, registries: ["*"]}
  later: {source: instance, registries: ["*", "333333333333"]}
  one: {source: instance, registries: [222222222222/eu-west-1, public]}
  two: {source: instance, registries: [222222222222.dkr.ecr.eu-west-1.amazonaws.com, 222222222222/eu-west-1]}
  none: {source: instance}
`
	for pattern, want := range map[string]string{
		"222222222222/eu-west-1": "one",
		"public":                 "one",
		"222222222222.dkr.ecr.eu-west-1.amazonaws.com": "two",
		"333333333333": "later",
		"444444444444": "all",
		"*":            "all",
	} {
		if got, some, err := served(text, pattern); got != want || !some || err != nil {
			t.Errorf("%s: served by %q, %t, %v", pattern, got, some, err)
		}
	}
	if got, some, err := served("connectors: {a: {source: instance}}", "public"); got != "" || some || err != nil {
		t.Errorf("without registries: %q, %t, %v", got, some, err)
	}
	if got, some, err := served("connectors: {a: {source: instance, registries: [public]}}", "222222222222"); got != "" || !some || err != nil {
		t.Errorf("without this registry: %q, %t, %v", got, some, err)
	}
}

// TestNobodyServesByAFileThatCannotBeRead: a mistake must not make somebody
// else serve.
func TestNobodyServesByAFileThatCannotBeRead(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"registries: public":                           "awsvars.yaml:3: a: registries: write a list",
		"registries: []":                               "awsvars.yaml:3: a: registries: write a list",
		"registries: [[public]]":                       "awsvars.yaml:3: a: registries: a registry is one text",
		"registries: [12345678901]":                    `registries: "12345678901": an account ID has 12 digits, this has 11`,
		"registries: [222222222222/nowhere]":           `registries: "222222222222/nowhere": write a region code`,
		"registries: [docker.io]":                      `registries: "docker.io": write 111111111111`,
		"registries: [222222222222.dkr.ecr]":           "write 111111111111",
		"registries: ['222222222222.dkr.ecr.X']":       "write 111111111111",
		"registries: [1.dkr.ecr.eu-west-1.amazonaws]":  "write 111111111111",
		"registries: [222222222222.example.com]":       "write 111111111111",
		"registries: ['*222222222222']":                "write 111111111111",
		"registries: ['']":                             "",
		"registry: [public]\n    registries: [public]": "",
	} {
		_, _, err := served("connectors:\n  a:\n    "+given+"\n", "public")
		text := ""
		if err != nil {
			text = err.Error()
		}
		if strings.HasPrefix(given, "registry: ") != (err == nil) || !strings.Contains(text, want) {
			t.Errorf("%s: %v", given, err)
		}
	}
	if _, _, err := served("connectors: {a: {registries: [public]}}\nconnector: {}", "public"); err == nil {
		t.Error("a file with an unknown key serves")
	}
}

func TestTheFileIsFoundWhereItIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	values := func(path string) variables.Values {
		v, _ := variables.Fill(connectors.Settings(), os.ReadFile, func(name string) (variables.Input, bool) {
			return variables.Input{Text: variables.NewSecret(path)}, name == "connectors" && path != ""
		})
		return v
	}
	if file, err := connectors.FindFile(values(""), dir); file != nil || err != nil {
		t.Errorf("where there is none: %v, %v", file, err)
	}
	if _, err := connectors.FindFile(values("other.yaml"), dir); err == nil {
		t.Error("a file that is named and missing is no error")
	}
	for _, name := range []string{"awsvars.yaml", "other.yaml"} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("connectors: {a: {source: instance}}"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for given, want := range map[string]string{"": "awsvars.yaml", "other.yaml": "other.yaml"} {
		if file, err := connectors.FindFile(values(given), dir); err != nil || file.Path != want {
			t.Errorf("%q: %v, %v", given, file, err)
		}
	}
}
