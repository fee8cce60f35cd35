package docker

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// startOf reads the boot's ID, and field 22 of the process's state: its start
// in clock ticks since the boot.
func startOf(pid int) (boot, started string) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", ""
	}
	return strings.TrimSpace(string(id)), stateOf(pid, 22)
}

// leaderOf reads field 6 of the process's state, the session. It is 0 where the
// leader is outside of this container.
func leaderOf(pid int) int {
	leader, _ := strconv.Atoi(stateOf(pid, 6))
	return leader
}

// namespace names the PID namespace of this process (pid_namespaces(7)).
func namespace() string {
	name, _ := os.Readlink("/proc/self/ns/pid")
	return name
}

// stateOf reads a field of a process's state, the third or a later one
// (proc_pid_stat(5)); empty where it is not told.
func stateOf(pid, field int) string {
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	// The name of the program, field 2, may hold blanks and parentheses.
	text := string(state)
	fields := strings.Fields(text[strings.LastIndex(text, ")")+1:])
	if len(fields) <= field-3 {
		return ""
	}
	return fields[field-3]
}
