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
				row.try(t, s, plain[row.scene], known)
			})
		})
	}
	group.Wait()
}

const toAdd = "to add"

// tries is how often a row may come out otherwise: a machine that is too busy to
// answer within a second is a fault beside the scripted one.
const tries = 3

func (r faultRow) try(t *testing.T, s scene, plain ran, known bool) {
	t.Helper()
	for try := 1; ; try++ {
		made := perform(t, s, r)
		got := r
		got.outcome = made.outcome(plain)
		if err := made.judge(plain); err != nil {
			t.Errorf("%v\n%s", err, made.log)
		}
		switch {
		case !known:
			t.Errorf("the table lacks\n%s", got)
		case r.outcome.is(got.outcome, made):
		case try < tries:
			continue
		default:
			t.Errorf("got\n%s\nwant\n%s\nafter\n%s\nasked\n%s", got, r, made.log, asking(made.requests))
		}
		return
	}
}

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

// calls are the remote calls of a run. Where one of AWS's is made again, as by
// the hops of a chain, each counts; a registry tells them apart by their method.
func calls(requests []simulator.Request) []string {
	var all []string
	counts := map[string]int{}
	for _, r := range requests {
		call := r.Service + ":" + r.Action
		if r.Service == "registry" {
			call += "/" + r.Params.Get("method")
		}
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

// faultsOf are the faults that each call is to be tried with. All that may pass
// pass; of those that stay there is one of each sort.
func faultsOf(call string) []string {
	service, _, _ := strings.Cut(call, ":")
	if service == "engine" {
		return engineFaults()
	}
	faults := []string{"throttle*4", "500*1", "503*1", "slow:1m*1", "reset*1", "cut*1", "malformed*1", "empty*1", "html*1", "huge*1", "redirect*1"}
	faults = append(faults, "500", "slow:1m", "reset", "malformed", "html", "expired*1", "denied")
	if slices.Contains([]string{"sts", "ecr", "ecr-public"}, service) {
		faults = append(faults, "clock:10m")
	}
	return faults
}

// tried tells what a row is for. Tasks ask registries in ways of their own, and
// AWS in one.
func tried(scene, call, fault string) string {
	if strings.HasPrefix(call, "registry:") {
		call = strings.Fields(scenes()[scene].args)[0] + " " + call
	}
	return call + " " + fault
}

// missingRows are those that the table lacks.
func missingRows(rows []faultRow, plain map[string]ran) []faultRow {
	has := map[string]bool{}
	for _, row := range rows {
		has[tried(row.scene, row.call, row.fault)] = true
	}
	var missing []faultRow
	lack := func(scene, call, fault string) {
		if key := tried(scene, call, fault); !has[key] {
			has[key] = true
			missing = append(missing, faultRow{scene: scene, call: call, fault: fault, outcome: outcome{words: toAdd}})
		}
	}
	// The shortest run that makes a call is the one to try it in.
	names := slices.SortedFunc(maps.Keys(plain), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(plain[a].requests), len(plain[b].requests)), cmp.Compare(a, b))
	})
	for _, name := range names {
		for _, call := range calls(plain[name].requests) {
			// The engine pushes by itself: what else its run asks is tried without.
			if scenes()[name].engine != strings.HasPrefix(call, "engine:") {
				continue
			}
			for _, fault := range faultsOf(call) {
				lack(name, call, fault)
			}
			service, _, _ := strings.Cut(call, ":")
			for _, fault := range waysTo(service) {
				lack(name, service+":*", fault)
			}
		}
	}
	return missing
}
