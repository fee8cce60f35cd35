package dropins_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/awsvars/awsvars/dropins"
)

// table is what a page "moving from" says of every input of a tool.
func table(tool dropins.Tool) string {
	var b strings.Builder
	b.WriteString("| its setting | variables that count too | fate | here |\n|---|---|---|---|\n")
	for _, input := range tool.Inputs {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", input.Name, strings.Join(input.Plain, ", "), input.Fate, input.Here)
	}
	return b.String()
}

// TestThePageSaysWhatBecomesOfEveryInput of drone-ecr, in these words.
func TestThePageSaysWhatBecomesOfEveryInput(t *testing.T) {
	t.Parallel()
	for _, tool := range dropins.Tools() {
		if tool.Name != "drone-ecr" {
			continue
		}
		page, err := os.ReadFile(filepath.Join("..", "docs", "moving-from-"+tool.Name+".md"))
		if err != nil {
			t.Fatal(err)
		}
		if want := table(tool); !strings.Contains(string(page), "\n"+want+"\n") {
			t.Errorf("the table must be\n%s", want)
		}
	}
}
