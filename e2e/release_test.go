//go:build e2e

package e2e

import (
	"bytes"
	"debug/elf"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/CycloneDX/cyclonedx-go"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

const releaseVersion = "v0.0.1-test"

// makeRelease runs the command in a clone, and returns the sums that it
// prints, by file.
func makeRelease(t *testing.T, clone, dir string, env []string, platforms ...string) map[string]string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", append([]string{"run", "./release", releaseVersion, dir}, platforms...)...)
	command.Dir, command.Env = clone, append(os.Environ(), env...)
	var log strings.Builder
	command.Stderr = &log
	out, err := command.Output()
	if err != nil {
		t.Fatalf("making a release: %v\n%s", err, log.String())
	}
	sums := map[string]string{}
	for line := range strings.Lines(string(out)) {
		sum, name, found := strings.Cut(strings.TrimSpace(line), "  ")
		if !found {
			t.Fatalf("the line %q is not one of sha256sum", line)
		}
		sums[name] = sum
	}
	return sums
}

// cloneOf copies what git knows of the tree, as it is now.
func cloneOf(t *testing.T) string {
	t.Helper()
	list := exec.Command("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	list.Dir = root
	names, err := list.Output()
	if err != nil {
		t.Fatalf("listing the tree: %v", err)
	}
	clone := filepath.Join(t.TempDir(), "a", "directory of another length")
	for name := range strings.SplitSeq(strings.TrimSuffix(string(names), "\x00"), "\x00") {
		content, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue
		}
		target := filepath.Join(clone, name)
		if err == nil {
			err = os.MkdirAll(filepath.Dir(target), 0o700)
		}
		if err == nil {
			err = os.WriteFile(target, content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return clone
}

// TestReleaseIsReproducible: the sums of a release stand in the commit that
// it is made of, so everybody must get the same bytes.
func TestReleaseIsReproducible(t *testing.T) {
	t.Parallel()
	first, second := filepath.Join(t.TempDir(), "first"), filepath.Join(t.TempDir(), "second")
	sums := makeRelease(t, root, first, nil)
	clone := cloneOf(t)
	if diff := cmp.Diff(sums, makeRelease(t, clone, second, []string{"TZ=Asia/Tokyo"})); diff != "" {
		t.Errorf("another clone makes other files:\n%s", diff)
	}
	// With a cache of its own everything is compiled again, and what changes
	// other builds changes none of these.
	third := filepath.Join(t.TempDir(), "third")
	env := []string{"GOCACHE=" + filepath.Join(t.TempDir(), "cache"), "GOFLAGS=-tags=netgo -buildvcs=true", "GOAMD64=v3", "CGO_ENABLED=1"}
	for name, sum := range makeRelease(t, clone, third, env, "linux/amd64") {
		if strings.Contains(name, "linux-amd64") && sum != sums[name] {
			t.Errorf("%s: another cache makes %s, and the first one %s", name, sum, sums[name])
		}
	}
	check := exec.Command("sha256sum", "--check", "--strict", "SHA256SUMS")
	check.Dir = first
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("sha256sum: %v\n%s", err, out)
	}
	checkBinaries(t, first)
	checkBills(t, first)
	checkImage(t, first)
}

func checkBinaries(t *testing.T, dir string) {
	t.Helper()
	out, err := exec.Command(filepath.Join(dir, "awsvars-"+releaseVersion+"-linux-amd64"), "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "awsvars "+releaseVersion+" ") {
		t.Errorf("awsvars version: %q, %v", out, err)
	}
	for _, name := range []string{"linux-amd64", "linux-arm64", "darwin-amd64", "darwin-arm64", "windows-amd64.exe", "windows-arm64.exe"} {
		content, err := os.ReadFile(filepath.Join(dir, "awsvars-"+releaseVersion+"-"+name))
		if err != nil {
			t.Error(err)
		}
		if place, err := filepath.Abs(root); err != nil || bytes.Contains(content, []byte(place)) {
			t.Errorf("%s names the directory that it was built in, %s (%v)", name, place, err)
		}
	}
	arm, err := elf.Open(filepath.Join(dir, "awsvars-"+releaseVersion+"-linux-arm64"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = arm.Close() }()
	if arm.Machine != elf.EM_AARCH64 || len(slices.Collect(imports(arm))) > 0 {
		t.Errorf("the binary for linux/arm64 is for %s and needs libraries", arm.Machine)
	}
}

// imports are the libraries that a binary needs.
func imports(binary *elf.File) func(func(string) bool) {
	libraries, _ := binary.ImportedLibraries()
	return slices.Values(libraries)
}

// checkBills holds the list of what is in a binary against what Go tells.
func checkBills(t *testing.T, dir string) {
	t.Helper()
	binary := filepath.Join(dir, "awsvars-"+releaseVersion+"-linux-amd64")
	file, err := os.Open(binary + ".cdx.json")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var bill cyclonedx.BOM
	if err := cyclonedx.NewBOMDecoder(file, cyclonedx.BOMFileFormatJSON).Decode(&bill); err != nil {
		t.Fatal(err)
	}
	var listed []string
	for _, c := range *bill.Components {
		if c.Name != "std" {
			listed = append(listed, c.Name+" "+c.Version)
		}
	}
	out, err := exec.Command("go", "version", "-m", binary).Output()
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for line := range strings.Lines(string(out)) {
		if fields := strings.Fields(line); len(fields) >= 3 && fields[0] == "dep" {
			told = append(told, fields[1]+" "+fields[2])
		}
	}
	if diff := cmp.Diff(told, listed); diff != "" || len(told) < 20 {
		t.Errorf("go version -m tells %d modules, and the bill others:\n%s", len(told), diff)
	}
}

// checkImage reads the image as others do.
func checkImage(t *testing.T, dir string) {
	t.Helper()
	unpacked := t.TempDir()
	archive := filepath.Join(dir, "awsvars-"+releaseVersion+"-image.tar")
	if out, err := exec.Command("tar", "--extract", "--file", archive, "--directory", unpacked).CombinedOutput(); err != nil {
		t.Fatalf("tar: %v\n%s", err, out)
	}
	index, err := layout.ImageIndexFromPath(unpacked)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := index.IndexManifest()
	if err != nil || len(manifest.Manifests) != 1 {
		t.Fatalf("the layout has %v (%v)", manifest, err)
	}
	inner, err := index.ImageIndex(manifest.Manifests[0].Digest)
	if err != nil {
		t.Fatal(err)
	}
	manifest, err = inner.IndexManifest()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range manifest.Manifests {
		image, err := inner.Image(m.Digest)
		if err != nil {
			t.Fatal(err)
		}
		config, err := image.ConfigFile()
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(config.Config)
		if err != nil {
			t.Fatal(err)
		}
		found = append(found, fmt.Sprintf("%s/%s %s", config.OS, config.Architecture, text))
	}
	if out, err := exec.Command(need(t, "skopeo"), "inspect", "--override-arch", "arm64", "oci-archive:"+archive).CombinedOutput(); err != nil || !strings.Contains(string(out), `"Architecture": "arm64"`) {
		t.Errorf("skopeo inspect: %v\n%s", err, out)
	}
	rest := ` {"Entrypoint":["/bin/awsvars"],"Labels":` + labelsOfDockerfile(t) + `}`
	if diff := cmp.Diff([]string{"linux/amd64" + rest, "linux/arm64" + rest}, found); diff != "" {
		t.Error(diff)
	}
}

// labelsOfDockerfile are the labels of an image that docker builds, as JSON.
func labelsOfDockerfile(t *testing.T) string {
	t.Helper()
	labels := map[string]string{}
	for _, label := range regexp.MustCompile(`(?m)^(?:LABEL +| +)(org\S+)="(.*?)"`).FindAllStringSubmatch(readFile(t, filepath.Join(root, "Dockerfile")), -1) {
		labels[label[1]] = strings.ReplaceAll(label[2], "${VERSION}", releaseVersion)
	}
	text, err := json.Marshal(labels)
	if err != nil || len(labels) < 3 {
		t.Fatalf("labels %s, %v", text, err)
	}
	return string(text)
}
