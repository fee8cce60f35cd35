package main

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	quotedFault = regexp.MustCompile("`([a-z0-9]+)`")
	exitStatus  = regexp.MustCompile(`(?:^|\W)([3-6])(?:\W|$)`)
)

// TestThePageSaysWhatTheTableSays: each outcome that the page names is one of
// the table's rows, and no row has another. A Docker engine, which is no remote
// service, is left out.
func TestThePageSaysWhatTheTableSays(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/credentials.md")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := readTable()
	if err != nil {
		t.Fatal(err)
	}
	_, text, _ := strings.Cut(string(page), "## What is tried again")
	named := map[string]bool{}
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if len(cells) != 6 || !quotedFault.MatchString(cells[2]) {
			continue
		}
		var kinds []string
		for _, found := range quotedFault.FindAllStringSubmatch(cells[2], -1) {
			kinds = append(kinds, found[1])
			named[found[1]] = true
		}
		for passes, cell := range map[bool]string{true: cells[3], false: cells[4]} {
			if said, is := saidOutcomes(cell), madeOutcomes(rows, kinds, passes); !slices.Equal(said, is) {
				t.Errorf("%q passing %v: the page says %q, the table %q", kinds, passes, said, is)
			}
		}
	}
	for _, row := range rows {
		if !row.onTheMachine() && !named[row.kind()] {
			t.Errorf("the page says nothing of %s", row.kind())
		}
	}
}

// saidOutcomes are those that a cell names.
func saidOutcomes(cell string) []string {
	is := map[string]bool{}
	if strings.Contains(cell, "tried again") || strings.Contains(cell, "goes on") {
		is["0"] = true
	}
	for _, found := range exitStatus.FindAllStringSubmatch(cell, -1) {
		is[found[1]] = true
	}
	return slices.Sorted(maps.Keys(is))
}

func madeOutcomes(rows []faultRow, kinds []string, passes bool) []string {
	is := map[string]bool{}
	for _, row := range rows {
		if !row.onTheMachine() && slices.Contains(kinds, row.kind()) && row.passes() == passes {
			is[strconv.Itoa(row.outcome.status)] = true
		}
	}
	return slices.Sorted(maps.Keys(is))
}
