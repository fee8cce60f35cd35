package connectors

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/aws/ratelimit"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/awsvars/awsvars/refusal"
)

// lastAnswer remembers how the last try of a client's calls ended. When time
// runs out between two tries, the SDK's error says nothing of it.
type lastAnswer struct {
	mutex sync.Mutex
	err   error
}

func (l *lastAnswer) note(err error) aws.Ternary {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		l.err = err
	}
	if hopeless(err) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// told returns how the last try ended that did not succeed, in the words of
// AWS, or nil.
func (l *lastAnswer) told() error {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if l.err == nil {
		return nil
	}
	return refusal.Brief(l.err)
}

// unreachedIssuer: AWS could not ask the maker of a token for its keys, and
// says to try again; the SDK does not do so by itself (STS API reference,
// AssumeRoleWithWebIdentity, IDPCommunicationError).
func unreachedIssuer() retry.IsErrorRetryable {
	return retry.RetryableErrorCode{Codes: map[string]struct{}{"IDPCommunicationError": {}}}
}

// retryer is the SDK's with a budget that all clients of the run share, and
// with waits that keep to the time limit.
type retryer struct {
	*retry.Standard
	budget *budget
	clock  *clock
	// left is the time that the run had left at the last failure.
	left *atomic.Int64
}

func (r *run) retryer() aws.Retryer {
	return retryer{
		Standard: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts = r.network.budget.retries + 1
			// The budget stands in its place.
			o.RateLimiter = ratelimit.None
			o.Retryables = append([]retry.IsErrorRetryable{
				retry.IsErrorRetryableFunc(r.last.note), unreachedIssuer(),
				retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}},
			}, o.Retryables...)
		}),
		budget: r.network.budget, clock: &r.network.clock, left: new(atomic.Int64),
	}
}

// GetAttemptToken counts a try.
func (r retryer) GetAttemptToken(ctx context.Context) (func(error) error, error) {
	r.budget.try()
	return r.Standard.GetAttemptToken(ctx)
}

// GetRetryToken asks the budget.
func (r retryer) GetRetryToken(ctx context.Context, failed error) (func(error) error, error) {
	r.left.Store(int64(left(ctx)))
	r.clock.tell(r.budget.log, failed)
	call := awsmiddleware.GetServiceID(ctx) + " " + awsmiddleware.GetOperationName(ctx)
	if err := r.budget.again(ctx, call, askedToWait(failed), failed); err != nil {
		return nil, err
	}
	return r.Standard.GetRetryToken(ctx, failed)
}

// RetryDelay is the wait before a repetition.
func (r retryer) RetryDelay(attempt int, failed error) (time.Duration, error) {
	first, most := firstWait, longestWait
	if refusal.Throttled(failed) {
		first, most = firstThrottled, longestThrottled
	}
	return max(askedToWait(failed), waitFor(time.Duration(r.left.Load()), attempt, first, most)), nil
}

func askedToWait(failed error) time.Duration {
	var answer *smithyhttp.ResponseError
	if !errors.As(failed, &answer) || answer.Response == nil || answer.Response.Response == nil {
		return 0
	}
	return refusal.RetryAfter(answer.Response.Header, time.Now())
}
