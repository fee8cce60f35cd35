package connectors

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"

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
	return hopeless(err)
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

// hopeless tells of an error that is the same at the next try, although the
// SDK repeats every request that could not be sent.
func hopeless(err error) aws.Ternary {
	var (
		local     *Unusable
		untrusted *tls.CertificateVerificationError
	)
	if errors.As(err, &local) || errors.As(err, &untrusted) {
		return aws.FalseTernary
	}
	return aws.UnknownTernary
}

// backoff waits first before the first repetition, twice as long before each
// later one, and never longer than most. Half of each wait is left to chance,
// so that a hundred jobs that were throttled together do not come back
// together.
func backoff(first, most time.Duration) retry.BackoffDelayerFunc {
	return func(attempt int, _ error) (time.Duration, error) {
		wait := most
		if attempt < 16 {
			wait = min(first<<max(attempt-1, 0), most)
		}
		return wait/2 + rand.N(wait/2), nil
	}
}

// patience is how often an instance metadata service may leave a request
// unanswered. Where nobody said that this is an instance, once is enough.
type patience int32

const (
	hasty   patience = 0
	patient patience = 1
)

// localRetryer repeats what a service on the machine answered badly, and, as
// often as p allows, what it did not answer. A service that cannot be
// connected to is not there.
func localRetryer(retries int, p patience) aws.Retryer {
	unanswered := new(atomic.Int32)
	return retry.NewStandard(func(o *retry.StandardOptions) {
		o.MaxAttempts = retries + 1
		o.Backoff = backoff(50*time.Millisecond, time.Second)
		o.Retryables = append([]retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			var operation *net.OpError
			if errors.As(err, &operation) && operation.Op == "dial" {
				return aws.FalseTernary
			}
			var timeout net.Error
			if errors.As(err, &timeout) && timeout.Timeout() {
				return aws.BoolTernary(unanswered.Add(1) <= int32(p))
			}
			return aws.UnknownTernary
		}), retry.RetryableHTTPStatusCode{Codes: map[int]struct{}{http.StatusTooManyRequests: {}}}}, o.Retryables...)
	})
}
