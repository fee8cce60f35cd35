package connectors

import (
	"sync"

	"golang.org/x/sync/singleflight"
)

// links remember the credentials of one run by the way that led to them, so
// that connectors that share a way take each step of it once, also where they
// are opened side by side.
type links struct {
	flight singleflight.Group
	mutex  sync.Mutex
	known  map[string]credentials
}

// get returns what is known for key, and else calls find, once for all who ask
// meanwhile. An error is not kept: it ends the run, or the next try asks again.
func (l *links) get(key string, find func() (credentials, error)) (credentials, error) {
	if found, ok := l.look(key); ok {
		return found, nil
	}
	answer, err, _ := l.flight.Do(key, func() (any, error) {
		// It may have been found since.
		if found, ok := l.look(key); ok {
			return found, nil
		}
		found, err := find()
		if err == nil {
			l.keep(key, found)
		}
		return found, err
	})
	found, _ := answer.(credentials)
	return found, err
}

func (l *links) look(key string) (credentials, bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	found, ok := l.known[key]
	return found, ok
}

func (l *links) keep(key string, found credentials) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.known == nil {
		l.known = map[string]credentials{}
	}
	l.known[key] = found
}
