package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"

	"github.com/awsvars/awsvars/connectors"
	"github.com/awsvars/awsvars/refusal"
	"github.com/awsvars/awsvars/variables"
)

// newLogger returns the logger for stderr. In text a decision is one line,
// its subject in the first column; in JSON every fact has a key.
func newLogger(w io.Writer, format, level string) *slog.Logger {
	w = uncommanding{w}
	var least slog.Level
	// The setting is a choice, so the text is a level.
	_ = least.UnmarshalText([]byte(level))
	if format == "json" {
		return slog.New(slog.NewJSONHandler(w, &slog.HandlerOptions{Level: least, ReplaceAttr: withoutText}))
	}
	return slog.New(textHandler{w, least})
}

// uncommanding keeps what somebody wrote into a setting, a branch or an answer
// from being a command of the CI system that reads the log. Azure's agent finds
// ##vso[ anywhere in a line (azure-pipelines-agent, Command.cs, TryParse), so
// does GitHub's with ##[ (actions/runner, ActionCommand.cs, TryParse), and
// TeamCity with ##teamcity[. Commands that start a line cannot come up here:
// every line starts with a word of ours.
type uncommanding struct{ w io.Writer }

func (u uncommanding) Write(line []byte) (int, error) {
	text := line
	for bytes.Contains(text, []byte("##")) {
		// Of three only the first two are found at once.
		text = bytes.ReplaceAll(text, []byte("##"), []byte("# #"))
	}
	if _, err := u.w.Write(text); err != nil {
		return 0, err
	}
	return len(line), nil
}

func textLogger(w io.Writer) *slog.Logger { return newLogger(w, "text", "info") }

// withoutText leaves out the sentence for people where the facts are there.
func withoutText(groups []string, a slog.Attr) slog.Attr {
	if len(groups) == 0 && (a.Key == "text" || a.Value.Kind() == slog.KindString && a.Value.String() == "") {
		return slog.Attr{}
	}
	return a
}

// textHandler writes "subject   text". A record without a text gets its
// attributes as key=value.
type textHandler struct {
	w     io.Writer
	least slog.Level
}

func (h textHandler) Enabled(_ context.Context, level slog.Level) bool { return level >= h.least }

func (h textHandler) Handle(_ context.Context, r slog.Record) error {
	text := ""
	var pairs []string
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "text" {
			text = a.Value.String()
		} else {
			pairs = append(pairs, fmt.Sprintf("%s=%v", a.Key, a.Value))
		}
		return true
	})
	if text == "" {
		text = strings.Join(pairs, " ")
	}
	_, err := io.WriteString(h.w, refusal.Line(strings.TrimRight(fmt.Sprintf("%-9s %s", r.Message, text), " "))+"\n")
	return err
}

func (h textHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

func (h textHandler) WithGroup(string) slog.Handler { return h }

// reported is an error that the log has already.
type reported struct{ error }

func (r *reported) Unwrap() error { return r.error }

// report writes an error, and the remedy where one is known.
func report(log *slog.Logger, err error) {
	hint := hintOf(err)
	if text, ok := log.Handler().(textHandler); ok {
		_, _ = io.WriteString(text.w, "error: "+strings.Join(linesOf(err), "\n")+"\n")
		if hint != "" {
			_, _ = io.WriteString(text.w, "hint: "+strings.ReplaceAll(hint, "\n", "\n      ")+"\n")
		}
		return
	}
	log.Error(err.Error(), "hint", hint)
}

// linesOf returns the message of err. Only our own lists have lines of their
// own; a line that came from outside could start a command of the CI system.
func linesOf(err error) []string {
	var (
		faults   variables.Faults
		notFound *connectors.NotFound
		file     *fileFaults
		several  interface{ Unwrap() []error }
	)
	switch {
	case errors.As(err, &faults), errors.As(err, &notFound), errors.As(err, &file):
		var lines []string
		for _, line := range strings.Split(err.Error(), "\n") {
			lines = append(lines, refusal.Line(line))
		}
		return lines
	case errors.As(err, &several):
		return []string{refusal.Line(strings.ReplaceAll(err.Error(), "\n", "; "))}
	}
	return []string{refusal.Line(err.Error())}
}

func hintOf(err error) string {
	var hinted interface{ Hint() string }
	if errors.As(err, &hinted) {
		return hinted.Hint()
	}
	return ""
}
