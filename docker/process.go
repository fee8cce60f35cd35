package docker

// Process is a process of a machine, told from a later one of the same number.
// The zero one is none.
type Process struct {
	PID int `json:"pid"`
	// Boot and Started tell when the machine and the process started. They are
	// empty where that is not known.
	Boot    string `json:"boot,omitempty"`
	Started string `json:"started,omitempty"`
	// Namespace is that of the PID: a container has its own. Older marks have
	// none.
	Namespace string `json:"namespace,omitempty"`
}

// ProcessOf describes a running process.
func ProcessOf(pid int) Process {
	boot, started := startOf(pid)
	return Process{pid, boot, started, namespace()}
}

// SessionOf describes the process that leads a process's session: the job's
// agent or terminal. Its parent is often a subshell that is gone in a moment. It
// is no process where the leader is not known, or gone.
func SessionOf(pid int) Process {
	leader := leaderOf(pid)
	if leader <= 0 {
		return Process{}
	}
	p := ProcessOf(leader)
	if p.Started == "" {
		return Process{}
	}
	return p
}

// Alive tells whether the process still runs. Where the system does not tell,
// as of a process in another container, it counts as running.
func (p Process) Alive() bool {
	if p.PID == 0 {
		return false
	}
	now := ProcessOf(p.PID)
	if p.Boot == "" || now.Boot == "" || p.Namespace != "" && p.Namespace != now.Namespace {
		return true
	}
	return now.Boot == p.Boot && now.Started == p.Started
}
