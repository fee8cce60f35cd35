package runners

import (
	"path/filepath"

	"github.com/awsvars/awsvars/variables"
)

// target is the file that a runner writes: the one that the setting output
// names, else one in the place where steps share files.
type target struct {
	Host
	place  place
	output string
	name   string
}

func (h Host) target(v variables.Values, p place, ending string) target {
	return target{Host: h, place: p, output: v.Text("output"), name: fileStem(v) + ending}
}

// check tells what would stop write, and changes nothing.
func (t target) check() error {
	if t.output != "" {
		return t.checkOutput(t.output)
	}
	return t.place.check(t.name)
}

// write replaces the file, and returns its path.
func (t target) write(content []byte) (string, error) {
	if t.output != "" {
		return t.absolute(t.output), t.writeOutput(t.output, content)
	}
	path, err := t.place.prepare(t.name)
	if err != nil {
		return "", err
	}
	return path, writeFile(path, content)
}

// deliverFile writes the set into a file, in the format asked for.
func (h Host) deliverFile(set *variables.Set, v variables.Values, p place) (Delivery, error) {
	f := formatOf(v)
	content, amount, err := f.render(set, v, program)
	if err != nil {
		return Delivery{}, err
	}
	path, err := h.target(v, p, f.ending).write(content)
	if err != nil {
		return Delivery{}, err
	}
	return delivered(amount, "to "+path, f), nil
}

// checkDelivery tells what would stop deliverFile.
func (h Host) checkDelivery(v variables.Values, p place) error {
	if err := checkFormat(v); err != nil {
		return err
	}
	return h.target(v, p, formatOf(v).ending).check()
}

// clone is the place of files in the clone, whose directory is in variable. A
// script that works outside of it has its files where it works.
func (h Host) clone(variable string) place {
	dir := filepath.Clean(h.text(variable))
	if dir != filepath.Clean(h.Dir) && !isBelow(h.Dir, dir) {
		dir = h.Dir
	}
	return place{dir: filepath.Clean(dir), clone: true}
}
