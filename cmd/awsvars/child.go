package main

import (
	"context"
	"os/exec"

	"github.com/awsvars/awsvars/child"
)

// runChild runs a command in our place and returns its exit status; package
// child says which. From here on the command decides what a signal does: ctx,
// which a signal ends, does not end it. A signal that came before leaves it
// unstarted, and is the error.
//
// If this process is killed, the command goes on without what we serve it.
func (p process) runChild(ctx context.Context, args, env []string) (int, error) {
	// Caught before it is settled, so that no signal falls between.
	signals := child.Catch()
	defer signals.Release()
	p.settle()
	if err := context.Cause(ctx); err != nil {
		return 0, err
	}
	command := exec.Command(args[0], args[1:]...)
	command.Env = env
	command.Stdin, command.Stdout, command.Stderr = p.stdin, p.stdout, p.stderr
	return signals.Run(command)
}
