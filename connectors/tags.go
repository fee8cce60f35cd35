package connectors

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts/types"

	"github.com/awsvars/awsvars/variables"
)

// The limits of session tags (STS API reference, Tag; IAM user guide, "Pass
// session tags in AWS STS").
const (
	mostTags     = 50
	mostTagKey   = 128
	mostTagValue = 256
)

// tag is a session tag.
type tag struct {
	key, value string
	// setting is where it was asked for.
	setting string
	// optional tags, such as facts about the job, are those of which a session
	// without them is better than none, where all are too large together.
	optional   bool
	transitive bool
}

// tags are in the order given, those of the user before the optional ones.
type tags []tag

// tagsOf collects the tags of the settings. Facts that are not known of this
// job have no tag.
func (c *Connector) tagsOf(v variables.Values) (tags, variables.Faults) {
	var all tags
	for _, pair := range v.Pairs("custom-tags") {
		all = append(all, tag{key: pair.Key, value: pair.Value, setting: "custom-tags"})
	}
	for _, pair := range v.Pairs("optional-tags") {
		all = append(all, tag{key: pair.Key, value: pair.Value, setting: "optional-tags", optional: true})
	}
	for _, name := range v.List("session-tags") {
		if text := c.machine.Job.Fact(name); text == "" {
			c.untold = append(c.untold, name)
		} else {
			all = append(all, tag{key: tagKey(name), value: tagValue(text), setting: "session-tags", optional: true})
		}
	}
	var faults variables.Faults
	fault := func(name, problem string) {
		faults = append(faults, variables.Fault{Setting: name, Problem: problem})
	}
	for i, t := range all {
		if slices.ContainsFunc(all[:i], func(before tag) bool { return strings.EqualFold(before.key, t.key) }) {
			fault(t.setting, fmt.Sprintf("there are two tags %q; AWS compares keys without their case", t.key))
		}
	}
	if len(all) > mostTags {
		fault("custom-tags", fmt.Sprintf("AWS takes %d session tags at most, these are %d", mostTags, len(all)))
	}
	for _, key := range v.List("transitive-tag-keys") {
		i := slices.IndexFunc(all, func(t tag) bool { return t.key == key })
		switch {
		case i >= 0:
			all[i].transitive = true
		case !slices.ContainsFunc(v.List("session-tags"), func(name string) bool { return tagKey(name) == key }):
			fault("transitive-tag-keys", fmt.Sprintf("there is no tag %q; a key must be one of custom-tags, of optional-tags, or of session-tags, as in %s", key, tagKey("repository")))
		}
	}
	return all, faults
}

// split gives transitive tags to the first of n roles, since AWS hands them
// on from there and refuses them again, and the others to the last.
func (all tags) split(n int) (first, last tags) {
	if n == 1 {
		return all, all
	}
	for _, t := range all {
		if t.transitive {
			first = append(first, t)
		} else {
			last = append(last, t)
		}
	}
	return first, last
}

// key tells lists of tags apart.
func (all tags) key() string {
	var b strings.Builder
	for _, t := range all {
		fmt.Fprintf(&b, "%q=%q %t ", t.key, t.value, t.transitive)
	}
	return b.String()
}

// parameters are Tags and TransitiveTagKeys.
func (all tags) parameters() (list []types.Tag, transitive []string) {
	for _, t := range all {
		list = append(list, types.Tag{Key: aws.String(t.key), Value: aws.String(t.value)})
		if t.transitive {
			transitive = append(transitive, t.key)
		}
	}
	return list, transitive
}

// without returns the tags without the last optional one, and its key, empty
// where there is none left.
func (all tags) without() (tags, string) {
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].optional {
			return slices.Delete(slices.Clone(all), i, i+1), all[i].key
		}
	}
	return all, ""
}

// tagKey is the key of a fact: pull-request becomes PullRequest.
func tagKey(fact string) string {
	var b strings.Builder
	for _, word := range strings.Split(fact, "-") {
		b.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return b.String()
}

// taggable is the alphabet of tags: [\p{L}\p{Z}\p{N}_.:/=+\-@] (STS API
// reference, Tag).
func taggable(r rune) bool {
	return unicode.In(r, unicode.L, unicode.Z, unicode.N) || strings.ContainsRune("_.:/=+-@", r)
}

// tagValue makes a fact a value that AWS takes. Policies may depend on it, so
// that no two facts may become one value: what does not fit becomes = and its
// bytes in hexadecimal, = itself with it, and the end of a text that is too
// long becomes = and a part of its SHA-256 sum.
func tagValue(fact string) string {
	var b strings.Builder
	for len(fact) > 0 {
		r, size := utf8.DecodeRuneInString(fact)
		if r != '=' && taggable(r) && (r != utf8.RuneError || size > 1) {
			b.WriteRune(r)
		} else {
			for i := range size {
				fmt.Fprintf(&b, "=%02X", fact[i])
			}
		}
		fact = fact[size:]
	}
	value := []rune(b.String())
	if len(value) <= mostTagValue {
		return string(value)
	}
	sum := sha256.Sum256([]byte(string(value)))
	end := "=" + hex.EncodeToString(sum[:16])
	return string(value[:mostTagValue-len(end)]) + end
}

// checkTag looks at one KEY=VALUE of custom-tags.
func checkTag(pair string) error {
	key, value, _ := strings.Cut(pair, "=")
	outside := func(text string) bool {
		return !utf8.ValidString(text) || strings.ContainsFunc(text, func(r rune) bool { return !taggable(r) })
	}
	switch {
	case key == "" || utf8.RuneCountInString(key) > mostTagKey || outside(key):
		return fmt.Errorf("a key has 1 to %d letters, digits, blanks and _.:/=+-@", mostTagKey)
	case utf8.RuneCountInString(value) > mostTagValue || outside(value):
		return fmt.Errorf("a value has at most %d letters, digits, blanks and _.:/=+-@", mostTagValue)
	case strings.HasPrefix(strings.ToLower(key), "aws:"):
		return fmt.Errorf("keys that begin with aws: are AWS's own")
	}
	return nil
}

func checkFact(name string) error {
	if !slices.Contains(variables.JobFacts(), name) {
		return fmt.Errorf("choose among %s", strings.Join(variables.JobFacts(), ", "))
	}
	return nil
}
