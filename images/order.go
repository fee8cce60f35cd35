package images

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// order is what is to be done for a target, and what came of it.
type order struct {
	Target
	// tags are those to push.
	tags     []string
	existing []string
	// nothing tells that there is no tag to push.
	nothing bool
	digest  string
	// begin and upload are set where a relay has begun.
	begin  time.Time
	upload *uploading
	pushed Pushed
	err    error
}

// stopped names the tag at which a push ended, and those that name the image
// already: nobody takes them back.
func (o *order) stopped(at int, err error) error {
	if at == 0 {
		return fmt.Errorf("the tag %s: %w", o.tags[at], err)
	}
	return fmt.Errorf("the tag %s, with %s pushed before it: %w", o.tags[at], strings.Join(o.tags[:at], ", "), err)
}

// tagless is what an engine does not push.
func (o *order) tagless() bool { return len(o.tags) == 0 }

// finish says what the registry has.
func (o *order) finish(size int64, taken time.Duration) {
	o.pushed.Target, o.pushed.Existing, o.pushed.Duration = o.Target, o.existing, taken
	o.pushed.Tags = slices.DeleteFunc(slices.Clone(o.Target.Tags), func(tag string) bool {
		return !slices.Contains(o.tags, tag) && !slices.Contains(o.existing, tag)
	})
	if !o.nothing || len(o.existing) > 0 {
		o.pushed.Digest, o.pushed.Size = o.digest, size
	}
}

// decide takes the tags to push. A tag that names the image already needs no
// push, and an immutable one takes none. Those that name another image go
// first: if they must not move, no new tag has been made yet.
func (o *order) decide(tags []string, standings []Standing) {
	o.tags = nil
	same, taken := map[string]bool{}, map[string]bool{}
	for _, s := range standings {
		taken[s.Tag] = s.Digest != ""
		if s.Same {
			same[s.Tag] = true
			o.existing = append(o.existing, s.Tag)
			if o.digest == "" {
				o.digest = s.Digest
			}
		}
	}
	for _, tag := range o.Tags {
		if !same[tag] && slices.Contains(tags, tag) {
			o.tags = append(o.tags, tag)
		}
	}
	slices.SortStableFunc(o.tags, func(a, b string) int {
		switch {
		case taken[a] == taken[b]:
			return 0
		case taken[a]:
			return -1
		}
		return 1
	})
	o.nothing = len(o.tags) == 0 && len(o.Tags) > 0
}
