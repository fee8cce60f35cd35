//go:build unix

package profiles

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const killedVariable = "AWSVARS_TEST_KILLED"

// TestKilledProcessLeavesWholeFiles kills a process that writes keys and
// processes in turn. Each file must be one of those that it writes, the lock
// free, and what it left beside them gone with the next write.
func TestKilledProcessLeavesWholeFiles(t *testing.T) {
	t.Parallel()
	const config, credentials = "# mine\r\n[profile a]\r\noutput = json", "[a]\naws_access_key_id = A\naws_secret_access_key = a\n\n# end\n"
	if dir := os.Getenv(killedVariable); dir != "" {
		f := Files{filepath.Join(dir, "config"), filepath.Join(dir, "credentials")}
		for {
			write(t, f, keysOf("deploy", "eu-west-1"), false)
			fmt.Println("keys")
			write(t, f, processOf("deploy", "eu-west-1"), false)
			fmt.Println("process")
		}
	}
	f := filesWith(t, config, credentials)
	want := map[string][]string{f.Config: {config}, f.Credentials: {credentials}}
	for _, p := range []Profile{keysOf("deploy", "eu-west-1"), processOf("deploy", "eu-west-1")} {
		write(t, f, p, false)
		for path := range want {
			want[path] = append(want[path], textOf(t, path))
		}
	}
	for round := range 15 {
		command := exec.Command(os.Args[0], "-test.run=^TestKilledProcessLeavesWholeFiles$")
		command.Env = append(os.Environ(), killedVariable+"="+filepath.Dir(f.Config))
		out, err := command.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := command.Start(); err != nil {
			t.Fatal(err)
		}
		// Another number of bytes each time: another place to be killed at.
		if _, err := io.ReadFull(out, make([]byte, 5+7*round)); err != nil {
			t.Fatal(err)
		}
		if err := command.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = command.Wait()
		for path, texts := range want {
			if text := textOf(t, path); !strings.Contains(strings.Join(texts, "\x00")+"\x00", text+"\x00") {
				t.Fatalf("%s is none of those that are written: %q", path, text)
			}
		}
		// One file may be newer than the other; there are credentials in any case.
		p, ok := f.sdkReads(t, "deploy")
		if !ok || p.Credentials.AccessKeyID != fakeKey && p.CredentialProcess == "" {
			t.Fatal("there is no usable profile")
		}
	}
	write(t, f, keysOf("deploy", "eu-west-1"), false)
	f.gives(t, keysOf("deploy", "eu-west-1"))
	onlyIn(t, filepath.Dir(f.Config), "config", "credentials", lockName)
}
