package dropins

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// row is the line of an input in the table of its page.
func (i Input) row() string {
	var plain []string
	for _, name := range i.Plain {
		plain = append(plain, "`"+name+"`")
	}
	return fmt.Sprintf("| `%s` | %s | %s |", i.Name, strings.Join(plain, ", "), i.Here)
}

// TestTablesOfThePages: the page of each tool has all of its inputs, as they
// are here. What the test prints with + belongs on the page.
func TestTablesOfThePages(t *testing.T) {
	t.Parallel()
	for _, tool := range []Tool{configureAWSCredentials(), amazonECRLogin()} {
		page, err := os.ReadFile(filepath.Join("..", "docs", "moving-from-"+tool.Name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for _, input := range tool.Inputs {
			want = append(want, input.row())
		}
		for line := range strings.Lines(string(page)) {
			if line = strings.TrimSpace(line); strings.HasPrefix(line, "| `") {
				got = append(got, line)
			}
		}
		if diff := cmp.Diff(got, want); diff != "" {
			t.Errorf("%s:\n%s", tool.Name, diff)
		}
	}
}

// TestNamesOfTheTools: no input is missing, and none is made up. The lists are
// made from the action.yml of each tool.
func TestNamesOfTheTools(t *testing.T) {
	t.Parallel()
	for _, tool := range []Tool{configureAWSCredentials(), amazonECRLogin()} {
		content, err := os.ReadFile(filepath.Join("testdata", tool.Name))
		if err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for line := range strings.Lines(string(content)) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "#") {
				want = append(want, line)
			}
		}
		for _, input := range tool.Inputs {
			got = append(got, input.Name)
		}
		slices.Sort(want)
		slices.Sort(got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", tool.Name, diff)
		}
	}
}
