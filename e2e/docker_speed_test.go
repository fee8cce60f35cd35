//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/awsvars/awsvars/simulator"
)

// TestSpeedOfLoginsAndPushes logs how much longer awsvars takes than what it
// is compared with. With AWSVARS_TEST_SPEED it pushes 200 MB instead of 20, and
// fails over the limits of docs/performance.md. It runs while no other test of
// this package does.
func TestSpeedOfLoginsAndPushes(t *testing.T) {
	strict := os.Getenv("AWSVARS_TEST_SPEED") != ""
	layer, rounds, logins := 2_000_000, 1, 10
	if strict {
		layer, rounds, logins = 20_000_000, 5, 100
	}
	w := speedWorld(t, 10*rounds).withEngine(t)
	contents := make([][]byte, 10)
	for i := range contents {
		contents[i] = randomBytes(uint64(i), layer)
	}
	w.build(t, "built:1", contents...)
	layout := layoutOf(t, randomImage(t, int64(layer), 10))
	const three = irelandHost + "," + frankfurtHost + ",111111111111.dkr.ecr.us-east-1.amazonaws.com"
	w.must(t, "awsvars", "login", "--registry", three)
	next := 0
	repository := func() string { next++; return fmt.Sprintf("app%d", next-1) }
	push := func(image, registries string) func() {
		name := repository()
		return func() {
			w.must(t, "awsvars", "push", "--image", image, "--repository", name, "--registry", registries)
		}
	}
	dockerPush := func() func() {
		name := irelandHost + "/" + repository() + ":latest"
		w.must(t, "docker", "tag", "built:1", name)
		return func() { w.must(t, "docker", "push", "--quiet", name) }
	}
	var far sync.Once
	for _, c := range []struct {
		name         string
		limit        float64 // 0 is none
		rounds       int
		ours, theirs func() func()
	}{
		{
			"login, to ecr", 1.2, logins,
			func() func() { return func() { w.must(t, "awsvars", "login", "--registry", irelandHost) } },
			func() func() {
				return func() {
					w.must(t, "awsvars", "ecr", "--registry", irelandHost, "--output", "ecr.json", "--format", "json")
				}
			},
		},
		{"push from the engine, to docker push", 1.1, rounds, func() func() { return push("built:1", irelandHost) }, dockerPush},
		{"push from the engine to three registries, to one", 1.5, rounds, func() func() { return push("built:1", three) }, func() func() { return push("built:1", irelandHost) }},
		{"push from a layout to three registries, to one", 0, rounds, func() func() { return push(layout, three) }, func() func() { return push(layout, irelandHost) }},
		{
			"the same, 300 ms away", 1.5, rounds,
			func() func() {
				// On loopback the registries are this machine: it hashes and writes
				// for each of them. A far one is waited for.
				far.Do(func() {
					w.Inject(simulator.Fault{Service: "registry", Call: "upload", Kind: "slow", Duration: 300 * time.Millisecond})
				})
				return push(layout, three)
			},
			func() func() { return push(layout, irelandHost) },
		},
	} {
		var ours, theirs []time.Duration
		// They take turns, so that what else the machine does meets both.
		for range c.rounds {
			ours, theirs = append(ours, timed(c.ours())), append(theirs, timed(c.theirs()))
		}
		ratio := float64(median(ours)) / float64(median(theirs))
		t.Logf("%s: %.2f times, %s to %s", c.name, ratio, median(ours).Round(100*time.Microsecond), median(theirs).Round(100*time.Microsecond))
		if strict && c.limit > 0 && ratio > c.limit {
			t.Errorf("%s: %.2f times, at most %.1f", c.name, ratio, c.limit)
		}
	}
}

func timed(f func()) time.Duration {
	begin := time.Now()
	f()
	return time.Since(begin)
}

// speedWorld has as many empty repositories in each of three regions, as a
// layer that a repository has is not sent again.
func speedWorld(t *testing.T, repositories int) *dockerWorld {
	t.Helper()
	var names strings.Builder
	for i := range repositories {
		fmt.Fprintf(&names, "        app%d: {}\n", i)
	}
	text := strings.ReplaceAll(`
region: eu-west-1
instance-id: i-0a1b2c3d4e5f67890
instance-role: arn:aws:iam::111111111111:role/agent
accounts:
  "111111111111":
    roles:
      agent:
        trust: [{service: ec2.amazonaws.com}]
    repositories:
      eu-west-1:
NAMES      eu-central-1:
NAMES      us-east-1:
NAMES`, "NAMES", names.String())
	config, err := simulator.ParseConfig([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return &dockerWorld{world: newWorldWith(t, config)}
}
