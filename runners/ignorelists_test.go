package runners

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func checkClone(t *testing.T, dir string) error {
	t.Helper()
	return open(t, "drone", newMachine(t, map[string]string{"DRONE_WORKSPACE": dir}).Host).Check(settings(t, nil))
}

func TestOtherListsOfIgnoredFilesCountToo(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Dockerfile.dockerignore", ".containerignore", "Containerfile.containerignore", "docker/app.dockerignore", "images/app/Dockerfile.dockerignore"} {
		dir := clone(t, t.TempDir()+"/a[b]*", map[string]string{".dockerignore": ".awsvars", name: "x"})
		wantError(t, checkClone(t, dir), filepath.Join(dir, name)+" does not leave them out")
	}
	// Those count where images are built from elsewhere, or never.
	for _, name := range []string{"docker/.dockerignore", "a/b/c/Dockerfile.dockerignore", ".git/x.dockerignore"} {
		dir := clone(t, t.TempDir(), map[string]string{".dockerignore": ".awsvars", name: "x"})
		if err := checkClone(t, dir); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestHostileListsAreNotRead: a list comes with the clone, and whoever may
// push could make awsvars read without an end.
func TestHostileListsAreNotRead(t *testing.T) {
	t.Parallel()
	for target, part := range map[string]string{"/dev/zero": "is no regular file", "nowhere": "is no regular file", "": "has more than 1048576 bytes"} {
		dir := clone(t, t.TempDir(), map[string]string{".dockerignore": ".awsvars"})
		path := filepath.Join(dir, "x.dockerignore")
		err := os.Symlink(target, path)
		if target == "" {
			err = os.WriteFile(path, []byte(strings.Repeat(".awsvars\n", 1<<17)), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
		wantError(t, checkClone(t, dir), "reading what images leave out: "+path+" "+part, "choose an output outside of the clone")
	}
}

func TestSearchForListsEnds(t *testing.T) {
	t.Parallel()
	files := map[string]string{".dockerignore": ".awsvars"}
	for i := range mostIgnoreLists + 10 {
		files[fmt.Sprintf("d/%03d.dockerignore", i)] = ".awsvars"
	}
	dir := clone(t, t.TempDir(), files)
	if n := len(ignoreLists(dir)); n != mostIgnoreLists {
		t.Errorf("%d lists", n)
	}
	for i := range mostIgnoreDirs {
		if err := os.Mkdir(filepath.Join(dir, fmt.Sprintf("a%04d", i)), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	// The clone's own list is found whatever else there is.
	if lists := ignoreLists(dir); len(lists) != 1 || lists[0] != filepath.Join(dir, ".dockerignore") {
		t.Errorf("%d lists", len(lists))
	}
}
