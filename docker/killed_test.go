//go:build unix

package docker

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"

	dockerconfig "github.com/docker/cli/cli/config"
)

const killedVariable = "AWSVARS_TEST_DOCKER_KILLED"

// TestKilledProcessLeavesAWholeFile kills a process that logs in and out in
// turn. The file must be one of those that it writes, every login in it known
// to a logout, the lock free, and what it left beside it gone with the next
// login.
func TestKilledProcessLeavesAWholeFile(t *testing.T) {
	t.Parallel()
	const before = "{\"auths\":{\"a\":{\"auth\":\"QVdTOm9sZA==\"}},\r\n \"psFormat\":\"x\" }\n"
	if dir := os.Getenv(killedVariable); dir != "" {
		c := Config{Directory: dir, Job: "killed"}
		for {
			logIn(t, c, loginTo(ireland), loginTo(public))
			fmt.Println("in")
			if _, err := c.Logout(t.Context()); err != nil {
				t.Fatal(err)
			}
			fmt.Println("out")
		}
	}
	c := configOf(t, before)
	undo := logIn(t, c, loginTo(ireland), loginTo(public))
	within := textOf(t, c.file())
	if err := undo(); err != nil {
		t.Fatal(err)
	}
	for round := range 25 {
		command := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesAWholeFile$")
		command.Env = append(os.Environ(), killedVariable+"="+c.Directory)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		// Another number of bytes each time: another place to be killed at.
		if _, err := io.ReadFull(out, make([]byte, 3+round)); err != nil {
			t.Fatal(err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		text := textOf(t, c.file())
		if text != before && text != within {
			t.Fatalf("config.json is none of those that are written: %q", text)
		}
		if file, err := dockerconfig.Load(c.Directory); err != nil || file.AuthConfigs["a"].Password != "old" || file.PsFormat != "x" {
			t.Fatalf("Docker does not read the older login: %v", err)
		}
		later := c
		later.Job = "killed"
		outcomes, err := later.Logout(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if removed := strings.Count(fmt.Sprint(outcomes), string(Removed)); text == within && removed != 2 {
			t.Fatalf("%d logins are known: %v", removed, outcomes)
		}
		c.holds(t, before)
	}
	logIn(t, c, loginTo(ireland))
	onlyIn(t, c.Directory, "config.json", lockName, stateName)
}
