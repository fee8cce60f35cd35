package simulator

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

var (
	tagKey   = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]+$`)
	tagValue = regexp.MustCompile(`^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$`)
)

// tagViolations: a key has 1 to 128 characters, a value up to 256, and there
// are at most 50 tags.
func tagViolations(form url.Values) []string {
	var faults []string
	add := func(value, at, constraint string) {
		faults = append(faults, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, at, constraint))
	}
	tags := members(form, "Tags", ".Key")
	if len(tags) > 50 {
		add("["+strings.Join(tags, ", ")+"]", "tags", "have length less than or equal to 50")
	}
	for i, key := range tags {
		at := fmt.Sprintf("tags.%d.member", i+1)
		value := form.Get(fmt.Sprintf("Tags.member.%d.Value", i+1))
		if n := utf8.RuneCountInString(key); n < 1 || n > 128 {
			add(key, at+".key", "have length between 1 and 128")
		} else if !tagKey.MatchString(key) {
			add(key, at+".key", `satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`)
		}
		if utf8.RuneCountInString(value) > 256 {
			add(value, at+".value", "have length less than or equal to 256")
		} else if !tagValue.MatchString(value) {
			add(value, at+".value", `satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`)
		}
	}
	return faults
}

// repeated is true if two keys differ by case at most.
func repeated(keys []string) bool {
	for i, key := range keys {
		if slices.ContainsFunc(keys[:i], func(other string) bool { return strings.EqualFold(key, other) }) {
			return true
		}
	}
	return false
}
