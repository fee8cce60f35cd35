//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"crypto/x509"
	"debug/elf"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestPluginImageIsWhatItsFileSays: nothing is in it but the command, what it
// trusts and a place for temporary files, and any user can run it.
func TestPluginImageIsWhatItsFileSays(t *testing.T) {
	buildImages(t)
	var image struct {
		Architecture string
		Size         int64
		Config       struct {
			Entrypoint []string
			User       string
			Labels     map[string]string
		}
	}
	if err := json.Unmarshal([]byte(docker(t, "image", "inspect", "--format", "{{json .}}", pluginImage).stdout), &image); err != nil {
		t.Fatal(err)
	}
	if strings.Join(image.Config.Entrypoint, " ") != "/bin/awsvars" || image.Config.User != "" {
		t.Errorf("entry point %q, user %q", image.Config.Entrypoint, image.Config.User)
	}
	if image.Size < 5_000_000 || image.Size > 30_000_000 {
		t.Errorf("%d bytes", image.Size)
	}
	for name, want := range map[string]string{"version": "1.2.3-e2e", "title": "awsvars", "licenses": "Apache-2.0", "source": "https://github.com/awsvars/awsvars"} {
		if got := image.Config.Labels["org.opencontainers.image."+name]; got != want {
			t.Errorf("label %s: %q, want %q", name, got, want)
		}
	}
	held := filesOf(t, pluginImage)
	for name, mode := range map[string]int64{"bin/awsvars": 0o755, "etc/ssl/certs/ca-certificates.crt": 0o644, "tmp/": 0o1777} {
		if file, ok := held[name]; !ok || file.header.Mode&0o7777 != mode {
			t.Errorf("%s: mode %o, there: %v", name, file.header.Mode, ok)
		}
	}
	if !x509.NewCertPool().AppendCertsFromPEM(held["etc/ssl/certs/ca-certificates.crt"].content) {
		t.Error("no certificate that is trusted")
	}
	if r := docker(t, "run", "--rm", "--network", "none", "--user", "4711:4711", pluginImage, "version"); r.status != 0 || !strings.Contains(r.stdout, "linux/"+image.Architecture) {
		t.Errorf("another user: status %d, %s", r.status, r.log())
	}
}

// TestPluginRunsAsAnotherUser where that user may write, and says before AWS is
// asked where not.
func TestPluginRunsAsAnotherUser(t *testing.T) {
	buildImages(t)
	w, volume := newWorld(t), t.TempDir()
	args := []string{"run", "--rm", "--network", "host", "--user", "4711:4711", "--volume", volume + ":/drone/src", "--workdir", "/drone/src"}
	for _, pair := range append(inContainer(w.Env()), "CI=true", "DRONE=true", "DRONE_WORKSPACE=/drone/src", "DRONE_WORKSPACE_BASE=/drone/src", "PLUGIN_TASK=sts", "PLUGIN_SOURCE=instance") {
		args = append(args, "--env", pair)
	}
	for _, owner := range []struct{ uid, status int }{{0, 5}, {4711, 0}} {
		if err := errors.Join(os.Chmod(volume, 0o755), os.Chown(volume, owner.uid, owner.uid)); err != nil {
			missing(t, "root, whose files the engine's are: "+err.Error())
		}
		r := docker(t, append(args, pluginImage)...)
		w.noLeak(t, "the log", r.log())
		if r.status != owner.status || owner.status != 0 && (len(w.Requests()) > 0 || !strings.Contains(r.stderr, "permission denied")) {
			t.Errorf("owner %d: status %d, %d requests\n%s", owner.uid, r.status, len(w.Requests()), r.stderr)
		}
	}
	if file, err := os.Stat(filepath.Join(volume, ".awsvars", "aws.env")); err != nil || file.Mode() != 0o600 {
		t.Errorf("%v, %v", file, err)
	}
}

type imageFile struct {
	header  *tar.Header
	content []byte
}

// filesOf are the files of an image, with those that Docker adds to a container.
func filesOf(t *testing.T, name string) map[string]imageFile {
	t.Helper()
	id := strings.TrimSpace(docker(t, "create", name).stdout)
	t.Cleanup(func() { docker(t, "rm", "--force", id) })
	files := map[string]imageFile{}
	archive := tar.NewReader(strings.NewReader(docker(t, "export", id).stdout))
	for {
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		if err != nil {
			t.Fatal(err)
		}
		var content bytes.Buffer
		if _, err := io.Copy(&content, archive); err != nil {
			t.Fatal(err)
		}
		files[header.Name] = imageFile{header, content.Bytes()}
	}
}

// TestPluginContextHasBothArchitectures: the engine builds for its own machine
// only, and the context is what any other builder takes.
func TestPluginContextHasBothArchitectures(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	build := exec.Command(filepath.Join(root, "tools", "image"), "--context", dir, "amd64", "arm64")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, machine := range map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		binary, err := elf.Open(filepath.Join(dir, "linux", name, "awsvars"))
		if err != nil {
			t.Fatal(err)
		}
		libraries, err := binary.ImportedLibraries()
		if binary.Machine != machine || err != nil || len(libraries) > 0 {
			t.Errorf("%s: %s, libraries %v, %v", name, binary.Machine, libraries, err)
		}
		_ = binary.Close()
	}
	if temporary, err := os.Stat(filepath.Join(dir, "root", "tmp")); err != nil || temporary.Mode() != os.ModeDir|os.ModeSticky|0o777 {
		t.Errorf("%v, %v", temporary, err)
	}
}
