package main

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// TestFaultsHaveTheirOutcome runs the table: every remote call with every kind
// of fault. A run recovers and delivers what it would without the fault, or it
// says what is wrong and delivers nothing.
func TestFaultsHaveTheirOutcome(t *testing.T) {
	t.Parallel()
	rows, err := readTable()
	if err != nil {
		t.Fatal(err)
	}
	plain := plainRuns(t)
	missing := missingRows(rows, plain)
	// Those that wait for the most part go on beside those that do not.
	waiting, busy := make(chan struct{}, 16), make(chan struct{}, 3)
	var group sync.WaitGroup
	for _, row := range slices.Concat(rows, missing) {
		known := row.outcome != outcome{words: toAdd}
		places := busy
		if row.waits() {
			places = waiting
		}
		group.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			t.Run(row.key(), func(t *testing.T) {
				s, found := scenes()[row.scene]
				if !found {
					t.Fatalf("there is no scene %q", row.scene)
				}
				r := perform(t, s, row)
				got := row
				got.outcome = r.outcome(plain[row.scene])
				if err := r.judge(plain[row.scene]); err != nil {
					t.Errorf("%v\n%s", err, r.log)
				}
				if !known {
					t.Errorf("the table lacks\n%s", got)
					return
				}
				if !row.outcome.is(got.outcome, r) {
					t.Errorf("got\n%s\nwant\n%s\nafter\n%s\nasked\n%s", got, row, r.log, asking(r.requests))
				}
			})
		})
	}
	group.Wait()
}

const toAdd = "to add"

// is tells whether it came as the table says.
func (o outcome) is(got outcome, r ran) bool {
	text := r.wrong()
	if got.status == 0 {
		text = said(r.log)
	}
	return o.status == got.status && o.requests == got.requests && has(text, o.words)
}

// plainRuns are the scenes without a fault.
func plainRuns(t *testing.T) map[string]ran {
	t.Helper()
	runs := map[string]ran{}
	var lock sync.Mutex
	var group sync.WaitGroup
	for name, s := range scenes() {
		group.Go(func() {
			t.Run(name, func(t *testing.T) {
				r := perform(t, s, faultRow{})
				if r.status != 0 || len(r.files) == 0 {
					t.Errorf("status %d, files %q\n%s\nasked\n%s", r.status, r.files, r.log, asking(r.requests))
				}
				lock.Lock()
				defer lock.Unlock()
				runs[name] = r
			})
		})
	}
	group.Wait()
	if t.Failed() {
		t.FailNow()
	}
	return runs
}

func asking(requests []simulator.Request) string {
	var b strings.Builder
	for _, r := range requests {
		fmt.Fprintf(&b, "%s:%s %s %v %d %s %s\n", r.Service, r.Action, r.Region, r.Params, r.Status, r.Code, r.Fault)
	}
	return b.String()
}

// calls are the remote calls of a run; where one of AWS's is made again, as by
// the hops of a chain, each counts.
func calls(requests []simulator.Request) []string {
	var all []string
	counts := map[string]int{}
	for _, r := range requests {
		call := r.Service + ":" + r.Action
		n := counts[call]
		counts[call]++
		switch {
		case n == 0:
			all = append(all, call)
		case slices.Contains([]string{"sts", "ecr", "ecr-public"}, r.Service):
			all = append(all, fmt.Sprintf("%s+%d", call, n))
		}
	}
	return all
}

// faultsOf are the faults that each call is to be tried with.
func faultsOf(call string) []string {
	service, _, _ := strings.Cut(call, ":")
	var faults []string
	for _, kind := range []string{"throttle", "500", "503", "slow:1m", "reset", "cut", "malformed", "empty", "redirect", "huge", "html"} {
		times := "*1"
		if kind == "throttle" {
			times = "*4"
		}
		faults = append(faults, kind+times, kind)
	}
	if slices.Contains([]string{"sts", "ecr", "ecr-public"}, service) {
		faults = append(faults, "clock:10m", "clock:-10m")
	}
	return append(faults, "expired*1", "expired", "denied")
}

// missingRows are those that the table lacks.
func missingRows(rows []faultRow, plain map[string]ran) []faultRow {
	has := map[string]bool{}
	for _, row := range rows {
		has[row.call+" "+row.fault] = true
	}
	var missing []faultRow
	// The shortest run that makes a call is the one to try it in.
	names := slices.SortedFunc(maps.Keys(plain), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(plain[a].requests), len(plain[b].requests)), cmp.Compare(a, b))
	})
	for _, name := range names {
		for _, call := range calls(plain[name].requests) {
			for _, fault := range faultsOf(call) {
				if !has[call+" "+fault] {
					has[call+" "+fault] = true
					missing = append(missing, faultRow{scene: name, call: call, fault: fault, outcome: outcome{words: toAdd}})
				}
			}
		}
	}
	return missing
}
