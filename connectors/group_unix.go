//go:build unix

package connectors

import (
	"os/exec"
	"syscall"
	"time"
)

// ownGroup makes the end of the context end the command's children too: a
// shell that is killed alone leaves them running. First they are asked to end,
// since some have children in groups of their own.
func ownGroup(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error {
		group := -command.Process.Pid
		time.AfterFunc(command.WaitDelay/2, func() { _ = syscall.Kill(group, syscall.SIGKILL) })
		return syscall.Kill(group, syscall.SIGTERM)
	}
}
