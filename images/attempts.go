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
	for attempt := 1; ; attempt++ {
		seen := &exchange{}
		err := step(context.WithValue(ctx, exchangeKey{}, seen), seen)
		if err == nil {
			return nil
		}
		err = brief(err)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !transient(err):
			return err
		case attempt >= p.attempts:
			return fmt.Errorf("%w (%d attempts)", err, attempt)
		}
		wait := p.backoff(attempt, seen.asked())
		p.report(Event{
			Repository: t.Name(), Layer: layer, State: Retrying,
			Note: fmt.Sprintf("%v; again in %s (attempt %d of %d)", err, wait.Round(100*time.Millisecond), attempt+1, p.attempts),
		})
		if err := pause(ctx, wait); err != nil {
			return err
		}
	}
}

// backoff doubles with each attempt; a quarter of it is chance, so that the
// layers of a push do not all come back at once.
func (p *push) backoff(attempt int, asked time.Duration) time.Duration {
	wait := min(p.first<<min(attempt-1, 16), longestBackoff)
	wait -= time.Duration(rand.Int64N(int64(wait)/4 + 1))
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
