//go:build e2e && linux

package e2e

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/awsvars/awsvars/simulator"
)

// watcher records what a stranger on the machine could see while a test runs:
// arguments and environment of every process that the test started, and every
// file that changes below some directories. What it saw is judged afterwards,
// as the secrets are made only meanwhile.
type watcher struct {
	// met gets a file, named by its ID, for every process that waits to be seen.
	met    string
	notify int
	stop   chan struct{}
	ended  sync.WaitGroup

	lock      sync.Mutex
	dirs      map[int]string
	processes map[string]string // what, by text
	files     map[string]seen   // by path, mode and text
}

type seen struct {
	path string
	mode fs.FileMode
	text string
}

func watch(t *testing.T, dirs ...string) *watcher {
	t.Helper()
	notify, err := unix.InotifyInit1(unix.IN_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	w := &watcher{met: t.TempDir(), notify: notify, stop: make(chan struct{}), dirs: map[int]string{}, processes: map[string]string{}, files: map[string]seen{}}
	for _, dir := range dirs {
		if err := w.below(dir); err != nil {
			t.Fatal(err)
		}
	}
	w.ended.Go(w.watchProcesses)
	w.ended.Go(w.watchFiles)
	return w
}

// end stops watching.
func (w *watcher) end() {
	close(w.stop)
	w.ended.Wait()
	_ = unix.Close(w.notify)
}

func (w *watcher) stopped() bool {
	select {
	case <-w.stop:
		return true
	default:
		return false
	}
}

// watchProcesses looks at the whole of /proc as often as it can.
func (w *watcher) watchProcesses() {
	for !w.stopped() {
		parents, own := map[int]int{}, os.Getpid()
		entries, _ := os.ReadDir("/proc")
		for _, entry := range entries {
			id, err := strconv.Atoi(entry.Name())
			if err != nil {
				continue
			}
			// The name, in brackets, may hold anything; state and parent follow.
			stat, _ := os.ReadFile(filepath.Join("/proc", entry.Name(), "stat"))
			if fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])); len(fields) > 1 {
				parents[id], _ = strconv.Atoi(fields[1])
			}
		}
		for id := range parents {
			ancestor := parents[id]
			for ancestor > 1 && ancestor != own {
				ancestor = parents[ancestor]
			}
			if ancestor == own {
				w.see(id)
			}
		}
	}
}

func (w *watcher) see(id int) {
	arguments, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", id))
	if err != nil || len(arguments) == 0 {
		return
	}
	environment, _ := os.ReadFile(fmt.Sprintf("/proc/%d/environ", id))
	w.lock.Lock()
	w.processes[string(arguments)+"\n"+string(environment)] = strings.ReplaceAll(string(arguments), "\x00", " ")
	w.lock.Unlock()
	// Before it is the program, it has its parent's arguments.
	if strings.Contains(string(arguments), "docker-credential-") {
		_ = os.WriteFile(filepath.Join(w.met, strconv.Itoa(id)), nil, 0o600)
	}
}

// below watches a directory and those in it.
func (w *watcher) below(dir string) error {
	return filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.IsDir() {
			w.read(path)
			return nil
		}
		id, err := unix.InotifyAddWatch(w.notify, path, unix.IN_CREATE|unix.IN_MODIFY|unix.IN_CLOSE_WRITE|unix.IN_MOVED_TO|unix.IN_ATTRIB)
		w.lock.Lock()
		w.dirs[id] = path
		w.lock.Unlock()
		return err
	})
}

// watchFiles reads what changes as soon as it does.
func (w *watcher) watchFiles() {
	buffer := make([]byte, 64<<10)
	for {
		ready, err := unix.Poll([]unix.PollFd{{Fd: int32(w.notify), Events: unix.POLLIN}}, 50)
		if ready == 0 && w.stopped() {
			return
		}
		if err != nil || ready == 0 {
			continue
		}
		n, err := unix.Read(w.notify, buffer)
		if err != nil {
			continue
		}
		for events := buffer[:n]; len(events) >= unix.SizeofInotifyEvent; {
			id := int(int32(le32(events)))
			length := unix.SizeofInotifyEvent + int(le32(events[12:]))
			name := strings.TrimRight(string(events[unix.SizeofInotifyEvent:length]), "\x00")
			events = events[length:]
			w.lock.Lock()
			path := filepath.Join(w.dirs[id], name)
			w.lock.Unlock()
			_ = w.below(path)
		}
	}
}

func le32(b []byte) uint32 {
	return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 | uint32(b[3])<<24
}

