package main

import (
	"context"
	"errors"
	"os"

	"github.com/aws/smithy-go"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/tasks"
	"github.com/awsvars/awsvars/variables"
)

// The exit statuses; docs/script.md explains them.
const (
	statusDelivered   = 0
	statusSettings    = 2
	statusRefused     = 3
	statusUnreachable = 4
	statusUndelivered = 5
	statusInterrupted = 130
	statusTerminated  = 143
)

// undelivered is the error of a runner that could not take the set.
type undelivered struct{ error }

func (u undelivered) Unwrap() error { return u.error }

// statusOf tells a script which kind of error it was.
func statusOf(ctx context.Context, err error) int {
	var signal interrupted
	if errors.As(context.Cause(ctx), &signal) {
		if signal.signal == os.Interrupt {
			return statusInterrupted
		}
		return statusTerminated
	}
	var (
		faults   variables.Faults
		unusable *connectors.Unusable
		foreign  *tasks.ForeignAccount
		failed   undelivered
	)
	switch {
	case errors.As(err, &failed):
		return statusUndelivered
	case errors.As(err, &faults), errors.As(err, &unusable):
		return statusSettings
	case errors.As(err, &foreign), isRefusal(err):
		return statusRefused
	}
	return statusUnreachable
}

// isRefusal tells whether AWS said no, as opposed to not now.
func isRefusal(err error) bool {
	var local *connectors.Refused
	if errors.As(err, &local) {
		return true
	}
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorFault() == smithy.FaultServer {
		return false
	}
	// AWS calls throttling the client's fault; trying later helps all the same
	// (SDK reference guide, "Retry behavior", throttling errors).
	switch refused.ErrorCode() {
	case "Throttling", "ThrottlingException", "ThrottledException", "TooManyRequestsException", "RequestLimitExceeded",
		"RequestThrottled", "RequestThrottledException", "SlowDown", "ServiceUnavailable", "InternalFailure", "InternalError",
		"InternalServerError", "ServerException", "ServiceUnavailableException":
		return false
	}
	return true
}
