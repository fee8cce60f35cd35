package connectors

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// mostAnswer bounds what is read of any answer, in bytes. The largest honest
// one, a region's authorization token, has a few thousand.
const mostAnswer = 1 << 20

// Spoiled is the error of an answer that nobody could have meant: cut, empty,
// too large, no document, or a web page as networks show it that want a sign-in.
// It quotes nothing of the answer, which may hold half a secret.
type Spoiled struct{ Err error }

func (s *Spoiled) Error() string { return s.Err.Error() }

// Unwrap returns what is wrong with it.
func (s *Spoiled) Unwrap() error { return s.Err }

func spoiled(format string, args ...any) error { return &Spoiled{fmt.Errorf(format, args...)} }

// readWhole takes the body of an answer in, so that what breaks off does so
// where it is tried again.
func readWhole(answer *http.Response) error {
	defer func() { _ = answer.Body.Close() }()
	if answer.ContentLength > mostAnswer {
		return tooLarge()
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, mostAnswer+1))
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return spoiled("the answer broke off")
	case err != nil:
		return fmt.Errorf("the answer broke off: %w", err)
	case len(body) > mostAnswer:
		return tooLarge()
	}
	answer.Body = io.NopCloser(bytes.NewReader(body))
	if answer.StatusCode == http.StatusOK && answer.Request.Method != http.MethodHead {
		return judge(answer.Header.Get("Content-Type"), body)
	}
	return nil
}

func tooLarge() error {
	return spoiled("the answer has more than %d bytes, and no honest one has", mostAnswer)
}

// judge looks at what AWS and others say with status 200: text, JSON or XML,
// and always something.
func judge(kind string, body []byte) error {
	start := strings.ToLower(string(body[:min(len(body), 64)]))
	start = strings.TrimSpace(start)
	switch {
	case len(body) == 0:
		return spoiled("the answer has status 200 and is empty")
	case strings.HasPrefix(kind, "text/html"), strings.HasPrefix(start, "<!doctype html"), strings.HasPrefix(start, "<html"):
		return spoiled("the answer is a web page; something between here and the service sent it")
	case strings.Contains(kind, "json"), strings.HasPrefix(start, "{"):
		if !json.Valid(body) {
			return malformed()
		}
	case strings.Contains(kind, "xml"):
		return wellFormed(body)
	}
	return nil
}

func malformed() error {
	return spoiled("the answer is not of the expected form; something between here and the service may have changed it")
}

func wellFormed(body []byte) error {
	for decoder := xml.NewDecoder(bytes.NewReader(body)); ; {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return malformed()
		}
	}
}
