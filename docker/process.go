package docker

// Process is a process of a machine, told from a later one of the same number.
type Process struct {
	PID int `json:"pid"`
	// Boot and Started tell when the machine and the process started. They are
	// empty where that is not known.
	Boot    string `json:"boot,omitempty"`
	Started string `json:"started,omitempty"`
}

// ProcessOf describes a running process.
func ProcessOf(pid int) Process {
	boot, started := startOf(pid)
	return Process{pid, boot, started}
}

// Alive tells whether the process still runs. Where the system does not tell,
// it counts as running.
func (p Process) Alive() bool {
	now := ProcessOf(p.PID)
	if p.Boot == "" || now.Boot == "" {
		return true
	}
	return now == p
}
