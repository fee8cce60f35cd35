package connectors

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// DefaultFile is the connectors file of a working directory.
const DefaultFile = "awsvars.yaml"

// mostFile bounds a connectors file, in bytes.
const mostFile = 256 << 10

// File is a connectors file as it stands: what it says, and what is wrong
// with it by itself.
type File struct {
	// Path is the file as it was named, for messages.
	Path string
	// Definitions are in the order of the file.
	Definitions []*Definition
	// Faults are those outside of any connector.
	Faults []FileFault
	// dir is where relative paths in the file start.
	dir string
}

// ReadFile reads a connectors file; a relative path starts at dir. The error is
// for a file that cannot be read at all; everything that is wrong inside
// stands in the faults.
func ReadFile(path, dir string) (*File, error) {
	full := path
	if !filepath.IsAbs(path) {
		full = filepath.Join(dir, path)
	}
	text, err := files.Load(full, mostFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no connectors file %s in %s; check out the repository first, or name the file with connectors", filepath.Base(full), filepath.Dir(full))
	}
	if err != nil {
		return nil, fmt.Errorf("reading the connectors file: %w", err)
	}
	return ParseFile(path, filepath.Dir(full), text), nil
}

// ParseFile reads the text of a connectors file. Path is for messages; relative
// paths in the file start at dir.
func ParseFile(path, dir string, text []byte) *File {
	f := &File{Path: path, dir: dir}
	d, line, err := parseYAML(text)
	if err != nil {
		f.add(line, "%s", err)
		return f
	}
	top, is, err := d.entries(d.root)
	if err != nil || !is {
		f.add(1, "%s", orElse(err, "write connectors: and the connectors below it"))
		return f
	}
	given := false
	for _, e := range once(top, f.add) {
		switch {
		case e.key == "connectors":
			given = true
			f.takeAll(d, e)
		case strings.HasPrefix(e.key, "x-"):
			// A place for anchors.
		default:
			f.add(e.line, "there is no key %q%s", e.key, variables.Nearest(e.key, []string{"connectors"}))
		}
	}
	if !given {
		f.add(1, "there is no key connectors")
	}
	f.checkIDs()
	return f
}

func (f *File) takeAll(d *document, e entry) {
	entries, is, err := d.entries(e.value)
	if err != nil || !is {
		f.add(e.line, "%s", orElse(err, "write the connectors below it, each by its name"))
		return
	}
	for _, e := range once(entries, f.add) {
		f.Definitions = append(f.Definitions, define(d, e))
	}
}

func (f *File) add(line int, format string, args ...any) {
	f.Faults = append(f.Faults, FileFault{line, fmt.Sprintf(format, args...)})
}

// checkIDs refuses two connectors with one UUID, and a UUID that is somebody's
// name.
func (f *File) checkIDs() {
	for i, d := range f.Definitions {
		for _, other := range f.Definitions[:i] {
			if d.ID != "" && d.ID == other.ID {
				d.add(d.given["id"].line, "the connector %s in line %d has the same UUID", other.Name, other.Line)
			}
		}
	}
}

// find returns the connector with this name or UUID.
func (f *File) find(reference string) *Definition {
	i := slices.IndexFunc(f.Definitions, func(d *Definition) bool {
		return d.Name == reference || d.ID != "" && d.ID == strings.ToLower(reference)
	})
	if i < 0 {
		return nil
	}
	return f.Definitions[i]
}

// names returns the names of all connectors.
func (f *File) names() []string {
	var names []string
	for _, d := range f.Definitions {
		names = append(names, d.Name)
	}
	return names
}

// missing says that there is no such connector.
func (f *File) missing(reference string) string {
	text := fmt.Sprintf("%s has no connector %q", f.Path, reference)
	if near := variables.Nearest(reference, f.names()); near != "" {
		return text + near
	}
	if len(f.Definitions) == 0 {
		return text
	}
	return text + "; it has " + strings.Join(f.names(), ", ")
}

// beside returns a path that stands in the file: relative ones start where the
// file is.
func (f *File) beside(path string) string {
	if filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.dir, path)
}

func orElse(err error, otherwise string) string {
	if err != nil {
		return err.Error()
	}
	return otherwise
}
