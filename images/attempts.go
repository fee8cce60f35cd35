package images

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// Longest waits: between two attempts of ours, and because a registry asked
// for it.
const (
	longestBackoff    = 30 * time.Second
	longestRetryAfter = 2 * time.Minute
)

// trying repeats a step of a target while the network or the registry fails.
// Layer is only for reports.
func (p *push) trying(ctx context.Context, t Target, layer string, step func(ctx context.Context, seen *exchange) error) error {
	var last error
	for attempt := 1; ; attempt++ {
		seen := &exchange{}
		err := step(context.WithValue(ctx, exchangeKey{}, seen), seen)
		if err == nil {
			return nil
		}
		err = brief(err)
		switch {
		case ctx.Err() != nil:
			return ended(ctx, last)
		case !transient(err):
			return err
		case attempt >= p.attempts:
			return fmt.Errorf("%w (%d attempts)", err, attempt)
		}
		last = err
		wait := p.backoff(ctx, attempt, seen.asked())
		if p.Again != nil {
			if why := p.Again(ctx, seen.asked()); why != nil {
				return fmt.Errorf("%w; %w", err, why)
			}
		}
		p.report(Event{
			Repository: t.Name(), Layer: layer, State: Retrying,
			Note: fmt.Sprintf("%v; again in %s (attempt %d of %d)", err, wait.Round(100*time.Millisecond), attempt+1, p.attempts),
		})
		if pause(ctx, wait) != nil {
			return ended(ctx, last)
		}
	}
}

// ended says why a run ended, and how the last attempt had.
func ended(ctx context.Context, last error) error {
	if last == nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("%w; the last attempt that ended said: %v", context.Cause(ctx), last)
}

// backoff doubles with each attempt, and all of it is chance, so that the
// layers of a push do not come back together. A short time limit shortens it,
// so that there is room for several attempts.
func (p *push) backoff(ctx context.Context, attempt int, asked time.Duration) time.Duration {
	wait := min(p.first<<min(attempt-1, 16), longestBackoff)
	if until, limited := ctx.Deadline(); limited {
		wait = min(wait, max(time.Until(until)/4, p.first/4))
	}
	wait = rand.N(wait) + 1
	return max(wait, min(asked, longestRetryAfter))
}

func pause(ctx context.Context, wait time.Duration) error {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}
