package images

import (
	"net/http"
	"testing"
	"time"
)

func TestRetryAfterIsSecondsOrADate(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for text, want := range map[string]time.Duration{
		"": 0, "0": 0, "7": 7 * time.Second, "-7": 0, "7.5": 0, "soon": 0, "99999999999999999999": 0,
		now.Add(time.Minute).Format(http.TimeFormat):  time.Minute,
		now.Add(-time.Minute).Format(http.TimeFormat): 0,
	} {
		if got := retryAfter(text, now); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

func TestBackoffGrowsToItsEnd(t *testing.T) {
	t.Parallel()
	p := newPush(Options{})
	for attempt, want := range map[int]time.Duration{1: time.Second, 2: 2 * time.Second, 4: 8 * time.Second, 9: longestBackoff, 1000: longestBackoff} {
		if got := p.backoff(attempt, 0); got > want || got < want*3/4 {
			t.Errorf("attempt %d waits %s, want %s", attempt, got, want)
		}
	}
	if got := p.backoff(1, time.Minute); got != time.Minute {
		t.Errorf("waits %s, and was asked for a minute", got)
	}
	if got := p.backoff(1, time.Hour); got != longestRetryAfter {
		t.Errorf("waits %s because it was asked for an hour", got)
	}
}
