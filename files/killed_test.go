//go:build unix

package files

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const killedVariable = "AWSVARS_TEST_WRITES"

// TestKilledProcessLeavesNoHalfFile kills a process that writes all the time.
// What a reader finds must be whole, and what is left besides must be known
// by its name.
func TestKilledProcessLeavesNoHalfFile(t *testing.T) {
	t.Parallel()
	if path := os.Getenv(killedVariable); path != "" {
		for i := 0; ; i++ {
			content := bytes.Repeat([]byte{'a' + byte(i%26)}, 300_000)
			if err := Replace(path, Temporary, append(content, '\n'), AsMade); err != nil {
				t.Fatal(err)
			}
			fmt.Println("written")
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "aws.env")
	for round := range 12 {
		command := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesNoHalfFile$")
		command.Env = append(os.Environ(), killedVariable+"="+path)
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		// Another number of bytes each time: another place to be killed at.
		if _, err := out.Read(make([]byte, 8+round)); err != nil {
			t.Fatal(err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(content)
		if len(text) != 300_001 || strings.Trim(text[:300_000], text[:1]) != "" {
			t.Fatalf("half a file: %d bytes", len(text))
		}
	}
	found, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range found {
		if ok, _ := filepath.Match(Temporary, file.Name()); !ok && file.Name() != "aws.env" {
			t.Errorf("left behind: %s", file.Name())
		}
	}
}
