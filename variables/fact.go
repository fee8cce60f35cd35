package variables

import "time"

// Fact is one line of what a run decided, for people: the identity it used, a
// role it assumed, a registry it has a token for. A fact holds nothing secret.
type Fact struct {
	// Kind is identity, hop or registry.
	Kind string
	// Name is an ARN, the words for a source, or a registry's host.
	Name string
	// Until is when it expires, zero where that is not known.
	Until time.Time
}