// read records a file; one that is gone already is met under its next name.
func (w *watcher) read(path string) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return
	}
	var text bytes.Buffer
	_, _ = text.ReadFrom(file)
	w.lock.Lock()
	defer w.lock.Unlock()
	w.files[path+info.Mode().String()+text.String()] = seen{path, info.Mode(), text.String()}
}

// TestNobodySeesThePassword but in Docker's configuration, which nobody else
// may read: neither in the arguments or the environment of a process, nor in
// another file.
func TestNobodySeesThePassword(t *testing.T) {
	t.Parallel()
	w := newDockerWorld(t).withEngine(t)
	w.build(t, "built:1", randomBytes(1, 100_000))
	temporary, config, vault, tools := t.TempDir(), t.TempDir(), t.TempDir(), t.TempDir()
	eyes := watch(t, w.home, w.dir, temporary, config)
	// The store holds its answer until it was looked at.
	writeFile(t, filepath.Join(tools, "docker-credential-vault"), `#!/bin/sh
while [ ! -e `+eyes.met+`/$$ ]; do sleep 0.01; done
umask 077
case $1 in
store) cat >`+filepath.Join(vault, "kept")+` ;;
get) cat `+filepath.Join(vault, "kept")+` 2>/dev/null || { echo 'credentials not found in native keychain'; exit 1; } ;;
erase) rm -f `+filepath.Join(vault, "kept")+` ;;
list) printf '{}' ;;
esac
`, 0o755)
	writeFile(t, filepath.Join(config, "config.json"), `{"credHelpers":{"`+otherHost+`":"vault"},"auths":{"other.example.com":{"auth":"b3RoZXI6b3RoZXI="}}}`, 0o644)
	env := w.environment("TMPDIR="+temporary, "DOCKER_CONFIG="+config, "PATH="+tools+":"+binDir()+":"+os.Getenv("PATH"))
	for _, args := range [][]string{
		{"login", "--registry", irelandHost + "," + otherHost},
		{"push", "--image", "built:1", "--repository", "app", "--tags", "1,2,3", "--registry", irelandHost + "," + otherHost},
		{"push", "--image", layoutOf(t, randomImage(t, 100_000, 2)), "--repository", "app", "--registry", frankfurtHost},
		{"login", "--private", "--login-variables=false", "--registry", frankfurtHost, "--output", "private.env", "--format", "dotenv"},
	} {
		// Long enough to be looked at with the secrets in memory.
		w.Inject(simulator.Fault{Service: "ecr", Call: "GetAuthorizationToken", Kind: "slow", Duration: 300 * time.Millisecond, Times: 1})
		r := w.run(t, env, "awsvars", args...)
		w.noLeak(t, "the log of "+args[0], r.log())
		if r.status != 0 {
			t.Errorf("%v: status %d\n%s", args, r.status, r.log())
		}
	}
	if r := w.run(t, env, "awsvars", "logout"); r.status != 0 {
		t.Errorf("logout: status %d\n%s", r.status, r.log())
	}
	if _, err := os.Stat(filepath.Join(vault, "kept")); err == nil {
		t.Error("the credential store keeps the login")
	}
	eyes.end()
	eyes.judge(t, w, []string{config, temporary})
}

// judge looks for secrets in all that was seen. A file that is to become
// config.json stands beside it for a moment.
func (w *watcher) judge(t *testing.T, world *dockerWorld, configs []string) {
	t.Helper()
	secrets := world.Secrets()
	for _, want := range []string{"awsvars login", "awsvars push", "docker-credential-vault store"} {
		found := false
		for _, what := range w.processes {
			found = found || strings.Contains(what, want)
		}
		if !found {
			t.Errorf("no process %q was seen", want)
		}
	}
	for text, what := range w.processes {
		if len(simulator.Leaks([]byte(text), secrets)) > 0 {
			t.Errorf("the arguments or the environment of %q hold a secret", what)
		}
	}
	held := 0
	for _, file := range w.files {
		if len(simulator.Leaks([]byte(file.text), secrets)) == 0 {
			continue
		}
		within := false
		for _, dir := range configs {
			within = within || strings.HasPrefix(file.path, dir+"/")
		}
		name := filepath.Base(file.path)
		if !within || file.mode.Perm() != 0o600 || name != "config.json" && !strings.HasPrefix(name, ".awsvars-") {
			t.Errorf("%s with mode %s holds a secret", file.path, file.mode)
		}
		if name == "config.json" {
			held++
		}
	}
	if held < 2 {
		t.Errorf("%d configurations were seen with a secret of %d files", held, len(w.files))
	}
	for _, dir := range configs {
		_ = filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
			if err == nil && entry.Type().IsRegular() && entry.Name() != "config.json" {
				world.noLeak(t, path, readFile(t, path))
			}
			return nil
		})
	}
}
