//go:build e2e && linux

package e2e

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
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
	processes map[string]string   // what, by text
	files     map[string]seen     // by path, mode and text
	open      map[uint64]*os.File // by inode
	names     map[uint64]string
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
	w := &watcher{met: t.TempDir(), notify: notify, stop: make(chan struct{}), dirs: map[int]string{}, processes: map[string]string{}, files: map[string]seen{}, open: map[uint64]*os.File{}, names: map[uint64]string{}}
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
	for id, file := range w.open {
		w.record(w.names[id], file)
		_ = file.Close()
	}
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
			id := int(int32(binary.NativeEndian.Uint32(events)))
			length := unix.SizeofInotifyEvent + int(binary.NativeEndian.Uint32(events[12:]))
			name := strings.TrimRight(string(events[unix.SizeofInotifyEvent:length]), "\x00")
			events = events[length:]
			w.lock.Lock()
			path := filepath.Join(w.dirs[id], name)
			w.lock.Unlock()
			_ = w.below(path)
		}
	}
}

// read records a file, and keeps it open: what is written to it later is seen
// at the end, even if it has no name any more. One that is gone already is met
// under its next name.
func (w *watcher) read(path string) {
	file, err := os.Open(path)
	if err != nil {
		return
	}
	info, err := file.Stat()
	if err != nil || !info.Mode().IsRegular() {
		_ = file.Close()
		return
	}
	w.record(path, file)
	id := info.Sys().(*syscall.Stat_t).Ino
	w.lock.Lock()
	defer w.lock.Unlock()
	if w.open[id] != nil {
		_ = file.Close()
		return
	}
	w.open[id], w.names[id] = file, path
}

func (w *watcher) record(path string, file *os.File) {
	var text bytes.Buffer
	_, _ = text.ReadFrom(io.NewSectionReader(file, 0, 1<<30))
	info, err := file.Stat()
	if err != nil {
		return
	}
	w.lock.Lock()
	defer w.lock.Unlock()
	w.files[path+info.Mode().String()+text.String()] = seen{path, info.Mode(), text.String()}
}
