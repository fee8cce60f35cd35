package main

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/awsvars/awsvars/simulator"
)

// nobody is a user without rights: root reads whatever it likes.
const nobody = 65534

// TestMemoryIsNotForOthers reads what the kernel makes of a process that must
// not be dumped: its files in /proc belong to root (proc(5), /proc/pid).
func TestMemoryIsNotForOthers(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("another user can be had by root only")
	}
	s := simulated(t, simulator.Options{Faults: []simulator.Fault{{Service: "sts", Call: "AssumeRole", Kind: "slow", Duration: 1 << 40}}})
	program, err := exec.LookPath("awsvars")
	if err != nil {
		t.Fatal(err)
	}
	// The test's own directories are closed to nobody.
	dir, err := os.MkdirTemp("", "awsvars-nobody-*")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	// Another process writes it: a test that starts one at this moment would
	// hand the open file on, and Linux runs no program that is being written.
	if out, err := exec.Command("install", "-m", "755", program, dir).CombinedOutput(); err != nil {
		t.Fatalf("install: %v\n%s", err, out)
	}
	program = filepath.Join(dir, filepath.Base(program))
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "sts", "--source", "instance", "--region", "eu-west-1", "--role-arn", "arn:aws:iam::111111111111:role/reader", "--format", "json")
	c.Dir, c.Env = "/", append(s.Env(), "HOME=/")
	c.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
	log, err := c.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _, _ = c.Process.Kill(), c.Wait() }()
	lines := bufio.NewScanner(log)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "source") {
	}
	var info syscall.Stat_t
	if err := syscall.Stat(fmt.Sprintf("/proc/%d/environ", c.Process.Pid), &info); err != nil || info.Uid != 0 {
		t.Errorf("the files of the process belong to %d (%v), and so to whoever runs as this user", info.Uid, err)
	}
}
