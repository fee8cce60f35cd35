package connectors

import (
	"fmt"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// found notes faults of a connector that is used, each once.
func (r *Roster) found(def *Definition, faults ...FileFault) {
	all := r.faults[def.Name]
	for _, f := range faults {
		if !slices.Contains(all, f) {
			all = append(all, f)
		}
	}
	r.faults[def.Name] = all
}

// FileFault is what is wrong at a line of the file.
type FileFault struct {
	Line    int
	Problem string
}

// place gives a fault the line of its setting.
func (def *Definition) place(fault variables.Fault) FileFault {
	line := def.Line
	if g, known := def.given[fault.Setting]; known {
		line = g.line
		if slices.ContainsFunc(g.parts, func(p part) bool { return p.variable+p.file != "" }) {
			// What stands elsewhere may be somebody's secret.
			fault.Given = ""
		}
	}
	return FileFault{line, fault.String()}
}

// fileFaults are those outside of any connector, and those of the connectors
// that are used.
func (r *Roster) fileFaults() variables.Faults {
	if r.file == nil {
		return nil
	}
	var all []string
	for _, f := range r.file.Faults {
		all = append(all, f.at(r.file.Path, ""))
	}
	for _, def := range r.file.Definitions {
		for _, f := range r.faults[def.Name] {
			all = append(all, f.at(r.file.Path, def.Name))
		}
	}
	var faults variables.Faults
	for _, text := range all {
		faults = append(faults, variables.Fault{Setting: "connectors", Problem: text})
	}
	return faults
}

// at writes file:line: connector: what is wrong.
func (f FileFault) at(path, connector string) string {
	if connector != "" {
		connector += ": "
	}
	return fmt.Sprintf("%s:%d: %s%s", path, f.Line, connector, f.Problem)
}

// Warnings are what is wrong with connectors that are not used here.
func (r *Roster) Warnings() []string {
	if r.file == nil {
		return nil
	}
	n := 0
	for _, def := range r.file.Definitions {
		if _, used := r.faults[def.Name]; !used {
			n += len(def.faults)
		}
	}
	if n == 0 {
		return nil
	}
	return []string{fmt.Sprintf("%s: %s in connectors that are not used here; awsvars connectors check %s lists them", r.file.Path, count(n, "fault"), r.file.Path)}
}
