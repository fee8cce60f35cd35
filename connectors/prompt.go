package connectors

import (
	"context"
	"fmt"
	"net/http"
	"time"
)

// prompt bounds the time of one try, from the connection to the last byte of
// the answer: what is not there after seconds mostly never comes, and another
// try does.
type prompt struct {
	next http.RoundTripper
	most time.Duration
}

// leastTry is what a try gets in any case.
const leastTry = 500 * time.Millisecond

func (p prompt) RoundTrip(r *http.Request) (*http.Response, error) {
	limit := max(min(p.most, left(r.Context())/2), leastTry)
	ctx, cancel := context.WithTimeout(r.Context(), limit)
	defer cancel()
	answer, err := p.next.RoundTrip(r.WithContext(ctx))
	if err == nil {
		err = readWhole(answer)
	}
	switch {
	case err == nil:
		return answer, nil
	case ctx.Err() != nil && r.Context().Err() == nil:
		return nil, &Unanswered{limit.Round(100 * time.Millisecond)}
	}
	return nil, err
}

// left is what is left of the run's time, so that what takes a part of it has
// room for more than one try where the limit is short.
func left(ctx context.Context) time.Duration {
	if until, limited := ctx.Deadline(); limited {
		return time.Until(until)
	}
	return 1<<63 - 1
}

// Unanswered is the error of a try that has taken too long. That it was a
// context that ended it is not in its chain: the run goes on.
type Unanswered struct{ After time.Duration }

func (u *Unanswered) Error() string { return fmt.Sprintf("no answer in %s", u.After) }

// Timeout and Temporary make it a net.Error.
func (*Unanswered) Timeout() bool { return true }

// Temporary tells that another try may help.
func (*Unanswered) Temporary() bool { return true }
