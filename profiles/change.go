package profiles

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/awsvars/awsvars/files"
)

// change is a file, and the text that it gets.
type change struct {
	sheet
	after string
	// needed is false for a file that is already as it should be.
	needed bool
	// broken is the place of a header that cannot be judged.
	broken string
}

// with replaces the given sections of the profile by block, which may have no
// lines.
func (s sheet) with(old []section, block []string) change {
	text := ""
	for _, line := range block {
		text += line + s.ending
	}
	c := change{sheet: s, after: s.replace(old, text)}
	loose := s.info != nil && s.info.Mode().Perm() != s.mode
	c.needed = c.after != s.text || loose && text != ""
	for i, other := range s.sections {
		if other.broken && (s.of(other.name) || i > 0 && s.of(s.sections[i-1].name)) {
			c.broken = s.place(other.start)
		}
	}
	return c
}

// needed leaves out the files that stay as they are. It refuses a header that
// is the profile's for some tools only, and one right behind the profile:
// for some tools the lines below it belong to the profile.
func needed(all ...change) ([]change, error) {
	for _, c := range all {
		if c.broken != "" {
			return nil, fmt.Errorf("%s: AWS tools read this section header differently; write a section as [name], with nothing but a comment behind it", c.broken)
		}
	}
	return slices.DeleteFunc(all, func(c change) bool { return !c.needed }), nil
}

// locked carries out what plan says, under the lock. With create it makes
// missing directories.
func (f Files) locked(ctx context.Context, create bool, plan func() ([]change, error)) ([]change, error) {
	unlock, err := f.lock(ctx, create)
	if err != nil {
		return nil, err
	}
	defer unlock()
	changes, err := plan()
	if err != nil {
		return nil, err
	}
	return changes, apply(changes)
}

// apply changes every file, or none.
func apply(changes []change) error {
	var staged []files.Staged
	defer func() {
		for _, s := range staged {
			s.Remove()
		}
	}()
	for _, c := range changes {
		s, err := files.Stage(c.path, temporaryNames, []byte(c.after), c.mode)
		if err != nil {
			return fmt.Errorf("%s: %w", c.path, err)
		}
		staged = append(staged, s)
	}
	for i, c := range changes {
		if err := staged[i].Rename(); err != nil {
			return errors.Join(fmt.Errorf("%s: %w", c.path, err), putBack(changes[:i]))
		}
	}
	for _, c := range changes {
		if err := files.SyncDir(filepath.Dir(c.path)); err != nil {
			return errors.Join(err, putBack(changes))
		}
	}
	return nil
}

// putBack undoes changes of which others have seen nothing yet: the lock is
// still held.
func putBack(changes []change) error {
	var problems []error
	for _, c := range slices.Backward(changes) {
		problems = append(problems, c.put(c.text))
	}
	return errors.Join(problems...)
}

// put gives the file a text again that it had, or no file where none was.
func (c change) put(text string) error {
	if c.info == nil && text == "" {
		return os.Remove(c.path)
	}
	if err := files.Replace(c.path, temporaryNames, []byte(text), c.mode); err != nil {
		return fmt.Errorf("%s: %w", c.path, err)
	}
	return nil
}

// takeBack undoes changes, as far as nobody has changed the profile since.
func (f Files) takeBack(ctx context.Context, changes []change) error {
	unlock, err := f.lock(ctx, false)
	if err != nil {
		return err
	}
	defer unlock()
	var problems []error
	for _, c := range slices.Backward(changes) {
		problems = append(problems, c.undo())
	}
	return errors.Join(problems...)
}

func (c change) undo() error {
	now, err := readSheet(c.path, c.of)
	if err != nil {
		return err
	}
	switch {
	case now.text == c.after:
		return c.put(c.text)
	case now.whole() == c.whole():
		// Somebody else took it back.
		return nil
	case now.whole() != c.holding(c.after).whole():
		return fmt.Errorf("%s: somebody has changed the profile since, and it stays as it is", c.path)
	}
	return c.put(now.replace(now.profile, c.whole()))
}
