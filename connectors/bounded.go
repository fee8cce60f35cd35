package connectors

import (
	"fmt"
	"io"
	"net/http"
)

// mostAnswer bounds what is read of any answer, in bytes. The largest honest
// one, a region's authorization token, has a few thousand.
const mostAnswer = 1 << 20

// bounded cuts answers that are larger than any honest one.
type bounded struct{ next http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.next.RoundTrip(r)
	if err == nil {
		response.Body = &boundedBody{response.Body, mostAnswer}
	}
	return response, err
}

type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, fmt.Errorf("reading the answer: it has more than %d bytes", mostAnswer)
	}
	n, err := b.ReadCloser.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}
