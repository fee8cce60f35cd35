package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// set is a variable that a system would set from a file or from the log: a line
// of a file of variables, a value of GitHub's that has an end, a command.
var set = regexp.MustCompile(`(?m)^(?:export |set |set -gx )?"?((?:custom_aws|custom\.aws|CUSTOM_AWS|aws\.|AWS_)[\w.]*)(?:=|"?: )|##vso\[task\.setvariable variable=(\w+)|##teamcity\[setParameter name='([^']+)'`)

// TestKilledAtAnyMoment kills each task on each system by chance in the
// milliseconds after AWS has answered last: it has handed on all of its
// variables, or none. AWSVARS_TEST_KILLS says how often in all; without it each
// pair is tried a few times.
//
// GitHub and Harness read two files. Of those the first may be there alone,
// whole: SECURITY.md says what the next step sees then.
func TestKilledAtAnyMoment(t *testing.T) {
	t.Parallel()
	total := 0
	if text := os.Getenv("AWSVARS_TEST_KILLS"); text != "" {
		var err error
		if total, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	s := simulated(t, simulator.Options{})
	// The last line of the log before the variables are handed on.
	tasks := map[string]string{"sts": "hop 1/1", "ecr": "registry", "login": "login", "push": "pushed"}
	push := append(s.RegistryProxyEnv(), "AWSVARS_IMAGE=oci:"+imageLayout(t), "AWSVARS_REPOSITORY=team/app", "AWSVARS_CREATE_REPOSITORY=true")
	pairs := len(systemsOf("")) * len(tasks)
	kills := max(2, (total+pairs-1)/pairs)
	for name := range systemsOf("") {
		for task, last := range tasks {
			t.Run(task+" on "+name, func(t *testing.T) {
				t.Parallel()
				k := killed{t: t, s: s, name: name, task: task, last: last}
				if task == "push" {
					k.more = push
				}
				whole, first := k.run(time.Hour)
				if whole == 0 && (task == "login" || task == "push") {
					t.Skip("a script gets nothing of this task without a format")
				}
				if whole == 0 {
					t.Fatal("a run that is not killed hands on nothing that this test sees")
				}
				counts := map[int]int{}
				for range kills {
					found, _ := k.run(rand.N(6 * time.Millisecond))
					counts[found]++
				}
				t.Logf("%d variables; after %d kills there were %v", whole, kills, counts)
				for n, times := range counts {
					if n != 0 && n != whole && n != first {
						t.Errorf("%d times a killed run handed on %d variables of %d", times, n, whole)
					}
				}
			})
		}
	}
}

// killed is a run of a task in one system.
type killed struct {
	t *testing.T
	s *simulator.Simulator
	// name is the system's.
	name, task string
	// last begins the line of the log after which it is killed.
	last string
	more []string
}

// TestKilledRunsAreKnownToThePostStep: a profile that is there after a kill is
// one that the post step takes back.
func TestKilledRunsAreKnownToThePostStep(t *testing.T) {
	t.Parallel()
	k := killed{t: t, s: simulated(t, simulator.Options{}), name: "github", task: "sts", last: "hop 1/1", more: []string{"AWSVARS_WRITE_PROFILE=ci"}}
	k.run(time.Hour)
	for range 20 {
		k.run(rand.N(10 * time.Millisecond))
	}
}

// run kills a run some time after AWS has answered, and counts the variables
// that the next step would see: all, and those of the first of two files.
func (k killed) run(after time.Duration) (found, first int) {
	k.t.Helper()
	dir := k.t.TempDir()
	for _, name := range []string{"output", "env", "state", "summary", "secret", "rest", "bash_env"} {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			k.t.Fatal(err)
		}
	}
	c := exec.Command("awsvars", k.task)
	c.Dir = dir
	c.Env = append(k.s.Env(), "PATH="+os.Getenv("PATH"), "HOME="+dir, "TMPDIR="+dir, "AWSVARS_ROLE_ARN=arn:aws:iam::111111111111:role/reader")
	c.Env = append(c.Env, append(systemsOf(dir)[k.name].sign, k.more...)...)
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
		if strings.HasPrefix(lines.Text(), k.last) {
			timer := time.AfterFunc(after, func() { _ = c.Process.Kill() })
			defer timer.Stop()
		}
	}
	// It was killed, or it was not.
	_ = c.Wait()
	return k.seen(dir, log.String()+out.String())
}

func (k killed) seen(dir, log string) (found, first int) {
	k.t.Helper()
	read := func(name string) string {
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			k.t.Fatal(err)
		}
		return string(content)
	}
	switch k.name {
	case "github":
		// The state is for the step itself, the summary for people.
		first = len(taken(read("env")))
		profile, _ := os.ReadFile(filepath.Join(dir, ".aws", "credentials"))
		if strings.Contains(string(profile), "[ci]") && !slices.Contains(taken(read("state")), "profile") {
			k.t.Error("a killed run left a profile that its post step does not know")
		}
		found = first + len(taken(read("output")))
	case "circleci":
		c := exec.Command("bash", "-c", "env")
		c.Env = []string{"PATH=" + os.Getenv("PATH"), "BASH_ENV=" + filepath.Join(dir, "bash_env")}
		out, err := c.Output()
		if err != nil {
			k.t.Fatal(err)
		}
		found = len(set.FindAllString(string(out), -1))
	case "harness":
		first = len(set.FindAllString(read("secret"), -1))
		found = first + len(set.FindAllString(read("rest"), -1))
	default:
		found = len(set.FindAllString(log, -1)) + k.inFiles(dir)
	}
	k.nothingBeside(dir)
	if text, err := os.ReadFile(filepath.Join(dir, ".docker", "config.json")); err == nil && !json.Valid(text) {
		k.t.Errorf("a killed run left half of a configuration of Docker, %d bytes", len(text))
	}
	return found, first
}

func (k killed) inFiles(dir string) (found int) {
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		// Nobody reads a file that has not got its name yet, and on TeamCity the
		// next step finds the file by a parameter only.
		if err != nil || entry.IsDir() || strings.Contains(strings.TrimPrefix(path, dir), ".awsvars-") || k.name == "teamcity" {
			return err
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

// nothingBeside: where the system has files of its own, no other file holds a
// secret.
func (k killed) nothingBeside(dir string) {
	if k.name != "github" && k.name != "circleci" && k.name != "harness" {
		return
	}
	left, err := os.ReadDir(dir)
	if err != nil {
		k.t.Fatal(err)
	}
	for _, entry := range left {
		if entry.Name() != ".aws" && entry.Name() != ".docker" && entry.IsDir() || strings.HasPrefix(entry.Name(), ".awsvars-") {
			k.t.Errorf("a killed run left %s", entry.Name())
		}
	}
}

// taken are the names that GitHub's runner takes from a file before it comes to
// an end that is missing.
func taken(text string) (names []string) {
	lines := strings.Split(text, "\n")
	for i := 0; i < len(lines); i++ {
		name, end, heredoc := strings.Cut(lines[i], "<<")
		if lines[i] == "" {
			continue
		}
		length := slices.Index(lines[i+1:], end)
		if !heredoc || end == "" || length < 0 {
			return names
		}
		names = append(names, name)
		i += length + 1
	}
	return names
}
