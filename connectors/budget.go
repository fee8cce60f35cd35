package connectors

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

// budget is what all calls of a run have together for repetitions, so that a
// hundred jobs, each with a dozen calls, do not become a storm when AWS has
// asked for less.
type budget struct {
	retries         int
	log             *slog.Logger
	tried, repeated atomic.Int64
}

// perCall is how many repetitions each call brings into the budget.
const perCall = 2

// try counts a try.
func (b *budget) try() { b.tried.Add(1) }

// again tells why a call that failed is not repeated, or nil and says so in
// the log.
func (b *budget) again(ctx context.Context, call string, wait time.Duration, failed error) error {
	if why := b.spend(ctx, wait); why != nil {
		return why
	}
	b.log.Info("again", "text", fmt.Sprintf("%s: %v", call, refusal.Brief(failed)), "call", call)
	return nil
}

// spend takes a repetition out of the budget, or tells why there is none. Wait
// is what the service asked for.
func (b *budget) spend(ctx context.Context, wait time.Duration) error {
	// Without a wait it is for the time limit itself to say so.
	if wait > 0 && left(ctx) < wait {
		return &refusal.Ended{Why: fmt.Sprintf("it asks to come back in %s, which is after the time limit", wait), Remedy: "--timeout sets how long to try"}
	}
	calls := b.tried.Load() - b.repeated.Load()
	if most := int64(b.retries) + perCall*calls; b.repeated.Add(1) > most {
		b.repeated.Add(-1)
		return &refusal.Ended{Why: fmt.Sprintf("not tried again, as this run has repeated %d calls already", most)}
	}
	return nil
}

// The waits before the first repetition, doubled for each later one, and the
// longest. Who was throttled is one of many.
const (
	firstWait, longestWait           = 200 * time.Millisecond, 5 * time.Second
	firstThrottled, longestThrottled = 2 * time.Second, 10 * time.Second
	firstLocal, longestLocal         = 50 * time.Millisecond, time.Second
)

// waitFor leaves the whole wait to chance, so that a hundred jobs that failed
// together do not come back together. A short time limit shortens it, so that
// there is room for several.
func waitFor(left time.Duration, repetition int, first, most time.Duration) time.Duration {
	if repetition < 16 {
		most = min(first<<max(repetition-1, 0), most)
	}
	return rand.N(min(most, max(left/4, first/4)))
}

// pause is false where the run ended first.
func pause(ctx context.Context, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
