package docker

import (
	"fmt"
	"os"
	"strings"
)

// startOf reads the boot's ID, and field 22 of the process's state: its start
// in clock ticks since the boot (proc(5)).
func startOf(pid int) (boot, started string) {
	id, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", ""
	}
	state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return strings.TrimSpace(string(id)), ""
	}
	// The name of the program, field 2, may hold blanks and parentheses.
	text := string(state)
	if fields := strings.Fields(text[strings.LastIndex(text, ")")+1:]); len(fields) > 19 {
		started = fields[19]
	}
	return strings.TrimSpace(string(id)), started
}
