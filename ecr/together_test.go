package ecr_test

import (
	"errors"
	"net/http"
	"sync"
)

// together holds requests back until all of them are there, and then fails
// them all.
type together struct {
	mutex   sync.Mutex
	waiting chan struct{}
	want    int
}

func (g *together) Do(*http.Request) (*http.Response, error) {
	g.mutex.Lock()
	g.want--
	if g.want == 0 {
		close(g.waiting)
	}
	g.mutex.Unlock()
	<-g.waiting
	return nil, errors.New("no route to host")
}
