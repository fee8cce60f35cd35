//go:build e2e

package e2e

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/awsvars/awsvars/images"
)

// manifestAt is what a registry has, bit for bit.
func manifestAt(t *testing.T, host, repository, reference string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+host+"/v2/"+repository+"/manifests/"+reference, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.SetBasicAuth("AWS", registryPassword)
	// With containerd's store an engine writes the second, or an index.
	request.Header["Accept"] = []string{
		"application/vnd.docker.distribution.manifest.v2+json", "application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json",
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("%s, %v", answer.Status, err)
	}
	return string(text)
}

// TestOneRegistryAndSeveralGetTheSameManifest: the engine compresses once for
// several, and users compare digests.
func TestOneRegistryAndSeveralGetTheSameManifest(t *testing.T) {
	name, id := importImage(t, 3_000_000)
	first, second, third := startRegistry(t), startRegistry(t), startRegistry(t)
	o := engineOptions(t)
	o.Temporary = t.TempDir()
	alone, err := images.Push(t.Context(), openImage(t, name, o), []images.Target{targetAt(first, "alone", "1")}, o)
	if err != nil {
		t.Fatal(err)
	}
	known := inspected(t, "{{.RepoTags}} {{.RepoDigests}}", name)
	prepared := false
	o.Progress = func(e images.Event) {
		prepared = prepared || e.Repository == "" && e.State.Final()
		if e.State == images.Abandoned {
			t.Errorf("the engine pushes to each registry: %s", e.Note)
		}
	}
	// The first has the image already, under a tag that must not move.
	o.Judge = func(_ context.Context, target images.Target, tags []images.Standing) ([]string, error) {
		if there := tags[0].Same; there != (target.Repository == "alone") {
			t.Errorf("%s: %+v", target.Name(), tags)
		}
		return target.Tags, nil
	}
	pushed, err := images.Push(t.Context(), openImage(t, name, o),
		[]images.Target{targetAt(first, "alone", "1"), targetAt(second, "app", "1", "2"), targetAt(third, "app", "1")}, o)
	if err != nil || len(pushed) != 3 || !prepared {
		t.Fatalf("prepared %v, %+v, %v", prepared, pushed, err)
	}
	if !slices.Equal(pushed[0].Existing, []string{"1"}) {
		t.Errorf("%+v", pushed[0])
	}
	want := manifestAt(t, first, "alone", "1")
	for i, at := range []string{second, third} {
		if got := manifestAt(t, at, "app", "1"); got != want || pushed[i+1].Digest != alone[0].Digest || pushed[i+1].Sent < 3_000_000 {
			t.Errorf("%+v, and it has\n%s\nwant %s\n%s", pushed[i+1], got, alone[0].Digest, want)
		}
	}
	if now := inspected(t, "{{.RepoTags}} {{.RepoDigests}}", name); now != known || inspected(t, "{{.Id}}", name) != id {
		t.Errorf("the engine knows the image as %s, and knew it as %s", now, known)
	}
	if left, _ := filepath.Glob(filepath.Join(o.Temporary, "*")); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// TestSeveralRegistriesHaveTheLayersOfTheLastPush: the engine, which remembers
// how it compressed them, does not do so again.
func TestSeveralRegistriesHaveTheLayersOfTheLastPush(t *testing.T) {
	name, _ := importImage(t, 3_000_000)
	first, second := startRegistry(t), startRegistry(t)
	o := engineOptions(t)
	o.Temporary = t.TempDir()
	present := 0
	o.Progress = func(e images.Event) {
		if e.Repository == "" && e.State == images.Present {
			present++
		}
		if files, _ := filepath.Glob(filepath.Join(o.Temporary, "*", "blobs", "sha256", "*")); present > 0 && largest(t, files) > 1_000_000 {
			t.Errorf("a layer was compressed: %v", files)
		}
	}
	for i, tag := range []string{"1", "2"} {
		pushed, err := images.Push(t.Context(), openImage(t, name, o), []images.Target{targetAt(first, "app", tag), targetAt(second, "app", tag)}, o)
		if err != nil || len(pushed) != 2 || present != i || (pushed[0].Sent == 0) != (i == 1) {
			t.Errorf("%d layers were there, %+v, %v", present, pushed, err)
		}
	}
}

func largest(t *testing.T, files []string) (size int64) {
	t.Helper()
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Error(err)
			continue
		}
		size = max(size, info.Size())
	}
	return size
}
