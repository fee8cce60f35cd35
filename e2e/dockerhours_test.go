//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestDockerForThirtyHours: a build goes on past the 12 hours of a login, and
// no login is asked for before it has to be.
func TestDockerForThirtyHours(t *testing.T) {
	t.Parallel()
	need(t, "docker")
	dir := buildMoved(t, "./cmd/awsvars")
	w, moving := newWorld(t), newClock(t)
	if err := os.Symlink("awsvars", filepath.Join(dir, "docker-credential-awsvars")); err != nil {
		t.Fatal(err)
	}
	env := append(w.registryAt(t, ecrHost), moving.env(), "PATH="+dir+":"+os.Getenv("PATH"), "AWSVARS_SOURCE=instance")
	if r := w.run(t, env, filepath.Join(dir, "awsvars"), "docker-credential", "install", "222222222222/eu-west-1"); r.status != 0 {
		t.Fatal(r.log())
	}
	for ; moving.offset <= 30*time.Hour; moving.advance(t, w, time.Hour) {
		// The registry knows no such image, and says so to those it lets in.
		before := len(w.answers("manifest"))
		r := w.run(t, env, "docker", "manifest", "inspect", ecrHost+"/app:1")
		if got := w.answers("manifest")[before:]; !strings.Contains(got, "agent MANIFEST_UNKNOWN") {
			t.Fatalf("after %s: %s; the registry said %q", moving.offset, r.log(), got)
		}
	}
	if n := w.count("ecr", "GetAuthorizationToken"); n != 3 {
		t.Errorf("AWS was asked for %d tokens in 30 hours", n)
	}
}
