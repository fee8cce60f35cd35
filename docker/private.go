package docker

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/awsvars/awsvars/files"
	"github.com/awsvars/awsvars/variables"
)

// privatePrefix begins the names of private directories.
const privatePrefix = "awsvars-docker-"

// Private logs in in a new directory of the job's own, below parent, which
// must be there. Its config.json starts as a copy of the one in Directory, a
// symbolic link or not, and everything else beside that one is linked: Docker
// looks for contexts, plugins of the command, builders of buildx and TLS
// certificates there. The logins stand in its auths, and their hosts have no
// helper; other hosts keep theirs. A credsStore that is not installed is left
// out. Directory itself is not changed.
//
// owner is the process that [Clean] has to wait for: the job's agent or shell,
// since the one that logs in is gone soon. undo removes the directory.
func (c Config) Private(ctx context.Context, parent string, owner Process, logins []Login) (placed Placed, undo func() error, err error) {
	if err = checkAll(logins); err == nil {
		err = ctx.Err()
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

// link links everything that stands beside config.json.
func (c Config) link(dir string) error {
	entries, err := os.ReadDir(c.Directory)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, entry := range entries {
		// Docker's temporary files are named config.json and a number.
		if name := entry.Name(); strings.HasPrefix(name, "config.json") || strings.HasPrefix(name, ".awsvars") {
			continue
		}
		if err := os.Symlink(filepath.Join(c.Directory, entry.Name()), filepath.Join(dir, entry.Name())); err != nil {
			return variables.WithHint(err, "on Windows, symbolic links need the right to make them, or developer mode")
		}
	}
	return nil
}

// privateText is the user's config.json with the logins.
func (c Config) privateText(logins []Login) (string, error) {
	text, err := readAny(c.file())
	if err != nil {
		return "", err
	}
	d, err := parse(text)
	if err == nil {
		d, err = d.withPrivate(c, logins)
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.file(), err)
	}
	return d.text, nil
}

func (d document) withPrivate(c Config, logins []Login) (document, error) {
	hosts := make([]string, len(logins))
	for i, l := range logins {
		hosts[i] = l.Host
	}
	if err := d.checkHosts(hosts); err != nil {
		return d, err
	}
	after, err := parse(d.private(c, logins).text)
	if err != nil || !d.becomes(after, logins) {
		return d, errors.New("a copy of it with the login would not give Docker that one and the other ones")
	}
	for _, l := range logins {
		if after.store(l.Host) != "" {
			return d, errors.New("a copy of it would not make Docker look for the login in auths")
		}
	}
	return after, nil
}

// private takes the hosts from their helpers.
func (d document) private(c Config, logins []Login) document {
	_, usable := c.helper(d.read.CredentialsStore)
	usable = usable && d.read.CredentialsStore != ""
	if !usable {
		d = d.dropKey(storeKey)
	}
	for _, l := range logins {
		// To Docker, an empty helper stands for auths.
		if usable {
			d = d.put(helpersKey, l.Host, `""`)
		} else {
			d = d.drop(helpersKey, l.Host)
		}
		d = d.put(authsKey, l.Host, l.entry(d.layout()))
	}
	return d
}

// readAny reads a file of anybody, through links. It is no file of ours, and
// nothing is written to it.
func readAny(path string) (string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if !info.Mode().IsRegular() {
		return "", fmt.Errorf("%s is %s", path, files.Kind(info))
	}
	file, err := os.OpenFile(path, os.O_RDONLY|files.NoWait, 0)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, mostBytes+1))
	if err == nil && len(content) > mostBytes {
		err = fmt.Errorf("%s has more than %d bytes", path, mostBytes)
	}
	return string(content), err
}
