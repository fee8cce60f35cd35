package runners

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/variables"
)

// TestFactsOfThePage: the table of docs/connectors.md, by which people write
// guards, says of each fact whether it is known in all builds, in some or in
// none.
func TestFactsOfThePage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join("..", "docs", "connectors.md"))
	if err != nil {
		t.Fatal(err)
	}
	var facts, told []string
	for line := range strings.Lines(string(page)) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.Trim(cells[i], " `")
		}
		switch {
		case cells[0] == "system" && len(cells) > 2:
			facts = cells[1:]
		case facts == nil || len(cells) == 1:
			facts = nil
		case strings.Trim(cells[0], "-") != "":
			told = append(told, cells[0])
			for i, fact := range facts {
				word, _, _ := strings.Cut(cells[i+1], ":")
				if want := howOften(cells[0], fact); word != want {
					t.Errorf("%s, %s: the page says %q, and it is %q", cells[0], fact, word, want)
				}
			}
		}
	}
	for _, s := range systems() {
		if !slices.Contains(told, s.name) {
			t.Errorf("the page does not tell of %s", s.name)
		}
		for _, fact := range []string{"build", "commit"} {
			if often := howOften(s.name, fact); often == "–" {
				t.Errorf("%s does not tell its %s, and the page says that every system does", s.name, fact)
			}
		}
	}
	if len(told) != len(systems()) {
		t.Errorf("the page tells of %d systems, there are %d", len(told), len(systems()))
	}
}

// howOften asks the builds of a system. A branch is asked of a push only, a tag
// of a tag, a number of a pull request.
func howOften(system, fact string) string {
	kind := map[string]string{"branch": pushed, "tag": tagged, "pull-request": pulled}[fact]
	known, all := 0, 0
	for _, b := range builds() {
		if b.want.System != system || kind != "" && b.kind != kind || !slices.Contains(variables.JobFacts(), fact) {
			continue
		}
		all++
		if b.want.Fact(fact) != "" {
			known++
		}
	}
	switch {
	case known == 0:
		return "–"
	case known < all:
		return "some"
	}
	return "yes"
}
