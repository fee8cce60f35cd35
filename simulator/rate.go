package simulator

import (
	"sync"
	"time"
)

// rate lets so many calls a second go well, and no more at once: a token bucket,
// as AWS throttles (EC2 API reference, "Request throttling").
type rate struct {
	perSecond int

	mu   sync.Mutex
	have float64
	at   time.Time
}

func newRate(perSecond int) *rate {
	return &rate{perSecond: perSecond, have: float64(perSecond)}
}

// allow takes a token out of the bucket, if there is one.
func (r *rate) allow(now time.Time) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !r.at.IsZero() {
		r.have = min(float64(r.perSecond), r.have+now.Sub(r.at).Seconds()*float64(r.perSecond))
	}
	r.at = now
	if r.have < 1 {
		return false
	}
	r.have--
	return true
}
