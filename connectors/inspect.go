package connectors

import (
	"cmp"
	"fmt"
	"os"
	"slices"

	"github.com/awsvars/awsvars/variables"
)

// Inspect makes every connector of the file, and touches nothing that they
// refer to: neither variables nor files that hold a secret. It is for somebody
// who checks the file on another machine than the one where it is used.
func Inspect(file *File, machine Machine, network *Network) *Roster {
	r := &Roster{
		run: newRun(network), machine: machine, lookup: machine.Lookup, file: file, elsewhere: true,
		byName: map[string]*Connector{}, faults: map[string][]FileFault{},
	}
	// Nothing stands beside the names.
	r.values, _ = variables.Fill(Settings(), nil)
	for _, def := range file.Definitions {
		r.make(def, false)
	}
	return r
}

// Faults are all that is wrong in the file, in the order of lines, each as
// file:line: connector: what is wrong.
func (r *Roster) Faults() []string {
	type fault struct {
		FileFault
		connector string
	}
	var all []fault
	for _, f := range r.file.Faults {
		all = append(all, fault{f, ""})
	}
	for _, def := range r.file.Definitions {
		for _, f := range r.faults[def.Name] {
			all = append(all, fault{f, def.Name})
		}
	}
	slices.SortStableFunc(all, func(a, b fault) int { return cmp.Compare(a.Line, b.Line) })
	var lines []string
	for _, f := range all {
		lines = append(lines, f.at(r.file.Path, f.connector))
	}
	return lines
}

// Summary is what a connector resolves to, without asking anybody.
type Summary struct {
	Name        string `json:"name"`
	ID          string `json:"id,omitempty"`
	Description string `json:"description,omitempty"`
	// Source is where the first credentials come from, and From the connectors
	// on the way from there, the first one first.
	Source string   `json:"source"`
	From   []string `json:"from,omitempty"`
	// Principal is the principal type.
	Principal string `json:"principalType"`
	// Steps are the roles on the whole way, or what else the credentials become.
	Steps []string `json:"steps"`
	// Seconds is the duration asked for, 0 for AWS's default.
	Seconds int64  `json:"durationSeconds,omitempty"`
	Region  string `json:"region,omitempty"`
	// Accounts are the ones that the credentials may be of; none means any.
	Accounts []string `json:"allowedAccountIds,omitempty"`
	// Needs are the variables of the environment, and the files, that it or one
	// on the way refers to and that are not there.
	Needs []string `json:"needs,omitempty"`
	// Refused says why this job may not use it, empty where it may.
	Refused string `json:"refused,omitempty"`
}

// Summaries are those of all connectors, in the order of the file.
func (r *Roster) Summaries() []Summary {
	var all []Summary
	for _, def := range r.file.Definitions {
		c := r.byName[def.Name]
		s := Summary{Name: def.Name, ID: def.ID, Description: def.Description, Principal: c.principal, Steps: []string{}, Seconds: c.seconds, Region: c.region, Accounts: c.allowed}
		for at := c; at != nil; at = at.before {
			s.Steps = append(at.principals(), s.Steps...)
			s.Source = at.source
			s.Needs = append(s.Needs, r.missing(r.file.find(at.name))...)
			if at != c {
				s.From = slices.Insert(s.From, 0, at.name)
			}
			if at.source == sourceProfile && at.before == nil {
				s.Source = fmt.Sprintf("profile %s", at.profileName())
			}
		}
		for _, fault := range r.refused("", def.Name, def) {
			s.Refused = fault.Problem
		}
		all = append(all, s)
	}
	return all
}

// missing are the variables and files that def refers to and that are not here.
func (r *Roster) missing(def *Definition) []string {
	var names []string
	for _, s := range recipeSettings() {
		for _, p := range def.given[s.Name].parts {
			if text, _ := r.lookup(p.variable); p.variable != "" && text == "" {
				names = append(names, "$"+p.variable)
			}
			if p.file == "" {
				continue
			}
			if _, err := os.Stat(r.file.beside(p.file)); err != nil {
				names = append(names, p.file)
			}
		}
	}
	return names
}

func (c *Connector) principals() []string {
	all := []string{}
	if c.token.hop.role != "" {
		all = append(all, c.token.hop.role)
	}
	for _, s := range c.steps {
		all = append(all, s.principal())
	}
	return all
}
