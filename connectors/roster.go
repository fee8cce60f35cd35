package connectors

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// Roster holds the connectors of one run: the one that the settings describe
// or pick, under the empty name, and those of the file that are used by name.
// They share what they find on the way.
type Roster struct {
	*run
	machine Machine
	// lookup is the environment as it is, where the machine looks past a part
	// of it.
	lookup func(name string) (string, bool)
	values variables.Values
	file   *File
	// elsewhere tells that variables and files which connectors refer to are
	// not looked at: somebody checks the file on another machine.
	elsewhere bool
	byName    map[string]*Connector
	faults    map[string][]FileFault
	// open are the connectors that are being made, to find circles.
	open []string
}

// NewRoster makes the connectors of these names, the empty name for that of
// the settings, and those that they start from. It makes no call. Values must
// hold every setting of [Settings].
//
// What is wrong with a connector of the file that nobody uses here is no
// fault: Warnings has it.
func NewRoster(v variables.Values, machine Machine, network *Network, names []string) (*Roster, variables.Faults) {
	r := &Roster{run: newRun(network), machine: machine, lookup: machine.Lookup, values: v, byName: map[string]*Connector{}, faults: map[string][]FileFault{}}
	faults := emptyGuard(v)
	if v.Bool("unset-current-credentials") {
		r.machine = machine.withoutCredentials()
	}
	picked := v.Text("connector")
	if slices.ContainsFunc(names, func(name string) bool { return name != "" || picked != "" }) {
		if fault := r.read(); fault != nil {
			return r, variables.Faults{*fault}
		}
	}
	faults = append(faults, checkNamed(v, names)...)
	for _, name := range names {
		switch {
		case name != "":
			faults = append(faults, r.use("registry", name, name)...)
		case picked != "":
			faults = append(faults, refuseBeside(v, picked)...)
			faults = append(faults, r.use("connector", picked, "")...)
		default:
			c, more := New(v, machine, network)
			c.run = r.run
			r.byName[""], faults = c, faults.And(more)
		}
	}
	return r, append(faults, r.fileFaults()...)
}

// read reads the file that the setting connectors names, or the one of the
// working directory.
func (r *Roster) read() *variables.Fault {
	path := r.values.Text("connectors")
	if path == "" {
		path = DefaultFile
	}
	file, err := ReadFile(path, r.machine.Dir)
	if err != nil {
		return &variables.Fault{Setting: "connectors", Problem: err.Error()}
	}
	r.file = file
	return nil
}

// use makes the connector of the file that somebody asks for by name or UUID,
// and keeps it as key. Setting is where it was asked for.
func (r *Roster) use(setting, reference, key string) variables.Faults {
	def := r.file.find(reference)
	if def == nil {
		return variables.Faults{{Setting: setting, Given: reference, Problem: r.file.missing(reference)}}
	}
	c, faults := r.make(def, key == "")
	r.byName[key] = c
	return append(faults, r.refused(setting, reference, def)...)
}

// refused says which connector on the way is not for this job.
func (r *Roster) refused(setting, reference string, def *Definition) variables.Faults {
	seen := map[string]bool{}
	for d := def; d != nil && !seen[d.Name]; d = r.file.find(d.Before) {
		if problem := d.Allow.refusal(r.machine.Job); problem != "" {
			return variables.Faults{{Setting: setting, Given: reference, Problem: notFor(def, d) + problem}}
		}
		seen[d.Name] = true
	}
	return nil
}

// notFor begins a refusal of the connector that was asked for, or of one that
// it starts from.
func notFor(asked, refused *Definition) string {
	if asked == refused {
		return "not for this job: "
	}
	return fmt.Sprintf("it starts from %s, which is not for this job: ", refused.Name)
}

// make makes a connector, once unless it is the picked one, which takes more
// from the settings. The faults are those of what stands beside its name.
func (r *Roster) make(def *Definition, picked bool) (*Connector, variables.Faults) {
	if c, made := r.byName[def.Name]; made && !picked {
		return c, nil
	}
	r.found(def, def.faults...)
	before := r.makeBefore(def)
	values, faults := variables.Fill(recipeSettings(), r.readBeside, r.beside(def, picked), r.source(def))
	c, more := r.connector(values, r.machine, before)
	c.name = def.Name
	var outside variables.Faults
	for _, fault := range faults.And(more) {
		if values.Given(fault.Setting) && values.Origin(fault.Setting) == r.values.Origin(fault.Setting) {
			outside = append(outside, fault)
			continue
		}
		if !slices.Contains(def.broken, fault.Setting) {
			r.found(def, def.place(fault))
		}
	}
	if !picked {
		r.byName[def.Name] = c
	}
	return c, outside
}

func (r *Roster) makeBefore(def *Definition) *Connector {
	fault := func(format string, args ...any) *Connector {
		r.found(def, FileFault{def.beforeLine, beforeKey + ": " + fmt.Sprintf(format, args...)})
		return nil
	}
	if def.Before == "" {
		return nil
	}
	before := r.file.find(def.Before)
	if before == nil {
		return fault("%s", r.file.missing(def.Before))
	}
	r.open = append(r.open, def.Name)
	defer func() { r.open = r.open[:len(r.open)-1] }()
	if i := slices.Index(r.open, before.Name); i >= 0 {
		return fault("the connectors start from each other in a circle: %s", strings.Join(append(r.open[i:len(r.open):len(r.open)], before.Name), " -> "))
	}
	c, _ := r.make(before, false)
	return c
}

// Again returns the same connectors with nothing found yet: their credentials
// are got anew, and the connectors file is not read again, which may have
// changed under way.
func (r *Roster) Again() *Roster {
	again := *r
	again.run = newRun(r.network)
	again.byName = map[string]*Connector{}
	copies := map[*Connector]*Connector{}
	for name, c := range r.byName {
		again.byName[name] = c.again(again.run, copies)
	}
	return &again
}

// again copies c with the connectors that it starts from.
func (c *Connector) again(r *run, copies map[*Connector]*Connector) *Connector {
	if c == nil || copies[c] != nil {
		return copies[c]
	}
	fresh := *c
	fresh.run = r
	fresh.shared = sync.OnceValues(fresh.readShared)
	fresh.before = c.before.again(r, copies)
	copies[c] = &fresh
	return &fresh
}

// Connector returns the connector of this name, the empty one for that of the
// settings. It is one that NewRoster was asked for.
func (r *Roster) Connector(name string) *Connector { return r.byName[name] }

func (r *Roster) readBeside(path string) ([]byte, error) {
	return files.Load(r.file.beside(path), mostFile)
}
