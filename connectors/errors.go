package connectors

import (
	"fmt"
	"strings"
)

// Unusable is the error of a source that cannot serve on this machine as it
// is set up: a variable is not set, a profile does not exist. No call was
// made, and trying again would not help.
type Unusable struct {
	// Step is what was being done, starting with a gerund.
	Step string
	Err  error
	// Absent tells that nothing on this machine asks for the source, so that
	// auto goes on. A source that is set up wrongly ends the search: the next
	// one would be another identity than the one that was meant.
	Absent bool
}

func (u *Unusable) Error() string { return u.Step + ": " + u.Err.Error() }

func (u *Unusable) Unwrap() error { return u.Err }

// Unplain is the error of AWS's answers that all had a secret access key with
// special characters, where one without was asked for.
type Unplain struct{ Tries int }

func (u *Unplain) Error() string {
	return fmt.Sprintf("AWS was asked %d times, and no secret access key was without special characters", u.Tries)
}

// Hint returns the remedy.
func (*Unplain) Hint() string { return "run it again, or leave special-characters-workaround out" }

// NotFound is the error of source auto where no source has credentials.
type NotFound struct {
	Tried []Attempt
	// silent tells that the metadata service, the last one, did not answer.
	silent bool
}

// Attempt is one source that auto looked at, and why it has no credentials.
type Attempt struct {
	Source string
	Why    string
}

func (n *NotFound) Error() string {
	lines := []string{"no credentials found"}
	for _, a := range n.Tried {
		lines = append(lines, fmt.Sprintf("  %-13s %s", a.Source, a.Why))
	}
	return strings.Join(lines, "\n")
}

// Refused is the error of a metadata or container service that answered no.
// The AWS APIs' refusals are smithy's APIError.
type Refused struct{ Err error }

func (r *Refused) Error() string { return r.Err.Error() }

// Unwrap returns the answer.
func (r *Refused) Unwrap() error { return r.Err }
