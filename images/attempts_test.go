package images

import (
	"context"
	"testing"
	"time"
)

func TestBackoffGrowsToItsEnd(t *testing.T) {
	t.Parallel()
	p := newPush(Options{})
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 9: longestBackoff, 1000: longestBackoff} {
		longest := time.Duration(0)
		for range 200 {
			longest = max(longest, p.backoff(t.Context(), attempt, 0))
		}
		// That all of them are below 9/10 happens once in a billion times.
		if longest > want || longest < want*9/10 {
			t.Errorf("attempt %d waits %s at most, want %s", attempt, longest, want)
		}
	}
	short, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if got := p.backoff(short, 9, 0); got > 5*time.Second {
		t.Errorf("waits %s, and the time limit is in 20s", got)
	}
	if got := p.backoff(t.Context(), 1, time.Minute); got != time.Minute {
		t.Errorf("waits %s, and was asked for a minute", got)
	}
	if got := p.backoff(t.Context(), 1, time.Hour); got != longestRetryAfter {
		t.Errorf("waits %s because it was asked for an hour", got)
	}
}
