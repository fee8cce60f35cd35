package docker

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/awsvars/awsvars/files"
)

// privatePrefix begins the names of private directories.
const privatePrefix = "awsvars-docker-"

// isPrivate judges a directory by its name alone.
func isPrivate(dir string) bool { return strings.HasPrefix(filepath.Base(dir), privatePrefix) }

// Private logs in in a new directory of the job's own, below parent, which
// must be there. Its config.json starts as a copy of the one in Directory, a
// symbolic link or not, and everything else beside that one is linked: Docker
// looks for contexts, plugins of the command, builders of buildx and TLS
// certificates there. The logins stand in its auths, and their hosts have no
// helper; other hosts keep theirs. A credsStore that is not installed is left
// out. Directory itself is not changed, unless it is a private one of this job:
// then that one gets the logins.
//
// owner is the process that [Clean] has to wait for, as [SessionOf] finds it,
// since the one that logs in is gone soon. undo removes the directory that was
// made.
func (c Config) Private(ctx context.Context, parent string, owner Process, logins []Login) (placed Placed, undo func() error, err error) {
	if err = checkAll(logins); err == nil {
		err = ctx.Err()
	}
	if err == nil && c.own() {
		return c.again(ctx, logins)
	}
	if err == nil && !filepath.IsAbs(parent) {
		err = fmt.Errorf("%q is no absolute path", parent)
	}
	var text string
	if err == nil {
		text, err = c.privateText(logins)
	}
	var dir string
	if err == nil {
		// MkdirTemp makes it with mode 0700.
		dir, err = os.MkdirTemp(parent, privatePrefix)
	}
	if err != nil {
		return Placed{}, nil, fmt.Errorf("logging in in a private directory: %w", err)
	}
	undo = func() error {
		if err := removePrivate(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("removing a private directory: %w", err)
		}
		return nil
	}
	placed = Placed{Directory: dir, Private: true}
	var records []record
	for _, l := range logins {
		place := Place{Host: l.Host}
		placed.Hosts = append(placed.Hosts, place)
		records = append(records, recordOf(place, c.Job, l.pair()))
	}
	if err := c.fillPrivate(dir, text, Mark{c.Job, time.Now().UTC(), owner}, records); err != nil {
		return Placed{}, nil, errors.Join(fmt.Errorf("logging in in a private directory: %w", err), undo())
	}
	return placed, undo, nil
}

// fillPrivate writes the mark first and the secrets last.
func (c Config) fillPrivate(dir, text string, mark Mark, records []record) error {
	if err := mark.write(dir); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	if err := c.link(dir); err != nil {
		return err
	}
	if err := (Config{Directory: dir}).writeState(records); err != nil {
		return err
	}
	if err := files.Replace(filepath.Join(dir, "config.json"), temporaryNames, []byte(text), files.AsMade); err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	return nil
}
