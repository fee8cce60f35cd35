package redaction

import (
	"io"
	"sync"
	"time"

	"github.com/awsvars/awsvars/variables"
)

const (
	// quiet is the time after which a few bytes are shown although a form may
	// begin with them: somebody may wait for the end of a prompt. Who writes
	// byte by byte is faster than that.
	quiet = 2 * time.Millisecond
	// few are the most bytes that are shown so, and at the most one in share of
	// the form.
	few, share = 3, 8
	// At the end, so many and one in halves are still shown. What ended in the
	// middle of a secret, since it was killed, has told the rest.
	fewAtEnd, halves = 7, 2
)

// Writer hides secrets from what is written to it. Close writes what it holds.
type Writer struct {
	redactor *Redactor
	to       io.Writer

	mutex sync.Mutex
	// held begins where a form may begin. The first said bytes of it were
	// written or hidden, the first hidden ones belong to a form before.
	held         []byte
	said, hidden int
	out          []byte
	timer        *time.Timer
	armed        time.Time
	err          error
}

// Writer returns a Writer in front of w.
func (r *Redactor) Writer(w io.Writer) *Writer {
	writer := &Writer{redactor: r, to: w}
	writer.timer = time.AfterFunc(time.Hour, writer.pause)
	return writer
}

// Write hides secrets from text and passes it on, but for an end that may be
// the beginning of one.
func (w *Writer) Write(text []byte) (int, error) {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.timer.Stop()
	if len(w.redactor.forms) == 0 {
		return w.to.Write(text)
	}
	if w.err == nil {
		w.err = w.pass(text)
	}
	if w.err != nil {
		return 0, w.err
	}
	if w.said < len(w.held) && len(w.held) <= few+len("\r\n") {
		w.armed = time.Now()
		w.timer.Reset(quiet)
	}
	return len(text), nil
}

// pass writes what is decided of held and text.
func (w *Writer) pass(text []byte) error {
	if len(w.held) > 0 {
		w.held = append(w.held, text...)
		text = w.held
	}
	found, open := w.redactor.search(text)
	at, hidden := w.said, w.hidden
	w.out = w.out[:0]
	for _, f := range found {
		if f.first > open {
			// It may be a part of the one that is open. It is found again.
			break
		}
		if f.first >= hidden {
			w.out = append(append(w.out, text[min(at, f.first):f.first]...), variables.Masked...)
		}
		at, hidden = max(at, f.last), max(hidden, f.last)
	}
	rest := text[min(at, open):open]
	var err error
	if len(w.out) == 0 && len(rest) > 0 {
		_, err = w.to.Write(rest)
	} else if w.out = append(w.out, rest...); len(w.out) > 0 {
		_, err = w.to.Write(w.out)
	}
	at = max(at, open)
	w.held = append(w.held[:0], text[open:]...)
	w.said, w.hidden = at-open, max(0, hidden-open)
	return err
}

// pause shows the few bytes that nothing has followed for a while. They are
// remembered: what follows late is still hidden.
func (w *Writer) pause() {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	if w.err != nil || time.Since(w.armed) < quiet {
		return
	}
	if end := w.redactor.first(w.held, few, share); end > w.said {
		_, w.err = w.to.Write(w.held[w.said:end])
		w.said = end
	}
}

// Close writes what is held. A good part of a secret is hidden as all of it.
// Nothing may be written afterwards.
func (w *Writer) Close() error {
	w.mutex.Lock()
	defer w.mutex.Unlock()
	w.timer.Stop()
	if w.err != nil {
		return w.err
	}
	end := w.redactor.first(w.held, fewAtEnd, halves)
	rest := w.held[min(w.said, end):end:end]
	if end >= w.hidden && max(w.said, end) < len(w.held) {
		rest = append(rest, variables.Masked...)
	}
	if len(rest) > 0 {
		_, w.err = w.to.Write(rest)
	}
	w.held, w.said = nil, 0
	return w.err
}
