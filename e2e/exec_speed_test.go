//go:build e2e

package e2e

import (
	"encoding/base64"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestSpeedOfExec logs how fast a command's output passes with 200 secrets to
// hide, on one core beside that of the command. With AWSVARS_TEST_SPEED it is
// 1 GB in place of 64 MB, Buildkite's redactor gets the same, and the test
// fails over the limits of docs/performance.md.
func TestSpeedOfExec(t *testing.T) {
	const part = 16_000_000
	strict, parts := os.Getenv("AWSVARS_TEST_SPEED") != "", 4
	if strict {
		parts = 64
	}
	w := newWorld(t)
	secrets, env := secretsInEnvironment(200)
	log := filepath.Join(t.TempDir(), "log")
	writeFile(t, log, longLog(part, secrets), 0o600)
	output := fmt.Sprintf("for i in $(seq %d); do cat '%s'; done", parts, log)
	speed := func(script string) (float64, string) {
		c := exec.Command("sh", "-c", script)
		c.Dir, c.Env = w.dir, w.env(append(env, "GOMAXPROCS=1")...)
		var stderr strings.Builder
		c.Stderr = &stderr
		took := timed(func() {
			if err := c.Run(); err != nil {
				t.Fatalf("%v\n%s", err, stderr.String())
			}
		})
		return float64(parts*part) / 1e6 / took.Seconds(), stderr.String()
	}
	ours, said := speed(fmt.Sprintf(`exec awsvars exec --hide %s -- sh -c "%s; grep VmHWM /proc/\$PPID/status >&2" >/dev/null`, strings.Join(names(env), ","), strings.ReplaceAll(output, "$", `\$`)))
	peak := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(said)
	if peak == nil {
		t.Fatal(said)
	}
	kilobytes, _ := strconv.Atoi(peak[1])
	t.Logf("awsvars exec: %.0f MB/s, %.1f MB of memory", ours, float64(kilobytes)/1e3)
	if !strict {
		return
	}
	peer := filepath.Join(t.TempDir(), "redactor")
	build := exec.Command("go", "build", "-o", peer, ".")
	build.Dir = filepath.Join(root, "bench", "redactor")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building Buildkite's redactor: %v\n%s", err, out)
	}
	theirs, _ := speed(fmt.Sprintf("(%s) | '%s' >/dev/null", output, peer))
	t.Logf("Buildkite's redactor: %.0f MB/s", theirs)
	if ours < 400 || kilobytes > 64_000 {
		t.Errorf("%.0f MB/s and %d kB, at least 400 MB/s and at most 64 MB", ours, kilobytes)
	}
}

// secretsInEnvironment are n keys and tokens in turn, as AWS makes them, and
// the variables that hold them.
func secretsInEnvironment(n int) (secrets, env []string) {
	source := rand.NewChaCha8([32]byte{1})
	for i := range n {
		raw := make([]byte, 30+630*(i%2))
		_, _ = source.Read(raw)
		secrets = append(secrets, base64.StdEncoding.EncodeToString(raw))
		env = append(env, fmt.Sprintf("SECRET_%d=%s", i, secrets[i]))
	}
	return secrets, env
}

func names(env []string) (all []string) {
	for _, pair := range env {
		name, _, _ := strings.Cut(pair, "=")
		all = append(all, name)
	}
	return all
}

// longLog is a text as builds write it, with a secret in each hundredth line.
func longLog(size int, secrets []string) string {
	random := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for i := 0; b.Len() < size; i++ {
		fmt.Fprintf(&b, "[INFO] %s Downloaded: https://repo.example.com/maven2/org/apache/%x/%d.jar (%d kB)\n", time.Unix(int64(i), 0).UTC().Format(time.RFC3339), random.Uint64(), i, random.IntN(900))
		if i%100 == 99 {
			fmt.Fprintf(&b, "+ export TOKEN=%s\n", secrets[random.IntN(len(secrets))])
		}
	}
	return b.String()[:size]
}
