package docker

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"github.com/docker/docker-credential-helpers/client"
	"github.com/docker/docker-credential-helpers/credentials"

	"github.com/awsvars/awsvars/variables"
)

// askTime is how long a helper may take to say what it has, changeTime how long
// to change it; mostAnswer bounds what it may print, in bytes.
const (
	askTime    = 10 * time.Second
	changeTime = 30 * time.Second
	mostAnswer = 1 << 20
)

// refused is what a helper has to say.
type refused struct {
	step, name string
	reason     Reason
	says       string
	// cause is the end of the context, or nil.
	cause error
}

func (r *refused) Error() string {
	text := fmt.Sprintf("%s %s%s: %s", r.step, programPrefix, r.name, r.reason)
	if r.says != "" {
		text += ": " + r.says
	}
	return text
}

func (r *refused) Unwrap() error { return r.cause }

// call is one run of a helper. The library's own one shows the helper's stderr
// to everybody, and waits for ever.
type call struct {
	helper
	ctx     context.Context
	action  string
	input   io.Reader
	printed bytes.Buffer
	err     error
	late    bool
}

func (c *call) program(ctx context.Context) client.ProgramFunc {
	return func(args ...string) client.Program {
		c.ctx, c.action = ctx, strings.Join(args, " ")
		return c
	}
}

// Input implements [client.Program].
func (c *call) Input(in io.Reader) { c.input = in }

// Output implements [client.Program]. What the helper prints on stderr is
// dropped: it may be a trace that shows the password.
func (c *call) Output() ([]byte, error) {
	patience := changeTime
	if c.action == credentials.ActionGet {
		patience = askTime
	}
	limited, cancel := context.WithTimeout(c.ctx, patience)
	defer cancel()
	command := exec.CommandContext(limited, c.path, c.action)
	command.Env = c.environ
	command.Stdin = c.input
	command.Stdout = &bounded{to: &c.printed}
	// A child that stays behind may hold the pipe open.
	command.WaitDelay = time.Second
	if c.err = command.Run(); errors.Is(c.err, exec.ErrWaitDelay) {
		c.err = nil
	}
	c.late = limited.Err() != nil && c.ctx.Err() == nil
	return c.printed.Bytes(), c.err
}

// bounded ends a helper that prints without end.
type bounded struct{ to *bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.to.Len()+len(p) > mostAnswer {
		return 0, errors.New("too much")
	}
	return b.to.Write(p)
}

// failed makes an error of what a helper printed. Helpers print their errors to
// stdout (docker-credential-helpers, credentials/credentials.go); one that
// printed the secret is not quoted, and neither is an answer to get.
func (c *call) failed(step string, secret variables.Secret) error {
	r := &refused{step: step, name: c.name, reason: Failed}
	says, _, _ := strings.Cut(strings.TrimSpace(c.printed.String()), "\n")
	switch {
	case c.ctx.Err() != nil:
		r.cause = c.ctx.Err()
		r.reason = Reason(r.cause.Error())
		return r
	case c.late:
		r.reason = Silent
		return r
	case c.err == nil:
		r.says = "its answer is not the protocol's"
		return r
	case strings.Contains(says, "not implemented"):
		r.reason = NotImplemented
	}
	if c.action == credentials.ActionGet && strings.HasPrefix(says, "{") || !secret.Empty() && shows(c.printed.String(), secret.Open()) {
		return r
	}
	if says != "" {
		r.says = strconv.Quote(says[:min(len(says), 200)])
	}
	return r
}

// shows tells whether text has a telling part of the secret.
func shows(text, secret string) bool {
	const part = 8
	for i := 0; i+part <= len(secret); i += part {
		if strings.Contains(text, secret[i:i+part]) {
			return true
		}
	}
	return len(secret) < part && strings.Contains(text, secret)
}
