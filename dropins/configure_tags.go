package dropins

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// jobTag is a session tag that says something about the job, and the variable
// that it is from.
type jobTag struct{ key, variable string }

// jobTags are what configure-aws-credentials sends: policies of roles depend on
// these keys.
func jobTags() []jobTag {
	return []jobTag{
		{"Repository", "GITHUB_REPOSITORY"},
		{"Workflow", "GITHUB_WORKFLOW"},
		{"Action", "GITHUB_ACTION"},
		{"Actor", "GITHUB_ACTOR"},
		{"Commit", "GITHUB_SHA"},
		{"Branch", "GITHUB_REF"},
	}
}

// lesserJobTags are those that it leaves out where AWS says that all are too
// large together.
func lesserJobTags() []jobTag {
	return []jobTag{
		{"EventName", "GITHUB_EVENT_NAME"},
		{"BaseRef", "GITHUB_BASE_REF"},
		{"HeadRef", "GITHUB_HEAD_REF"},
		{"RunId", "GITHUB_RUN_ID"},
		{"Job", "GITHUB_JOB"},
		{"TriggeringActor", "GITHUB_TRIGGERING_ACTOR"},
	}
}

// sessionTag is a tag as it is sent.
type sessionTag struct{ key, value string }

// tags are the session tags of the role.
func (c configure) tags() {
	custom := c.customTags()
	if c.on("role-skip-session-tagging", false) {
		c.drop("role-skip-session-tagging leaves all tags out", "custom-tags", "transitive-tag-keys")
		return
	}
	all := append([]sessionTag{{"GitHub", "Actions"}}, c.tagsOf(jobTags())...)
	all = append(all, custom...)
	lesser := c.tagsOf(lesserJobTags())
	c.set("custom-tags", object(all), c.Tool.Name)
	if len(lesser) > 0 {
		c.set("optional-tags", object(lesser), c.Tool.Name)
	}
	c.transitive(append(all, lesser...))
}

func (c configure) tagsOf(known []jobTag) []sessionTag {
	var all []sessionTag
	for _, tag := range known {
		if text := c.g.variable(tag.variable); text != "" {
			all = append(all, sessionTag{tag.key, tagText(text)})
		}
	}
	return all
}

// customTags reads the input. A number is written as JavaScript writes it,
// which is what encoding/json does.
func (c configure) customTags() []sessionTag {
	text := c.text("custom-tags")
	if text == "" {
		return nil
	}
	var given map[string]any
	if err := json.Unmarshal([]byte(text), &given); err != nil || given == nil {
		c.fault("custom-tags", text, "configure-aws-credentials, whose inputs these are, takes a JSON object")
		c.forget("custom-tags")
		return nil
	}
	var all []sessionTag
	for _, key := range slices.Sorted(maps.Keys(given)) {
		tag := sessionTag{key: key}
		switch value := given[key].(type) {
		case string:
			tag.value = value
		case float64, bool:
			written, _ := json.Marshal(value)
			tag.value = string(written)
		default:
			c.fault("custom-tags", key, "its value is no text, no number, and neither true nor false")
			continue
		}
		if isJobTag(key) {
			c.fault("custom-tags", key, "it says something about the job, and cannot be given another value")
			continue
		}
		all = append(all, tag)
	}
	return all
}

func isJobTag(key string) bool {
	is := func(tag jobTag) bool { return tag.key == key }
	return key == "GitHub" || slices.ContainsFunc(jobTags(), is) || slices.ContainsFunc(lesserJobTags(), is)
}

// transitive leaves out the keys that no tag has, as the tool does. It reads
// one key a line: two with a comma between them are none of its keys.
func (c configure) transitive(sent []sessionTag) {
	var keys []string
	for _, key := range strings.FieldsFunc(c.text("transitive-tag-keys"), func(r rune) bool { return r == '\n' || r == '\r' }) {
		key = strings.TrimSpace(key)
		switch {
		case slices.ContainsFunc(sent, func(tag sessionTag) bool { return tag.key == key }):
			keys = append(keys, key)
		case key != "":
			c.warn("transitive-tag-keys", fmt.Sprintf("no tag has the key %q", key))
		}
	}
	if len(keys) > 0 {
		c.set("transitive-tag-keys", strings.Join(keys, "\n"), c.given["transitive-tag-keys"].Origin)
		return
	}
	c.forget("transitive-tag-keys")
}

// object writes tags as a JSON object in their order: the last optional ones
// are the first to be left out.
func object(tags []sessionTag) string {
	var members []string
	for _, tag := range tags {
		key, _ := json.Marshal(tag.key)
		value, _ := json.Marshal(tag.value)
		members = append(members, string(key)+":"+string(value))
	}
	return "{" + strings.Join(members, ",") + "}"
}

// tagText writes a text as configure-aws-credentials does, since policies
// compare it: what AWS does not take in a tag becomes _, and what is more than
// 256 characters as JavaScript counts them is cut off.
func tagText(text string) string {
	const most = 256
	var b strings.Builder
	size := 0
	for _, r := range text {
		if !unicode.In(r, unicode.L, unicode.Z, unicode.N) && !strings.ContainsRune("_.:/=+-@", r) {
			r = '_'
		}
		if size += utf16.RuneLen(r); size > most {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}
