package connectors

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// clock is what AWS's clock is ahead of this machine's. The SDK learns it from
// the first answer that refuses a signature for its time, and each of its
// clients would learn it anew.
type clock struct {
	ahead atomic.Int64
	told  sync.Once
}

// share has a call of any client sign by the clock that an earlier one found.
func (c *clock) share(stack *middleware.Stack) error {
	if found, ok := stack.Finalize.Get("Retry"); ok {
		if attempt, ok := found.(*retry.Attempt); ok {
			attempt.ClientSkew = &c.ahead
		}
	}
	return nil
}

// noticeable is the difference that the SDK corrects.
const noticeable = 4 * time.Minute

// tell says once that the clock is off, where that is what AWS refused.
func (c *clock) tell(log *slog.Logger, failed error) {
	var (
		answer *smithyhttp.ResponseError
		again  interface{ RetryableError() bool }
	)
	if !errors.As(failed, &again) || !again.RetryableError() || !errors.As(failed, &answer) || answer.Response == nil || answer.Response.Response == nil {
		return
	}
	date, err := http.ParseTime(answer.Response.Header.Get("Date"))
	if err != nil {
		return
	}
	off, side := time.Until(date).Round(time.Second), "behind"
	if off < 0 {
		off, side = -off, "ahead of"
	}
	if off > noticeable {
		c.told.Do(func() {
			log.Warn("clock", "text", fmt.Sprintf("this machine's is %s %s AWS's; requests are signed by AWS's", Span(off), side), "off", off.String(), "side", side)
		})
	}
}
