package connectors

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/awsvars/awsvars/variables"
)

// Definition is one connector of the file.
type Definition struct {
	Name string
	Line int
	// ID is a UUID in lower case, empty where there is none.
	ID          string
	Description string
	// Before names the connector whose credentials this one starts from.
	Before     string
	beforeLine int
	Allow      Allow
	// Registries are patterns of the registries that the connector is for, and
	// RegistriesLine is where they stand.
	Registries     []string
	RegistriesLine int
	given          map[string]given
	// broken are the settings of which a fault is known already.
	broken []string
	faults []FileFault
}

// The keys of a connector that are no settings.
const (
	idKey          = "id"
	descriptionKey = "description"
	beforeKey      = "source-connector"
	allowKey       = "allow"
	registriesKey  = "registries"
)

// definitionKeys are all keys of a connector.
func definitionKeys() []string {
	keys := []string{idKey, descriptionKey, beforeKey, allowKey, registriesKey}
	for _, s := range recipeSettings() {
		keys = append(keys, s.Name)
	}
	return keys
}

func define(d *document, e entry) *Definition {
	def := &Definition{Name: e.key, Line: e.line, given: map[string]given{}}
	if err := checkReference(e.key); err != nil || isUUID(e.key) {
		def.add(e.line, "%q is no name: write 1 to 64 letters, digits and _.-, and no UUID", e.key)
	}
	entries, is, err := d.entries(e.value)
	if err != nil || !is {
		def.add(e.line, "%s", orElse(err, "write what the connector is below its name, as in source: instance"))
		return def
	}
	for _, e := range once(entries, def.add) {
		if err := def.take(d, e); err != nil {
			def.add(e.line, "%s: %s", e.key, err)
			def.broken = append(def.broken, e.key)
		}
	}
	return def
}

func (def *Definition) add(line int, format string, args ...any) {
	def.faults = append(def.faults, FileFault{line, fmt.Sprintf(format, args...)})
}

func (def *Definition) take(d *document, e entry) error {
	switch e.key {
	case allowKey:
		return def.takeAllow(d, e)
	case registriesKey:
		return def.takeRegistries(d, e)
	case idKey, descriptionKey, beforeKey:
		return def.takeOwn(d, e)
	}
	for _, s := range recipeSettings() {
		if s.Name == e.key {
			taken, err := takeSetting(d, s, e)
			if err == nil && len(taken.parts) == 0 {
				err = errors.New("nothing is given; leave it out")
			}
			if err == nil {
				def.given[e.key] = taken
			}
			return err
		}
		if slices.Contains(s.Aliases, e.key) {
			return fmt.Errorf("in this file it is called %s", s.Name)
		}
	}
	def.add(e.line, "there is no key %q%s", e.key, variables.Nearest(e.key, definitionKeys()))
	return nil
}

func (def *Definition) takeOwn(d *document, e entry) error {
	text, is, err := d.scalar(e.value)
	if err != nil || !is {
		return fmt.Errorf("%s", orElse(err, "write one text"))
	}
	switch e.key {
	case descriptionKey:
		def.Description = text
	case beforeKey:
		def.Before, def.beforeLine = text, e.line
	case idKey:
		if !isUUID(text) {
			return fmt.Errorf("%q is no UUID, as in f24e81bc-7aff-42db-86a2-7cf82e24d871", text)
		}
		def.ID = strings.ToLower(text)
		def.given[idKey] = given{line: e.line}
	}
	return nil
}

// isUUID tells whether text has the form of RFC 9562, section 4.
func isUUID(text string) bool {
	groups := strings.Split(strings.ToLower(text), "-")
	if len(groups) != 5 {
		return false
	}
	for i, length := range []int{8, 4, 4, 4, 12} {
		if !within(groups[i], length, length, digits+"abcdef") {
			return false
		}
	}
	return true
}
