package e2e

import (
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rowsOf are the rows of the table of a page whose first heading this is, each
// cell by its heading.
func rowsOf(t *testing.T, page, heading string) []map[string]string {
	t.Helper()
	var headings []string
	var rows []map[string]string
	for line := range strings.Lines(readFile(t, filepath.Join(root, "docs", page))) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "| ") {
			if !strings.HasPrefix(line, "|-") {
				headings = nil
			}
			continue
		}
		cells := strings.Split(strings.Trim(line, "| "), " | ")
		switch {
		case headings != nil && len(cells) != len(headings):
			t.Errorf("%s: a row has %d cells, not %d: %s", page, len(cells), len(headings), line)
		case headings != nil:
			row := map[string]string{}
			for i, cell := range cells {
				row[headings[i]] = cell
			}
			rows = append(rows, row)
		case cells[0] == heading:
			headings = cells
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no table of %s", page, heading)
	}
	return rows
}

// given are the settings of principal types, each with a text that a type takes
// if it takes the setting.
func given() map[string]string {
	return map[string]string{
		"role-arn": "reader", "external-id": "one", "policy": `{"Statement":[]}`, "policy-arns": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
		"session-tags": "repository", "custom-tags": "Team=payments", "transitive-tag-keys": "Team", "source-identity": "ann",
		"mfa-serial": device, "mfa-code": "123456", "federated-user-name": "ann", "omit-policy": "true",
	}
}

// faultsOf runs a connector of this type, and returns the settings that are
// refused. Settings that go together stand together.
func faultsOf(t *testing.T, w *world, principal string, settings map[string]string) []string {
	t.Helper()
	args, env := []string{"sts", "--source", "environment", "--principal-type", principal, "--format", "json"}, w.UserEnv("ci")
	for name, text := range settings {
		if name == "mfa-code" {
			env = append(env, "AWSVARS_MFA_CODE="+text)
			continue
		}
		args = append(args, "--"+name+"="+text)
	}
	var refused []string
	for _, match := range regexp.MustCompile(`(?m)^  ([a-z-]+)(?: ".*?")?: `).FindAllStringSubmatch(w.run(t, env, "awsvars", args...).stderr, -1) {
		refused = append(refused, match[1])
	}
	return refused
}

// TestPrincipalTypesOfThePage: the table of docs/connectors.md says which
// settings each type takes, and how long its credentials may last.
func TestPrincipalTypesOfThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// What else a type needs, so that only the setting in question is refused.
	needs := map[string]map[string]string{
		"assumed-role":   {"role-arn": "reader"},
		"federated-user": {"policy": `{"Statement":[]}`},
	}
	partners := map[string]string{"transitive-tag-keys": "custom-tags", "mfa-serial": "mfa-code", "mfa-code": "mfa-serial", "external-id": "role-arn"}
	rows := rowsOf(t, "connectors.md", "`principal-type`")
	if len(rows) != 4 {
		t.Errorf("the page has %d types", len(rows))
	}
	for _, row := range rows {
		principal := strings.Trim(row["`principal-type`"], "`")
		for name, text := range given() {
			settings := map[string]string{}
			maps.Copy(settings, needs[principal])
			settings[name] = text
			if partner := partners[name]; partner != "" && strings.Contains(row["takes"], "`"+partner+"`") {
				settings[partner] = given()[partner]
			}
			if name == "omit-policy" {
				delete(settings, "policy")
			}
			told, refused := strings.Contains(row["takes"], "`"+name+"`"), slices.Contains(faultsOf(t, w, principal, settings), name)
			if told == refused {
				t.Errorf("%s takes %s: the page says %t, and refused is %t", principal, name, told, refused)
			}
		}
		limits := regexp.MustCompile(`^(\d+) minutes, (\d+) hours`).FindStringSubmatch(row["shortest, longest, without `duration`"])
		if limits == nil {
			if principal != "provided" {
				t.Errorf("%s has no limits", principal)
			}
			continue
		}
		var least, most int
		if _, err := fmt.Sscan(limits[1]+" "+limits[2], &least, &most); err != nil {
			t.Fatal(err)
		}
		for seconds, refused := range map[int]bool{least*60 - 1: true, least * 60: false, most * 3600: false, most*3600 + 1: true} {
			settings := map[string]string{"duration": fmt.Sprintf("%ds", seconds)}
			maps.Copy(settings, needs[principal])
			if slices.Contains(faultsOf(t, w, principal, settings), "duration") != refused {
				t.Errorf("%s for %d seconds: want refused: %t", principal, seconds, refused)
			}
		}
	}
}

// TestEveryPairHasAnAnswer: the table of docs/recipes.md has a row for each
// system, and where a source does not exist it says why.
func TestEveryPairHasAnAnswer(t *testing.T) {
	t.Parallel()
	rows := rowsOf(t, "recipes.md", "system")
	if len(rows) != len(recipes()) {
		t.Errorf("%d rows for %d systems", len(rows), len(recipes()))
	}
	headings := readFile(t, filepath.Join(root, "docs", "recipes.md"))
	for _, row := range rows {
		if !strings.Contains(headings, "\n## "+row["system"]+"\n") {
			t.Errorf("%s has no snippet", row["system"])
		}
		if len(row) != 7 {
			t.Errorf("%s has %d cells", row["system"], len(row))
		}
		for source, cell := range row {
			missing, reasons := strings.Count(cell, "–"), strings.Count(cell, "– (")
			if missing != reasons || cell == "" {
				t.Errorf("%s, %s: no reason is given: %s", row["system"], source, cell)
			}
		}
	}
}
