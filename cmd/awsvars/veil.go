package main

import (
	"io"
	"regexp"

	"github.com/awsvars/awsvars/runners"
	"github.com/awsvars/awsvars/variables"
)

// veil keeps account IDs out of a log: that of the caller is masked by the CI
// system when it is known, and those on the way there are in our lines before.
type veil struct{ w io.Writer }

func (v veil) Write(line []byte) (int, error) {
	if _, err := v.w.Write([]byte(withoutAccounts(string(line)))); err != nil {
		return 0, err
	}
	return len(line), nil
}

// veiled is a runner whose annotations hold no account IDs.
type veiled struct{ runners.Runner }

func (v veiled) End(problem string) { v.Runner.End(withoutAccounts(problem)) }

func withoutAccounts(text string) string {
	return regexp.MustCompile(`\b[0-9]{12}\b`).ReplaceAllString(text, variables.Masked)
}
