package simulator

import (
	"fmt"
	"net/http"
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

// tag is a tag of a session. A transitive one is handed on to the sessions
// that this session opens (IAM user guide, "Chaining roles with session tags").
type tag struct {
	key, value string
	transitive bool
}

// readTags is called after the limits were checked.
func readTags(form url.Values) ([]tag, *refusal) {
	keys := members(form, "Tags", ".Key")
	if repeated(keys) {
		return nil, wrongTags("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
	}
	var tags []tag
	for i, key := range keys {
		tags = append(tags, tag{key: key, value: form.Get(fmt.Sprintf("Tags.member.%d.Value", i+1))})
	}
	return tags, nil
}

// chained are the tags of a session: those of the request, and those that the
// caller's session hands on, which no request may pass again.
func chained(passed, callers []tag, transitive []string) ([]tag, *refusal) {
	tags := slices.Clone(passed)
	for _, inherited := range callers {
		if !inherited.transitive {
			continue
		}
		if findTag(passed, inherited.key) != nil {
			return nil, wrongTags("One of the specified transitive tag keys can't be set because it conflicts with " +
				"a transitive tag key from the calling session.")
		}
		tags = append(tags, inherited)
	}
	for _, key := range transitive {
		found := findTag(tags, key)
		if found == nil {
			return nil, wrongTags("The specified transitive tag key must be included in the requested tags.")
		}
		found.transitive = true
	}
	return tags, nil
}

func findTag(tags []tag, key string) *tag {
	for i := range tags {
		if strings.EqualFold(tags[i].key, key) {
			return &tags[i]
		}
	}
	return nil
}

func wrongTags(message string) *refusal {
	return &refusal{http.StatusBadRequest, "InvalidParameterValue", message}
}

// tagViolations: a key has 1 to 128 characters, a value up to 256, and there
// are at most 50 tags and 50 keys of transitive ones.
func tagViolations(form url.Values) []string {
	var faults []string
	add := func(value, at, constraint string) {
		faults = append(faults, fmt.Sprintf("Value '%s' at '%s' failed to satisfy constraint: Member must %s", value, at, constraint))
	}
	checkCount := func(keys []string, at string) {
		if len(keys) > 50 {
			add("["+strings.Join(keys, ", ")+"]", at, "have length less than or equal to 50")
		}
	}
	checkKey := func(key, at string) {
		if n := utf8.RuneCountInString(key); n < 1 || n > 128 {
			add(key, at, "have length between 1 and 128")
		} else if !tagKey.MatchString(key) {
			add(key, at, `satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+`)
		}
	}
	tags, transitive := members(form, "Tags", ".Key"), members(form, "TransitiveTagKeys", "")
	checkCount(tags, "tags")
	for i, key := range tags {
		at := fmt.Sprintf("tags.%d.member", i+1)
		checkKey(key, at+".key")
		value := form.Get(fmt.Sprintf("Tags.member.%d.Value", i+1))
		if utf8.RuneCountInString(value) > 256 {
			add(value, at+".value", "have length less than or equal to 256")
		} else if !tagValue.MatchString(value) {
			add(value, at+".value", `satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]*`)
		}
	}
	checkCount(transitive, "transitiveTagKeys")
	for i, key := range transitive {
		checkKey(key, fmt.Sprintf("transitiveTagKeys.%d.member", i+1))
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
