package doctor

import (
	"slices"
	"time"
)

// State is what a verdict comes to.
type State string

// The states. Unknown is what cannot be told without changing something;
// Skipped is what an earlier station has to be mended for first.
const (
	OK      State = "ok"
	Warning State = "warning"
	Failed  State = "failed"
	Unknown State = "unknown"
	Skipped State = "skipped"
)

// Kind is whose fault a failure is.
type Kind string

// The kinds, each with an exit status of its own.
const (
	Settings    Kind = "settings"
	Refused     Kind = "refused"
	Unreachable Kind = "unreachable"
	Docker      Kind = "docker"
)

// The stations, in the order of the way.
const (
	SettingsGiven = "settings"
	Environment   = "environment"
	TrustStore    = "trust store"
	Clock         = "clock"
	Source        = "source"
	Hop           = "hop"
	TokenStation  = "token"
	Registry      = "registry"
	Repository    = "repository"
	DockerConfig  = "docker config"
	DockerEngine  = "docker engine"
)

// Verdict is what a station came to.
type Verdict struct {
	Station string `json:"station"`
	// Subject is what was looked at there: a role, a registry, a repository.
	Subject string `json:"subject,omitempty"`
	State   State  `json:"state"`
	// Text is one line.
	Text string `json:"text"`
	// Causes are why it failed. Several are those among which nothing tells, the
	// likeliest first.
	Causes []Cause `json:"causes,omitempty"`
	// Remedies mend it: commands, policies, or a sentence; each may have lines.
	Remedies []string `json:"remedies,omitempty"`
	// Kind is set where State is Failed.
	Kind Kind          `json:"kind,omitempty"`
	Took time.Duration `json:"-"`
}

// ok, warning and the others make verdicts.
func ok(station, subject, text string) Verdict {
	return Verdict{Station: station, Subject: subject, State: OK, Text: text}
}

func warning(station, subject, text string, remedies ...string) Verdict {
	return Verdict{Station: station, Subject: subject, State: Warning, Text: text, Remedies: given(remedies)}
}

func failed(kind Kind, station, subject, text string, causes []Cause, remedies ...string) Verdict {
	return Verdict{Station: station, Subject: subject, State: Failed, Kind: kind, Text: text, Causes: causes, Remedies: given(remedies)}
}

func skipped(station, subject, why string) Verdict {
	return Verdict{Station: station, Subject: subject, State: Skipped, Text: why}
}

// given leaves out remedies that are none.
func given(remedies []string) []string {
	return slices.DeleteFunc(remedies, func(text string) bool { return text == "" })
}

// Report is all verdicts of a run, in the order of the way.
type Report struct {
	Task     string    `json:"task"`
	Verdicts []Verdict `json:"verdicts"`
}

// Worst is the failure that decides: of several the first on the way, which is
// to be mended first. It is nil where nothing failed.
func (r Report) Worst() *Verdict {
	for i := range r.Verdicts {
		if r.Verdicts[i].State == Failed {
			return &r.Verdicts[i]
		}
	}
	return nil
}

// count is how many verdicts have the state.
func (r Report) count(s State) int {
	n := 0
	for _, v := range r.Verdicts {
		if v.State == s {
			n++
		}
	}
	return n
}
