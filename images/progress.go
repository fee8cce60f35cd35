package images

import "sync"

// State is where a layer is on its way.
type State string

// The states of a layer; Present, Mounted and Sent are final.
const (
	// Waiting is a layer that somebody will get to.
	Waiting State = "waiting"
	// Sending has Done of Total bytes behind it.
	Sending State = "sending"
	// Retrying has failed, and will be tried again; Note says why and when.
	Retrying State = "retrying"
	// Present is a layer that the registry had.
	Present State = "present"
	// Mounted is a layer that the registry took from another repository.
	Mounted State = "mounted"
	// Sent is a layer that the registry has taken.
	Sent State = "sent"
	// Abandoned tells that a Docker engine does not prepare the image for all
	// targets, but pushes to each of them: they begin anew. Note says why.
	Abandoned State = "abandoned"
)

// Final tells whether nothing more will come.
func (s State) Final() bool { return s == Present || s == Mounted || s == Sent }

// Event is one step of a push.
type Event struct {
	// Repository is the target's name, with its host; empty while a Docker engine
	// prepares a layer for all targets, which is Sent when that is done.
	Repository string
	// Layer is the beginning of the layer's digest, or the engine's name for it;
	// a manifest is "manifest".
	Layer string
	State State
	// Done and Total are bytes; Total is 0 where it is not known.
	Done, Total int64
	// Note is one line in words, mostly empty.
	Note string
}

// reporter calls one function from many goroutines, one call at a time.
type reporter struct {
	lock sync.Mutex
	show func(Event)
}

func (r *reporter) report(e Event) {
	if r.show == nil {
		return
	}
	r.lock.Lock()
	defer r.lock.Unlock()
	r.show(e)
}
