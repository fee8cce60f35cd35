package connectors

import (
	"sync"

	"golang.org/x/sync/singleflight"
)

// links remember the credentials of one run by the way that led to them, so
// that connectors that share a way take each step of it once, also where they
// are opened side by side. A step that failed has failed for all of them: it
// was repeated as often as the settings say.
type links struct {
	flight singleflight.Group
	mutex  sync.Mutex
	known  map[string]link
}

type link struct {
	credentials
	err error
}

// get returns what is known for key, and else calls find, once for all who ask.
func (l *links) get(key string, find func() (credentials, error)) (credentials, error) {
	answer, _, _ := l.flight.Do(key, func() (any, error) {
		known, ok := l.look(key)
		if !ok {
			known.credentials, known.err = find()
			l.keep(key, known)
		}
		return known, nil
	})
	found, _ := answer.(link)
	return found.credentials, found.err
}

func (l *links) look(key string) (link, bool) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	known, ok := l.known[key]
	return known, ok
}

func (l *links) keep(key string, found link) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.known == nil {
		l.known = map[string]link{}
	}
	l.known[key] = found
}
