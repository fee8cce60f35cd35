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
	// file is the usual name of a file in this format; PowerShell and cmd run
	// none without the right ending.
	file string
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
}

// formats returns all formats, the default first. Their order is the one in
// which another format is recommended.
func formats() []format {
	return []format{
		{name: "shell", file: "aws.env", line: shellLine, end: "\n", between: "\n"},
		{name: "json", file: "aws.json", dotted: true, begin: "{\n", between: ",\n", end: "\n}\n", line: jsonLine},
		{name: "dotenv", file: "aws.env", line: dotenvLine, end: "\n", between: "\n"},
		{name: "docker", file: "aws.env", line: dockerLine, end: "\n", between: "\n"},
		{name: "properties", file: "aws.properties", dotted: true, line: propertiesLine, end: "\n", between: "\n"},
		{name: "powershell", file: "aws.ps1", folds: true, line: powershellLine, end: "\n", between: "\n"},
		{name: "cmd", file: "aws.cmd", folds: true, line: cmdLine, end: "\r\n", between: "\r\n"},
		{name: "fish", file: "aws.fish", line: fishLine, end: "\n", between: "\n"},
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
		if !f.dotted {
			names = append(names, f.name)
		}
	}
	return names
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
		if _, err := f.line(e.name, e.value.Open()); err == nil {
			can = append(can, f.name)
		}
	}
	if len(can) == 0 {
		return ""
	}
	return "; these formats carry it: " + strings.Join(can, ", ")
}

// entry is one line of a file: a variable under the name it is written with.
type entry struct {
	// variable is the dotted name, for errors.
	variable string
	name     string
	value    variables.Secret
}

// entries names the variables of set as f does.
func (f format) entries(set *variables.Set, v variables.Values) ([]entry, error) {
	var entries []entry
	for _, variable := range set.All() {
		if f.dotted {
			entries = append(entries, entry{variable.Name, variable.Name, variable.Value})
			continue
		}
		entries = append(entries, entry{variable.Name, environmentName(variable.Name, v), variable.Value})
	}
	if !f.dotted && v.Bool("standard-names") {
		for _, variable := range set.All() {
			for _, name := range variable.Standard {
				entries = append(entries, entry{variable.Name, name, variable.Value})
			}
		}
	}
	return entries, checkUnique(entries, f.folds)
}

func environmentName(dotted string, v variables.Values) string {
	name := v.Text("prefix") + variables.EnvironmentName(dotted)
	if v.Bool("upper-case") {
		name = strings.ToUpper(name)
	}
	return name
}

// checkUnique refuses two variables under one name: the reader would see one
// of them only.
func checkUnique(entries []entry, folds bool) error {
	seen := map[string]string{}
	for _, e := range entries {
		name := e.name
		if folds {
			name = strings.ToUpper(name)
		}
		if other, ok := seen[name]; ok {
			return fmt.Errorf("naming %s: %s would be called %s too; choose another namespace or prefix, or leave out upper-case", e.variable, other, e.name)
		}
		seen[name] = e.variable
	}
	return nil
}
