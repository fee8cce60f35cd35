package main

import (
	"bufio"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// set is a variable that a system would set from a file or from the log: a line
// of a file of variables, the beginning of a value of GitHub's, a command.
var set = regexp.MustCompile(`(?m)^(?:export |set |set -gx )?"?((?:custom_aws|custom\.aws|CUSTOM_AWS|aws\.|AWS_)[\w.]*)(?:=|<<|"?: )|^([\w-]+)<<_GitHub|##vso\[task\.setvariable variable=(\w+)|##teamcity\[setParameter name='([^']+)'`)

// TestKilledAtAnyMoment kills sts by chance in the milliseconds after AWS has
// given credentials: it has handed on all of its variables, or none.
// AWSVARS_TEST_KILLS says how often each system is tried.
//
// Chance hits the time of a write hardly ever. GitHub and Harness read two
// files, and of those the first one may be there alone; a write that crosses a
// page of memory can be cut there. SECURITY.md says so.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	kills := 4
	if text := os.Getenv("AWSVARS_TEST_KILLS"); text != "" {
		var err error
		if kills, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	s := simulated(t, simulator.Options{})
	for name := range systemsOf("") {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			whole := killed{t, s, name}.run(time.Hour)
			if whole == 0 {
				t.Fatal("a run that is not killed hands on nothing that this test sees")
			}
			counts := map[int]int{}
			for range kills {
				counts[killed{t, s, name}.run(rand.N(6*time.Millisecond))]++
			}
			t.Logf("%d variables; after a kill there were %v", whole, counts)
			for n, times := range counts {
				if n != 0 && n != whole && n != firstFiles()[name] {
					t.Errorf("%d times a killed run handed on %d variables of %d", times, n, whole)
				}
			}
		})
	}
}

// firstFiles are the systems that read two files, and how many variables the
// first one of them has.
func firstFiles() map[string]int { return map[string]int{"github": 3, "harness": 3} }

// killed is a run in one system.
type killed struct {
	t    *testing.T
	s    *simulator.Simulator
	name string
}

// run kills a run some time after AWS has given credentials, and counts the
// variables that the next step would see.
func (k killed) run(after time.Duration) int {
	k.t.Helper()
	dir := k.t.TempDir()
	for _, name := range []string{"output", "env", "state", "summary", "secret", "rest", "bash_env"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			k.t.Fatal(err)
		}
	}
	c := exec.Command("awsvars", "sts")
	c.Dir = dir
	c.Env = append(k.s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+dir, "AWSVARS_ROLE_ARN=arn:aws:iam::111111111111:role/reader")
	c.Env = append(c.Env, systemsOf(dir)[k.name].sign...)
	var out strings.Builder
	c.Stdout = &out
	pipe, err := c.StderrPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		k.t.Fatal(err)
	}
	var log strings.Builder
	for lines := bufio.NewScanner(pipe); lines.Scan(); {
		fmt.Fprintln(&log, lines.Text())
		if strings.HasPrefix(lines.Text(), "hop 1/1") {
			timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
			defer timer.Stop()
		}
	}
	// It was killed, or it was not.
	_ = c.Wait()
	return k.seen(dir, log.String()+out.String())
}

func (k killed) seen(dir, log string) int {
	k.t.Helper()
	found := len(set.FindAllString(log, -1))
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		// The state is for the step itself, the summary for people, and nobody
		// reads a file that has not got its name yet.
		if err != nil || entry.IsDir() || entry.Name() == "state" || entry.Name() == "summary" || strings.HasPrefix(entry.Name(), ".awsvars-") {
			return err
		}
		if under := strings.TrimPrefix(path, dir); strings.Contains(under, ".awsvars-") {
			return nil
		}
		if k.name == "teamcity" {
			// The next step finds this file by a parameter only.
			return nil
		}
		content, err := os.ReadFile(path)
		found += len(set.FindAllString(string(content), -1))
		return err
	})
	if err != nil {
		k.t.Fatal(err)
	}
	return found
}
