//go:build e2e

package e2e

import (
	"archive/tar"
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// jobImage imports an image with what a container of a job needs: a shell and
// its tools, node with its libraries, and awsvars.
func (w *dockerWorld) jobImage(t *testing.T) string {
	t.Helper()
	var archive bytes.Buffer
	image := tar.NewWriter(&archive)
	add := func(header tar.Header, content []byte) {
		header.Size = int64(len(content))
		if err := image.WriteHeader(&header); err != nil {
			t.Fatal(err)
		}
		if _, err := image.Write(content); err != nil {
			t.Fatal(err)
		}
	}
	file := func(from, to string) {
		content, err := os.ReadFile(from)
		if err != nil {
			t.Fatal(err)
		}
		add(tar.Header{Name: strings.TrimPrefix(to, "/"), Mode: 0o755}, content)
	}
	for _, dir := range []string{"tmp/", "root/", "usr/bin/"} {
		add(tar.Header{Name: dir, Typeflag: tar.TypeDir, Mode: 0o1777}, nil)
	}
	program := func(from, to string) {
		from, err := filepath.EvalSymlinks(from)
		if err != nil {
			t.Fatal(err)
		}
		file(from, to)
		// It fails for a program that needs none.
		libraries, _ := exec.Command("ldd", from).Output()
		for _, library := range regexp.MustCompile(`/\S+\.so\S*`).FindAllString(string(libraries), -1) {
			file(library, library)
		}
	}
	busybox := need(t, "busybox")
	program(busybox, "bin/busybox")
	list, err := exec.Command(busybox, "--list").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range strings.Fields(string(list)) {
		if name != "busybox" {
			add(tar.Header{Name: "bin/" + name, Typeflag: tar.TypeSymlink, Linkname: "/bin/busybox"}, nil)
		}
	}
	program(node(t), "usr/bin/node")
	program(filepath.Join(binDir(), "awsvars"), "usr/bin/awsvars")
	if err := image.Close(); err != nil {
		t.Fatal(err)
	}
	load := exec.Command("docker", "import", "--change", "ENV PATH=/usr/bin:/bin", "-", "awsvars-job:1")
	load.Stdin, load.Env = &archive, w.env(w.environment()...)
	if out, err := load.CombinedOutput(); err != nil {
		t.Fatalf("importing an image: %v\n%s", err, out)
	}
	return "awsvars-job:1"
}

// TestActionInAContainer: the job runs in a container, where the action has
// another machine below it, and neither bash nor Go.
func TestActionInAContainer(t *testing.T) {
	w := newDockerWorld(t).withEngine(t)
	image := w.jobImage(t)
	j := newJob(t, `
on: push
jobs:
  test:
    runs-on: container
    steps:
      - uses: actions/checkout@v5
      - id: aws
        uses: ./
        with: {task: sts, source: instance, write-profile: deploy}
      - id: ecr
        uses: ./
        with: {task: login, source: instance, registry: 111111111111/eu-west-1, private: true}
      - shell: sh
        env:
          PASSWORD: ${{ steps.ecr.outputs.password }}
        run: |
          [ -n "$PASSWORD" ]
          grep -q deploy "$HOME/.aws/credentials"
          env
          cat "$DOCKER_CONFIG/config.json"
          echo "the token has ${#AWS_SESSION_TOKEN} characters"
`)
	j.world, j.more = w.world, w.environment()
	copyAction(t, j.repository)
	args := []string{"--verbose", "--secret", "ACTIONS_STEP_DEBUG=true", "--platform", "container=" + image, "--pull=false", "--container-daemon-socket", "-", "--network", "host"}
	for _, pair := range w.Env() {
		// The files of this machine are not in the container.
		if name, _, _ := strings.Cut(pair, "="); name != "AWS_CONFIG_FILE" && name != "AWS_SHARED_CREDENTIALS_FILE" {
			args = append(args, "--env", pair)
		}
	}
	log := j.mustAct(t, args...).log()
	for _, line := range []string{
		`binary    in PATH: /usr/bin/awsvars`,
		`the token has [1-9]\d\d+ characters`,
		`cleanup   removed profile deploy; blanked AWS_ACCESS_KEY_ID, `,
		`cleanup   logged out of ` + irelandHost + `; blanked DOCKER_CONFIG`,
	} {
		if !regexp.MustCompile(line).MatchString(log) {
			t.Errorf("the log does not say %q:\n%s", line, j.safe(log))
		}
	}
}
