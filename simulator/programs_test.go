package simulator_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/random"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func need(t *testing.T, program string) {
	t.Helper()
	if _, err := exec.LookPath(program); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("%s is missing", program)
		}
		t.Skipf("%s is missing", program)
	}
}

// inside runs a command in an environment of nothing but the simulator.
func (w world) inside(folder, stdin string, args ...string) (string, error) {
	w.t.Helper()
	command := exec.CommandContext(w.t.Context(), args[0], args[1:]...)
	command.Dir, command.Stdin = folder, strings.NewReader(stdin)
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "XDG_RUNTIME_DIR=" + folder, "REGISTRY_AUTH_FILE=" + filepath.Join(folder, "auth.json"),
	}, w.RegistryProxyEnv()...)
	output, err := command.CombinedOutput()
	return string(output), err
}

// Skopeo knows nothing of the simulator: it goes by the environment, to names
// that do not exist on this machine.
func TestSkopeoReachesRegistriesByTheirNames(t *testing.T) {
	t.Parallel()
	need(t, "skopeo")
	w := configured(t, world2)
	folder := t.TempDir()
	image, err := random.Image(1<<20, 3)
	if err != nil {
		t.Fatal(err)
	}
	image = mutate.ConfigMediaType(mutate.MediaType(image, types.OCIManifestSchema1), types.OCIConfigJSON)
	index := mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{
		Annotations: map[string]string{"org.opencontainers.image.ref.name": "it"},
	}})
	if _, err := layout.Write(filepath.Join(folder, "images"), index); err != nil {
		t.Fatal(err)
	}
	want, err := image.Digest()
	if err != nil {
		t.Fatal(err)
	}
	login := w.login(w.user("ci"), "eu-west-1")
	for _, step := range []struct {
		stdin, command, want string
		fails                bool
	}{
		{login.Password, "skopeo login -u AWS --password-stdin 111111111111.dkr.ecr.eu-west-1.amazonaws.com", "Login Succeeded!", false},
		{"", "skopeo copy --preserve-digests oci:images:it docker://" + mine + "app:1", "", false},
		{"", "skopeo inspect --format {{.Digest}} docker://" + mine + "app:1", want.String(), false},
		{"", "skopeo list-tags docker://" + mine + "app", `"1"`, false},
		{"", "skopeo copy docker://" + mine + "app@" + want.String() + " dir:back", "", false},
		{"", "skopeo copy oci:images:it docker://" + mine + "none:1", "name unknown: The repository with name 'none' does not exist in the registry with id '111111111111'", true},
		{login.Password, "skopeo login -u AWS --password-stdin 111111111111.dkr.ecr.eu-west-2.amazonaws.com", "400 (Bad Request)", true},
	} {
		output, err := w.inside(folder, step.stdin, strings.Fields(step.command)...)
		if err != nil != step.fails || !strings.Contains(output, step.want) {
			t.Errorf("%s: %v\n%s\nwant %s", step.command, err, output, step.want)
		}
	}
}
