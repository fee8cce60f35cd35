package simulator

import (
	"io"
	"net/http"
	"time"
)

// readPart takes in as much of the body as the fault lets through. What is
// read before an upload fails is lost, as a part of a layer is in ECR.
func (c *call) readPart() {
	switch {
	case c.fault.Bytes == 0:
	case c.fault.Kind == "slow":
		c.http.Body = &pausing{ReadCloser: c.http.Body, call: c.http, left: c.fault.Bytes, pause: c.fault.delay()}
	default:
		_, _ = io.CopyN(io.Discard, c.http.Body, c.fault.Bytes)
	}
}

// pausing is a body that waits once, in its middle.
type pausing struct {
	io.ReadCloser
	call  *http.Request
	left  int64
	pause time.Duration
}

func (p *pausing) Read(data []byte) (int, error) {
	if p.left == 0 {
		if p.pause > 0 && !wait(p.call, p.pause) {
			return 0, p.call.Context().Err()
		}
		p.pause = 0
		return p.ReadCloser.Read(data)
	}
	n, err := p.ReadCloser.Read(data[:min(int64(len(data)), p.left)])
	p.left -= int64(n)
	return n, err
}
