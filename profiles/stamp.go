package profiles

import (
	"context"
	"fmt"
	"strings"

	"github.com/awsvars/awsvars/files"
)

// Stamp tells the keys of p from later ones under its name.
func (p Profile) Stamp() files.Stamp {
	return files.StampOf([]byte(strings.Join(p.inCredentials(), "\n")))
}

// RemoveStamped is Remove for the keys of one Write only: what somebody has
// written under the name since stays, and removed is false.
func (f Files) RemoveStamped(ctx context.Context, name string, written files.Stamp) (removed bool, err error) {
	return f.remove(ctx, name, func(credentials sheet) bool {
		var lines []string
		for _, section := range credentials.ours() {
			for _, line := range credentials.lines[section.start:section.end] {
				lines = append(lines, strings.TrimRight(line, "\r\n"))
			}
		}
		return written.Of([]byte(strings.Join(lines, "\n")))
	})
}

// remove takes the profile out of both files, if it is the one that is meant.
func (f Files) remove(ctx context.Context, name string, is func(credentials sheet) bool) (removed bool, err error) {
	if err := CheckName(name); err != nil {
		return false, fmt.Errorf("removing a profile: %w", err)
	}
	changes, err := f.locked(ctx, false, func() ([]change, error) {
		config, credentials, err := f.read(name)
		if err != nil || !is(credentials) {
			return nil, err
		}
		return needed(credentials.with(credentials.ours(), nil), config.with(config.ours(), nil))
	})
	if err != nil {
		return false, fmt.Errorf("removing profile %q: %w", name, err)
	}
	return len(changes) > 0, nil
}
