//go:build e2e

package formats

import (
	"archive/tar"
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"
)

const image = "awsvars-formats-test"

// importImage makes an image that holds nothing but a static busybox: no
// registry is asked.
func importImage(t *testing.T, docker string) {
	t.Helper()
	busybox, err := os.ReadFile(need(t, "busybox"))
	if err != nil {
		t.Fatal(err)
	}
	var archive bytes.Buffer
	w := tar.NewWriter(&archive)
	if err := w.WriteHeader(&tar.Header{Name: "busybox", Mode: 0o755, Size: int64(len(busybox))}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(busybox); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	command := exec.Command(docker, "import", "-c", `ENTRYPOINT ["/busybox"]`, "-", image)
	command.Stdin = &archive
	if out, err := command.CombinedOutput(); err != nil {
		missing(t, "Docker engine: "+strings.TrimSpace(string(out)))
	}
	t.Cleanup(func() { _ = exec.Command(docker, "rmi", image).Run() })
}

func TestDockerReadsEnvFile(t *testing.T) {
	t.Parallel()
	docker := need(t, "docker")
	importImage(t, docker)
	// The first one fills Docker's longest line exactly.
	longest := strings.Repeat("x", 64*1024-len("custom_v0=\n"))
	path, want := deliver(t, "docker", "aws.env", append([]string{longest}, append(values(), "")...))
	if want["custom_v0"] != longest {
		t.Error("the longest line is refused")
	}
	out := run(t, docker, "run", "--rm", "--network", "none", "--env-file", path, image, "env", "-0")
	got := map[string]string{}
	for pair := range strings.SplitSeq(string(out), "\x00") {
		name, value, _ := strings.Cut(pair, "=")
		got[name] = value
	}
	compare(t, got, want)
}
