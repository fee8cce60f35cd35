package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"syscall"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
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
	statusDocker      = 6
	statusHungUp      = 129
	statusInterrupted = 130
	statusTerminated  = 143
)

// undelivered is the error of a runner that could not take the set.
type undelivered struct{ error }

func (u undelivered) Unwrap() error { return u.error }

// ended is the exit status of a command that awsvars ran. Words about it, if
// any are needed, were said.
type ended int

func (e ended) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// statusOf tells a script which kind of error it was.
func statusOf(ctx context.Context, err error) int {
	var command ended
	if errors.As(err, &command) {
		return int(command)
	}
	var signal interrupted
	if errors.As(context.Cause(ctx), &signal) {
		switch signal.signal {
		case os.Interrupt:
			return statusInterrupted
		case syscall.SIGHUP:
			return statusHungUp
		}
		return statusTerminated
	}
	var (
		faults   variables.Faults
		unusable *connectors.Unusable
		foreign  *connectors.ForeignAccount
		failed   undelivered
		file     *fileFaults
		unplain  *connectors.Unplain
		undocked *tasks.Undocked
		wrong    misstated
	)
	switch {
	case errors.As(err, &undocked):
		return statusDocker
	case errors.As(err, &failed), errors.As(err, &unplain):
		return statusUndelivered
	case errors.As(err, &faults), errors.As(err, &unusable), errors.As(err, &file), errors.As(err, &wrong):
		return statusSettings
	case errors.As(err, &foreign), isRefusal(err):
		return statusRefused
	}
	return statusUnreachable
}

// isRefusal tells whether AWS, or a service on the machine, said no, as
// opposed to not now.
func isRefusal(err error) bool {
	var local *connectors.Refused
	return errors.As(err, &local) || refusal.Is(err)
}
