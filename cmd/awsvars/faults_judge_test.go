package main

import (
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/simulator"
)

var (
	someAddress = regexp.MustCompile(`127\.0\.0\.1:[0-9]+`)
	someTime    = regexp.MustCompile(`\b(?:[0-9]+[hm])*[0-9.]+m?s\b`)
	someDate    = regexp.MustCompile(`\b[0-9]{10}\b`)
)

// said is text without what differs from run to run.
func said(text string) string {
	return someDate.ReplaceAllString(someTime.ReplaceAllString(someAddress.ReplaceAllString(text, "HOST"), "TIME"), "DATE")
}

// wrong is the error's line, without the hint.
func (r *ran) wrong() string {
	for line := range strings.Lines(r.log) {
		if text, found := strings.CutPrefix(line, "error: "); found {
			return said(strings.TrimSpace(text))
		}
	}
	return ""
}

// outcome is what the run came to, beside the plain one.
func (r *ran) outcome(plain ran) outcome {
	return outcome{status: r.status, requests: len(r.requests) - len(plain.requests), words: shortened(r.wrong())}
}

// shortened is the step and the reason, of all that an error says.
func shortened(text string) string {
	step, rest, found := strings.Cut(text, ": ")
	if !found {
		return text
	}
	step, _, _ = strings.Cut(step, ", ")
	step, _, _ = strings.Cut(strings.TrimSuffix(step, " at HOST"), ` "`)
	return step + dots + strings.TrimSpace(rest[strings.LastIndex(rest, ": ")+1:])
}

// dots stand for words that a row leaves out.
const dots = " … "

// has tells whether text has the words in their order.
func has(text, words string) bool {
	for _, part := range strings.Split(words, dots) {
		_, after, found := strings.Cut(text, part)
		if !found {
			return false
		}
		text = after
	}
	return true
}

// tagged tells of a request by which a registry took an image.
func tagged(r simulator.Request) bool {
	return r.Action == "manifest" && r.Params.Get("method") == http.MethodPut && r.Status == http.StatusCreated
}

var namesStep = regexp.MustCompile(`^(gave up after TIME: )?[a-z]+ing `)

// judge tells what is wrong with the run in any case: it hangs, it delivers a
// part, it is unclear.
func (r *ran) judge(plain ran) error {
	switch {
	case r.status == 0 && r.took < r.asked:
		return fmt.Errorf("it came back after %s, and was asked to stay away for %s", r.took, r.asked)
	case r.took > r.limit+late:
		return fmt.Errorf("it hangs: it took %s of %s", r.took, r.limit)
	case r.stdout != "":
		return fmt.Errorf("stdout has %d bytes", len(r.stdout))
	case r.status == 0 && !slices.Equal(r.files, plain.files):
		return fmt.Errorf("it delivers part: the files are %q, without the fault %q", r.files, plain.files)
	case r.status != 0 && slices.ContainsFunc(r.requests, tagged):
		return errors.New("it delivers part: the registry has the image")
	case r.status == 0 && slices.ContainsFunc(plain.requests, tagged) && !slices.ContainsFunc(r.requests, tagged):
		return errors.New("it delivers part: status 0, and the registry has no image")
	case r.status != 0 && len(r.files) > 0:
		return fmt.Errorf("it delivers part: the files are %q", r.files)
	case r.status != 0 && !namesStep.MatchString(r.wrong()):
		return fmt.Errorf("it is unclear: the error names no step: %q", r.wrong())
	case r.status == 0 && r.wrong() != "":
		return fmt.Errorf("it is unclear: status 0, and the error %q", r.wrong())
	}
	return nil
}
