package simulator

import (
	"sync"
	"time"
)

// clock is the time by which AWS goes.
type clock struct {
	now func() time.Time

	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.now != nil {
		return c.now().Add(c.offset)
	}
	return time.Now().Add(c.offset)
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}
