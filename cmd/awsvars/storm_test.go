package main

import (
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// TestAHundredRunsAtOnceAreNoStorm: AWS takes 20 calls a second, and two of each
// run would need 10 seconds without any repetition.
func TestAHundredRunsAtOnceAreNoStorm(t *testing.T) {
	t.Parallel()
	const runs, calls = 100, 2
	s := simulated(t, simulator.Options{
		Faults: []simulator.Fault{{Service: "*", Call: "*", Kind: "rate", Rate: 20}},
	})
	dir := t.TempDir()
	failures := make([]string, runs)
	var group sync.WaitGroup
	for i := range runs {
		group.Go(func() {
			c := exec.Command("awsvars", "ecr", "--role-arn", "arn:aws:iam::111111111111:role/reader", "--format", "json")
			c.Dir, c.Env = dir, append(append(s.Env(), s.UserEnv("ci")...), "PATH="+os.Getenv("PATH"), "HOME="+dir)
			var log strings.Builder
			c.Stderr = &log
			document, err := c.Output()
			if err != nil || !strings.HasPrefix(string(document), "{") {
				failures[i] = fmt.Sprintf("%v\n%s", err, log.String())
			}
		})
	}
	group.Wait()
	for i, log := range failures {
		if log != "" {
			t.Errorf("run %d:\n%s", i, log)
		}
	}
	asked := len(s.Requests())
	t.Logf("%d requests to AWS, %d at least", asked, runs*calls)
	if asked >= 3*runs*calls {
		t.Errorf("%d requests to AWS, and %d are enough", asked, runs*calls)
	}
}
