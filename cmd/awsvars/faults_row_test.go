package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// tablePath is the table of faults. It stands beside the scripts, which end in
// .txtar.
const tablePath = "testdata/faults.table"

// faultRow is a line of the table: a scene, one of its remote calls, what goes
// wrong with that call, and what becomes of the run.
type faultRow struct {
	scene, call, fault string
	outcome            outcome
}

// outcome is what a run came to.
type outcome struct {
	// status is the exit status; 0 is recovered.
	status int
	// requests is how many more there were than without the fault.
	requests int
	// words are in the error, or in the log of a run that recovered.
	words string
}

func (o outcome) String() string {
	text := "recovered"
	if o.status != 0 {
		text = fmt.Sprintf("status %d", o.status)
	}
	text += fmt.Sprintf(" %+d", o.requests)
	if o.words != "" {
		text += " " + strconv.Quote(o.words)
	}
	return text
}

func (r faultRow) key() string { return r.scene + " " + r.call + " " + r.fault }

func (r faultRow) String() string {
	return fmt.Sprintf("%-11s %-35s %-14s => %s", r.scene, r.call, r.fault, r.outcome)
}

// kind is the fault without its numbers: what completeness goes by.
func (r faultRow) kind() string { return kindOfFault.FindString(r.fault) }

var kindOfFault = regexp.MustCompile(`^[a-z0-9]+`)

// passes tells that the fault is over after some calls.
func (r faultRow) passes() bool { return strings.Contains(r.fault, "*") }

// waits tells that most of the time of such a run goes by without work.
func (r faultRow) waits() bool {
	return slices.Contains([]string{"slow", "throttle", "unanswered"}, r.kind())
}

var rowForm = regexp.MustCompile(`^(\S+) +(\S+) +(\S+) +=> (recovered|status ([1-9][0-9]*)) ([+-][0-9]+)(?: (".*"))?$`)

func parseRow(line string) (faultRow, error) {
	part := rowForm.FindStringSubmatch(line)
	if part == nil {
		return faultRow{}, fmt.Errorf("%q is no row", line)
	}
	row := faultRow{scene: part[1], call: part[2], fault: part[3]}
	// The form lets nothing else through.
	row.outcome.status, _ = strconv.Atoi(part[5])
	row.outcome.requests, _ = strconv.Atoi(part[6])
	if part[7] != "" {
		words, err := strconv.Unquote(part[7])
		if err != nil {
			return faultRow{}, fmt.Errorf("%q: %w", line, err)
		}
		row.outcome.words = words
	}
	if row.outcome.status != 0 && row.outcome.words == "" {
		return faultRow{}, fmt.Errorf("%q does not say how the error reads", line)
	}
	return row, nil
}

func readTable() ([]faultRow, error) {
	text, err := os.ReadFile(tablePath)
	if err != nil {
		return nil, err
	}
	var rows []faultRow
	seen := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		row, err := parseRow(line)
		if err != nil {
			return nil, err
		}
		if seen[row.key()] {
			return nil, fmt.Errorf("%s stands twice", row.key())
		}
		seen[row.key()] = true
		rows = append(rows, row)
	}
	return rows, nil
}
