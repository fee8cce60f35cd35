package runners

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// format is a way to write variables into a file or to stdout.
type format struct {
	name string
	// ending is that of a file in this format; PowerShell and cmd run none
	// without the right one.
	ending string
	// dotted formats keep the names of the set; the others write names that
	// an environment takes.
	dotted bool
	// folds marks a reader for which two names that differ in case are one.
	folds bool
	// begin and end stand around the lines, between joins them.
	begin, between, end string
	// line writes one variable, or says what in its value cannot be carried.
	// That reason never quotes the value.
	line func(name, value string) (string, error)
	// document writes the logins of a set as a whole, in place of its variables.
	// A format has either this or line.
	document func(logins []variables.Login, v variables.Values, to reader) ([]byte, error)
}

// reader is who reads what a format writes: a program gets the secrets, people
// get them masked.
type reader int

const (
	program reader = iota
	people
)

// formats returns all formats, the default first. Their order is the one in
// which another format is recommended.
func formats() []format {
	return []format{
		{name: "shell", ending: ".env", line: shellLine, end: "\n", between: "\n"},
		{name: "json", ending: ".json", dotted: true, begin: "{\n", between: ",\n", end: "\n}\n", line: jsonLine},
		{name: "dotenv", ending: ".env", line: dotenvLine, end: "\n", between: "\n"},
		{name: "docker", ending: ".env", line: dockerLine, end: "\n", between: "\n"},
		{name: "properties", ending: ".properties", dotted: true, line: propertiesLine, end: "\n", between: "\n"},
		{name: "powershell", ending: ".ps1", folds: true, line: powershellLine, end: "\n", between: "\n"},
		{name: "cmd", ending: ".cmd", folds: true, line: cmdLine, end: "\r\n", between: "\r\n"},
		{name: "fish", ending: ".fish", line: fishLine, end: "\n", between: "\n"},
		{name: "dockerconfigjson", ending: ".json", document: dockerConfig},
		{name: secretFormat, ending: ".json", document: kubernetesSecret},
	}
}

func formatNames() []string {
	var names []string
	for _, f := range formats() {
		names = append(names, f.name)
	}
	return names
}

func environmentFormats() []string {
	var names []string
	for _, f := range formats() {
		if f.line != nil && !f.dotted {
			names = append(names, f.name)
		}
	}
	return names
}

// render writes a set, or nothing, and tells how much that is.
func (f format) render(set *variables.Set, v variables.Values, to reader) (content []byte, amount string, err error) {
	if f.document != nil {
		content, err = f.document(set.Logins, v, to)
		return content, count(len(set.Logins), "login"), err
	}
	entries, err := f.entries(set, v)
	if err != nil {
		return nil, "", err
	}
	amount = count(len(entries), "variable")
	if to == people {
		entries = masked(entries)
	}
	content, err = f.encode(entries)
	return content, amount, err
}

// encode writes all entries, or nothing.
func (f format) encode(entries []entry) ([]byte, error) {
	var lines []string
	var problems []error
	for _, e := range entries {
		line, err := f.line(e.name, e.value.Open())
		if err != nil {
			problems = append(problems, fmt.Errorf("writing %s in the format %s: %w%s", e.variable, f.name, err, otherFormat(e)))
			continue
		}
		lines = append(lines, line)
	}
	if len(problems) > 0 {
		return nil, errors.Join(problems...)
	}
	if len(lines) == 0 && !f.dotted {
		return nil, nil
	}
	var b bytes.Buffer
	b.WriteString(f.begin)
	b.WriteString(strings.Join(lines, f.between))
	b.WriteString(f.end)
	return b.Bytes(), nil
}

// otherFormat names the formats that can carry what one could not.
func otherFormat(e entry) string {
	var can []string
	for _, f := range formats() {
		if f.line == nil {
			continue
		}
		if _, err := f.line(e.name, e.value.Open()); err == nil {
			can = append(can, f.name)
		}
	}
	if len(can) == 0 {
		return ""
	}
	return "; these formats carry it: " + strings.Join(can, ", ")
}
