package variables

import (
	"fmt"
	"strings"
)

// Input is what somebody gave for a setting.
type Input struct {
	// Text is closed until it is known that the setting is no secret.
	Text Secret
	// Origin says where it was given: --region, INPUT_REGION, PLUGIN_REGION.
	Origin string
}

// Source looks a setting up by one of its names. It returns false where
// nothing was given; an empty text counts as nothing too.
type Source func(name string) (Input, bool)

// Fill gives every setting its value from the first source that has one,
// else its default. It goes through all settings and reports all faults. With
// faults the values are good for finding more of them, and for nothing else.
//
// Read reads the file that a JSON setting names.
func Fill(settings []Setting, read func(path string) ([]byte, error), sources ...Source) (Values, Faults) {
	values := Values{byName: map[string]value{}}
	var faults Faults
	for _, s := range settings {
		v, found := fillOne(s, read, sources)
		faults = append(faults, found...)
		values.byName[s.Name] = v
	}
	return values, faults
}

func fillOne(s Setting, read func(string) ([]byte, error), sources []Source) (value, Faults) {
	for _, source := range sources {
		input, ok, fault := ask(s, source)
		if fault != nil {
			return value{}, Faults{*fault}
		}
		if !ok {
			continue
		}
		v, faults := parse(s, input.Text.Open(), read)
		v.origin = input.Origin
		for i := range faults {
			if s.Secret || s.Unquoted {
				faults[i].Given = ""
			}
		}
		return v, faults
	}
	if s.Required {
		return value{}, Faults{{Setting: s.Name, Problem: fmt.Sprintf("required, and not given: set --%s, %s or %s", s.Name, OwnName(s.Name), PluginName(s.Name))}}
	}
	return parse(s, s.Default, read)
}

// ask looks for the setting's name and aliases in one source. Two names with
// different texts are a fault: no order among them would be everybody's.
func ask(s Setting, source Source) (Input, bool, *Fault) {
	var first Input
	found := false
	for _, name := range s.Names() {
		input, ok := source(name)
		text := strings.TrimSpace(input.Text.Open())
		if !ok || text == "" {
			continue
		}
		input.Text = NewSecret(text)
		if !found {
			first, found = input, true
			continue
		}
		if first.Text.Open() != text {
			return Input{}, false, &Fault{Setting: s.Name, Problem: fmt.Sprintf("given twice with different values, as %s and as %s; give one", first.Origin, input.Origin)}
		}
	}
	return first, found, nil
}

// Values are the settings of one run. The getters panic for a setting that
// was not filled: that is a mistake in the code, not of a user.
type Values struct {
	byName map[string]value
}

type value struct {
	text    Secret
	list    []string
	pairs   []Pair
	boolean bool
	seconds int64
	integer int64
	json    []byte
	// origin is empty where the default stands.
	origin string
}

func (v Values) get(name string) value {
	found, ok := v.byName[name]
	if !ok {
		panic("variables: setting " + name + " is not declared")
	}
	return found
}

// Has tells whether the setting was filled, given or not.
func (v Values) Has(name string) bool { _, ok := v.byName[name]; return ok }

// Given tells whether somebody gave the setting.
func (v Values) Given(name string) bool { return v.get(name).origin != "" }

// Origin says where the setting was given, empty for a default.
func (v Values) Origin(name string) string { return v.get(name).origin }

// Text returns a text or a choice.
func (v Values) Text(name string) string { return v.get(name).text.Open() }

// Secret returns a secret text.
func (v Values) Secret(name string) Secret { return v.get(name).text }

// List returns the elements of a list.
func (v Values) List(name string) []string { return v.get(name).list }

// Pairs returns the entries of a map, in the order given.
func (v Values) Pairs(name string) []Pair { return v.get(name).pairs }

// Bool returns a bool.
func (v Values) Bool(name string) bool { return v.get(name).boolean }

// Seconds returns a duration in seconds, 0 where none is given.
func (v Values) Seconds(name string) int64 { return v.get(name).seconds }

// Integer returns a whole number, 0 where none is given.
func (v Values) Integer(name string) int64 { return v.get(name).integer }

// JSON returns a document, nil where none is given.
func (v Values) JSON(name string) []byte { return v.get(name).json }
