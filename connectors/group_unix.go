//go:build unix

package connectors

import (
	"os/exec"
	"syscall"
)

// ownGroup makes the end of the context end the command's children too: a
// shell that is killed alone leaves them running.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error { return syscall.Kill(-command.Process.Pid, syscall.SIGKILL) }
}
