package endpoint

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/awsvars/awsvars/refusal"
)

const (
	// window is how long before their end credentials are renewed, at most.
	// It is larger than those of the SDKs, so that none gets credentials that
	// it takes for old at once: the AWS SDK for Go asks anew 5 minutes before
	// the end (config.LoadDefaultConfig), botocore 15 minutes, and 10 at the
	// latest (botocore/credentials.py).
	window = 20 * time.Minute
	// renewalLimit bounds one renewal, with all hops and repetitions.
	renewalLimit = time.Minute
	// patience is how long an answer waits for a renewal while the old
	// credentials are still good. Clients give up soon, awsvars itself and the
	// AWS SDK for JavaScript after 1 s, botocore after 2 s, and would rather
	// have old ones than none.
	patience = 500 * time.Millisecond
	// enough must be left of them for that, to be of use to the client:
	// botocore fails if they have expired when it looks at them.
	enough = 10 * time.Second
	// A renewal that failed is not tried again at once, however many ask:
	// STS throttles per account. While the old credentials are good, nobody is
	// kept waiting by a longer pause. Once they have expired each request
	// fails until a renewal succeeds, so the pause only keeps a crowd of
	// clients from making a crowd of calls.
	pauseGood    = 5 * time.Second
	pauseExpired = time.Second
)

// keeper holds the credentials and renews them when they are asked for and
// due. Nothing happens while nobody asks.
type keeper struct {
	source Source
	log    *slog.Logger
	now    func() time.Time

	// life ends when the endpoint is closed: a renewal belongs to all who
	// wait for it, and not to the request that started it.
	life     context.Context
	end      context.CancelFunc
	renewals sync.WaitGroup

	mu      sync.Mutex
	held    Credentials
	due     time.Duration // held is renewed when less than this is left
	renewal chan struct{} // closed at the end of the running one, nil if none is
	failed  time.Time     // when the last renewal failed, zero if it did not
	failure error
}

func newKeeper(o Options) (*keeper, error) {
	k := &keeper{source: o.Source, log: o.Log, now: o.Now}
	now := k.now()
	if err := o.First.check(now); err != nil {
		return nil, err
	}
	k.hold(o.First, now)
	k.life, k.end = context.WithCancel(context.Background())
	return k, nil
}

// hold takes credentials that were got now.
func (k *keeper) hold(c Credentials, now time.Time) {
	k.held, k.due = c, min(window, c.left(now)/2)
	if c.Expires.IsZero() {
		k.due = 0
	}
	k.failed, k.failure = time.Time{}, nil
}

// credentials returns those to hand out. ctx ends the waiting only.
func (k *keeper) credentials(ctx context.Context) (Credentials, error) {
	if renewal, left := k.renew(); renewal != nil {
		if left >= enough {
			limited, cancel := context.WithTimeout(ctx, patience)
			defer cancel()
			ctx = limited
		}
		select {
		case <-renewal:
		case <-ctx.Done():
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.held.left(k.now()) > 0:
		return k.held, nil
	case k.failure != nil:
		return Credentials{}, fmt.Errorf("renewing the credentials that expired at %s: %w", clock(k.held.Expires), k.failure)
	}
	return Credentials{}, fmt.Errorf("renewing the credentials that expired at %s: there is no answer yet", clock(k.held.Expires))
}

// renew starts a renewal if one is due. It returns the one that runs, nil if
// none does, and what is left of the old credentials.
func (k *keeper) renew() (renewal <-chan struct{}, left time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	left = k.held.left(now)
	pause := pauseGood
	if left <= 0 {
		pause = pauseExpired
	}
	if k.renewal == nil && left < k.due && now.Sub(k.failed) >= pause && k.life.Err() == nil {
		k.renewal = make(chan struct{})
		k.renewals.Go(k.run)
	}
	return k.renewal, left
}

// run is one renewal.
func (k *keeper) run() {
	ctx, cancel := context.WithTimeout(k.life, renewalLimit)
	defer cancel()
	fresh, err := k.source(ctx)
	if err != nil && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = fmt.Errorf("gave up after %s: %w", renewalLimit, err)
	}
	held, err := k.finish(fresh, err)
	// A log that nobody reads holds up this renewal, and no client.
	k.report(held, err)
}

// finish keeps what a renewal came to, and returns what is held then.
func (k *keeper) finish(fresh Credentials, err error) (Credentials, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if err == nil {
		err = fresh.check(now)
	}
	if err == nil {
		k.hold(fresh, now)
	} else {
		err = errors.New(refusal.Line(err.Error()))
		k.failed, k.failure = now, err
	}
	close(k.renewal)
	k.renewal = nil
	return k.held, err
}

// close ends a running renewal and lets no other start.
func (k *keeper) close() {
	k.mu.Lock()
	k.end()
	k.mu.Unlock()
	k.renewals.Wait()
}
